import { base64url, CompactSign, compactVerify, errors } from 'jose';

/** The claims of every token: whom it is for, and until when. */
export interface Common {
  /** The stage that the token is for: {@link DoorOptions.stage}. */
  readonly stage: string;
  /** The door that the token is for, by its name in the stage document. */
  readonly door: string;
  /** The epoch of the door. After a restart the token is invalid. */
  readonly epoch: number;
  /** The ID of the ticket, or of the session that a pass belongs to. */
  readonly id: string;
  /** Epoch ms. */
  readonly expires: number;
}

/** A signed lot: the right to join once, at its turn. */
export interface TicketClaims extends Common {
  /** Distinguishes a ticket from a pass. */
  readonly kind: 'ticket';
  /** In [0, 1). */
  readonly lot: number;
}

/** Proof of admission. */
export interface PassClaims extends Common {
  /** Distinguishes a pass from a ticket. */
  readonly kind: 'pass';
  /** The number of the pass in its session, from 0; each pass is replaced by the next. */
  readonly serial: number;
}

/** The claims of a token; `kind` is the discriminant. */
export type Claims = TicketClaims | PassClaims;

/** Signs claims and reads them back. */
export interface Signer {
  /** The claims as a compact JWS (RFC 7515) with the algorithm HS256, signed with the first secret. */
  sign(claims: Claims): Promise<string>;
  /** The claims of a token, or `null` if none of the secrets has signed it. Never throws. */
  read(token: string): Promise<Claims | null>;
}

/** A key for HS256 (RFC 7518, section 3.2): 32 bytes or more; a string is encoded as UTF-8. */
export type Secret = string | Uint8Array;

const LEAST_SECRET_BYTES = 32;
const LONGEST_TOKEN = 2_048;
/** A base64url decoder may ignore a line break: then one token would have many spellings. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]{43}$/;
const ALGORITHM = 'HS256';

/** Bytes as a name that needs no escaping anywhere. */
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
 * Signs and verifies tokens. Any JWS library can read them, so your own server can check a pass with the same secret.
 *
 * @param secrets the first one signs, all verify, so that you can replace one while its tokens are in use.
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
        // Any other error than another key's signature: not a token.
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
      // Check the length before parsing: the sender may have sent a megabyte.
      const isShort = token.length <= LONGEST_TOKEN;
      const payload = isShort && SHAPE.test(token) ? await payloadOf(token) : null;
      try {
        const claims: unknown = payload && JSON.parse(new TextDecoder().decode(payload));
        return isClaims(claims) ? claims : null;
      } catch {
        // One of the secrets has signed it, but it is not JSON: not a token of this door.
        return null;
      }
    },
  };
};
