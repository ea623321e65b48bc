import { base64url, CompactSign, compactVerify, errors } from 'jose';

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
  /** The claims as a compact JWS (RFC 7515) with the algorithm HS256, signed with the first secret. */
  sign(claims: Claims): Promise<string>;
  /** What a token says, or `null` if none of the secrets has signed it. Never throws. */
  read(token: string): Promise<Claims | null>;
}

/** A key for HS256 (RFC 7518, section 3.2): 32 bytes or more, a text as UTF-8. */
export type Secret = string | Uint8Array;

const LEAST_SECRET_BYTES = 32;
const LONGEST_TOKEN = 2_048;
/** A decoder of base64url may overlook a line break: one token would be many. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]{43}$/;
const ALGORITHM = 'HS256';

/** Bytes as a name that needs no quoting anywhere. */
export const toBase64Url = (bytes: Uint8Array): string => base64url.encode(bytes);

const isClaims = (value: unknown): value is Claims => {
  const { kind, stage, door, epoch, id, expires, lot, serial } = Object(value);
  const own = kind === 'ticket' ? lot : kind === 'pass' ? serial : null;
  return (
    [stage, door, id].every((text) => typeof text === 'string') &&
    [epoch, expires, own].every((number) => Number.isFinite(number))
  );
};

/**
 * Tokens as any library for JWS reads them, so that a server of yours can check a pass with the same secret.
 *
 * @param secrets the first one signs and all verify, so that one can be replaced while its tokens
 * are still about.
 * @throws RangeError if there is none, or one is shorter than 32 bytes.
 */
export const createSigner = (secrets: readonly Secret[]): Signer => {
  const text = new TextEncoder();
  const keys = secrets.map((one) =>
    typeof one === 'string' ? text.encode(one) : Uint8Array.from(one),
  );
  const [signing] = keys;
  if (!signing || keys.some((bytes) => bytes.length < LEAST_SECRET_BYTES)) {
    throw new RangeError(`A door needs a secret, of ${LEAST_SECRET_BYTES} bytes or more each.`);
  }

  const payloadOf = async (token: string): Promise<Uint8Array | null> => {
    for (const key of keys) {
      try {
        return (await compactVerify(token, key, { algorithms: [ALGORITHM] })).payload;
      } catch (error) {
        // Anything else than another key's signature: it is no token at all.
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) return null;
      }
    }
    return null;
  };

  return {
    sign: (claims) =>
      new CompactSign(text.encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: ALGORITHM })
        .sign(signing),
    async read(token) {
      // Measured before anything looks into it: whoever sent it may have sent a megabyte.
      const isShort = token.length <= LONGEST_TOKEN;
      const payload = isShort && SHAPE.test(token) ? await payloadOf(token) : null;
      try {
        const claims: unknown = payload && JSON.parse(new TextDecoder().decode(payload));
        return isClaims(claims) ? claims : null;
      } catch {
        // Signed by one of the secrets, and yet no JSON: not of this door.
        return null;
      }
    },
  };
};
