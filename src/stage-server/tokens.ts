/** What every token says: whom it is for, and until when. */
export interface Common {
  /** The stage that the token is for: {@link DoorOptions.stage}. */
  readonly stage: string;
  /** The door that the token is for, by its name in the stage document. */
  readonly door: string;
  /** The opening of the door that it belongs to: after a restart it is void. */
  readonly epoch: number;
  /** Of the ticket, or of the session that a pass belongs to. */
  readonly id: string;
  /** Epoch ms. */
  readonly expires: number;
}

/** A signed lot: the right to one join at its turn. */
export interface TicketClaims extends Common {
  /** Tells a ticket from a pass. */
  readonly kind: 'ticket';
  /** In [0, 1). */
  readonly lot: number;
}

/** Proof of admission. */
export interface PassClaims extends Common {
  /** Tells a pass from a ticket. */
  readonly kind: 'pass';
  /** Counts the passes of the session from 0 on: each is replaced by the next. */
  readonly serial: number;
}

/** What a token says, told apart by its `kind`. */
export type Claims = TicketClaims | PassClaims;

/** Signs claims and reads them back. */
export interface Signer {
  /** The claims as a token, `payload.signature`, signed with the first secret by HMAC-SHA-256 (RFC 2104). */
  sign(claims: Claims): Promise<string>;
  /** What a token says, or `null` if none of the secrets has signed it. Never throws. */
  read(token: string): Promise<Claims | null>;
}

/** A key for HMAC-SHA-256: 32 bytes or more, a text as UTF-8. */
export type Secret = string | Uint8Array;

const LEAST_SECRET_BYTES = 32;
const LONGEST_TOKEN = 2_048;
const TOKEN = /^([\w-]+)\.([\w-]{43})$/;
const ALGORITHM = { name: 'HMAC', hash: 'SHA-256' };

/** Bytes as a name that needs no quoting anywhere. */
export const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
    char.charCodeAt(0),
  );

const isClaims = (value: unknown): value is Claims => {
  const { kind, stage, door, epoch, id, expires, lot, serial } = Object(value);
  const own = kind === 'ticket' ? lot : kind === 'pass' ? serial : null;
  return (
    [stage, door, id].every((text) => typeof text === 'string') &&
    [epoch, expires, own].every((number) => Number.isFinite(number))
  );
};

/**
 * Compact tokens, `payload.signature`, both in base64url.
 *
 * @param secrets the first one signs and all verify, so that one can be replaced while its tokens
 * are still about.
 */
export const createSigner = (secrets: readonly Secret[]): Signer => {
  const text = new TextEncoder();
  const raw = secrets.map((one) =>
    typeof one === 'string' ? text.encode(one) : Uint8Array.from(one),
  );
  if (!raw.length || raw.some((bytes) => bytes.length < LEAST_SECRET_BYTES)) {
    throw new RangeError(`A door needs a secret, of ${LEAST_SECRET_BYTES} bytes or more each.`);
  }
  let keys: Promise<CryptoKey[]> | undefined;
  const load = () => {
    keys ??= Promise.all(
      raw.map((bytes) =>
        crypto.subtle.importKey('raw', bytes, ALGORITHM, false, ['sign', 'verify']),
      ),
    );
    return keys;
  };

  return {
    async sign(claims) {
      const payload = toBase64Url(text.encode(JSON.stringify(claims)));
      const [key] = (await load()) as [CryptoKey];
      const signature = await crypto.subtle.sign('HMAC', key, text.encode(payload));
      return `${payload}.${toBase64Url(new Uint8Array(signature))}`;
    },
    async read(token) {
      // Measured before anything looks into it: whoever sent it may have sent a megabyte.
      if (token.length > LONGEST_TOKEN) return null;
      const [, payload, signed] = TOKEN.exec(token) ?? [];
      if (!payload || !signed) return null;
      try {
        const signature = fromBase64Url(signed);
        for (const key of await load()) {
          if (!(await crypto.subtle.verify('HMAC', key, signature, text.encode(payload)))) continue;
          const claims: unknown = JSON.parse(new TextDecoder().decode(fromBase64Url(payload)));
          return isClaims(claims) ? claims : null;
        }
      } catch {
        // Signed by one of the secrets, and yet no JSON: not of this door.
      }
      return null;
    },
  };
};
