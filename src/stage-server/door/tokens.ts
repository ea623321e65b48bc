import {
  base64url,
  CompactEncrypt,
  CompactSign,
  compactDecrypt,
  compactVerify,
  errors,
} from 'jose';

/** The claims of every token: the stage that it is for, and until when. */
export interface Common {
  /** The stage that the token is for. */
  readonly stage: string;
  /** The ID of the ticket, of the session that a pass belongs to, or of the token itself. */
  readonly id: string;
  /** Epoch ms. */
  readonly expires: number;
}

/** The claims of a token for a door. */
export interface DoorClaims extends Common {
  /** The door that the token is for, by its name in the stage document. */
  readonly door: string;
  /** The epoch of the door. After a restart the token is invalid. */
  readonly epoch: number;
}

/** A signed lot: the right to join once, at its turn. */
export interface TicketClaims extends DoorClaims {
  /** Distinguishes a ticket from other tokens. */
  readonly kind: 'ticket';
  /** In [0, 1). */
  readonly lot: number;
}

/** Proof of admission. */
export interface PassClaims extends DoorClaims {
  /** Distinguishes a pass from other tokens. */
  readonly kind: 'pass';
  /** The number of the pass in its session, from 0; each pass is replaced by the next. */
  readonly serial: number;
}

/** The right to operate the stage (`operator`), or to get that right once (`invitation`). */
export interface OperatorClaims extends Common {
  /** Distinguishes the two. */
  readonly kind: 'operator' | 'invitation';
  /** The operator's name in the log. */
  readonly name: string;
}

/** The claims of a token; `kind` is the discriminant. */
export type Claims = TicketClaims | PassClaims | OperatorClaims;

/** Signs claims and reads them back. */
export interface Signer {
  /** The claims as a compact JWS (RFC 7515) with the algorithm HS256, signed with the first secret. */
  sign(claims: Claims): Promise<string>;
  /** The claims of a token, or `null` if none of the secrets has signed it. Never throws. */
  read(token: string): Promise<Claims | null>;
  /** Text that only this stage can read and write, as a compact JWE (RFC 7516) with A256GCM. */
  seal(text: string): Promise<string>;
  /** Opens what was sealed with any of the secrets; `null` for anything else. Never throws. */
  open(sealed: string): Promise<string | null>;
}

/** A key for HS256 (RFC 7518, section 3.2): 32 bytes or more; a string is encoded as UTF-8. */
export type Secret = string | Uint8Array;

const LEAST_SECRET_BYTES = 32;
const LONGEST_TOKEN = 2_048;
/** A base64url decoder may ignore a line break: then one token would have many spellings. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]{43}$/;
const SEALED = /^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/;
const ALGORITHM = 'HS256';
const ENCRYPTION = 'A256GCM';
/** Verified tokens that are remembered: a listener shows one pass with each request. */
const MOST_VERIFIED = 50_000;

/** Bytes as a name that needs no escaping anywhere. */
export const toBase64Url = (bytes: Uint8Array): string => base64url.encode(bytes);

const isText = (value: unknown): value is string => typeof value === 'string';

function isClaims(value: unknown): value is Claims {
  const { kind, stage, door, epoch, id, expires, lot, serial, name } = Object(value);
  if (![stage, id].every(isText) || !Number.isFinite(expires)) return false;
  if (kind === 'operator' || kind === 'invitation') return isText(name);
  const own = kind === 'ticket' ? lot : kind === 'pass' ? serial : null;
  return isText(door) && [epoch, own].every((number) => Number.isFinite(number));
}

async function encryptionKey(secret: Uint8Array): Promise<Uint8Array> {
  const label = new TextEncoder().encode('earshot sealed text');
  const bytes = new Uint8Array(label.length + secret.length);
  bytes.set(label);
  bytes.set(secret, label.length);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

interface Keys {
  readonly signing: CryptoKey;
  readonly encrypting: Uint8Array;
}

async function keysOf(secret: Uint8Array<ArrayBuffer>): Promise<Keys> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const uses: KeyUsage[] = ['sign', 'verify'];
  const signing = await crypto.subtle.importKey('raw', secret, algorithm, false, uses);
  return { signing, encrypting: await encryptionKey(secret) };
}

/**
 * Signs and verifies tokens. Any JWS library can read them, so your own server can check a pass with the same secret.
 *
 * @param secrets the first one signs, all verify, so that you can replace one while its tokens are in use.
 * @throws RangeError if there is none, or one is shorter than 32 bytes.
 */
export function createSigner(secrets: readonly Secret[]): Signer {
  const text = new TextEncoder();
  const bytes = secrets.map((one) =>
    isText(one) ? text.encode(one) : Uint8Array.from(one),
  ) as Uint8Array<ArrayBuffer>[];
  if (bytes.length === 0 || bytes.some(({ length }) => length < LEAST_SECRET_BYTES)) {
    throw new RangeError(`A stage needs a secret, of ${LEAST_SECRET_BYTES} bytes or more each.`);
  }
  let imported: Promise<readonly Keys[]> | null = null;
  const keys = () => {
    imported ??= Promise.all(bytes.map(keysOf));
    return imported;
  };
  const first = async () => (await keys())[0] as Keys;
  const verified = new Map<string, Claims>();

  function remember(token: string, claims: Claims): void {
    verified.set(token, claims);
    if (verified.size <= MOST_VERIFIED) return;
    const [oldest = ''] = verified.keys();
    verified.delete(oldest);
  }

  async function verify(token: string): Promise<Claims | null> {
    for (const { signing } of await keys()) {
      try {
        const { payload } = await compactVerify(token, signing, { algorithms: [ALGORITHM] });
        const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
        return isClaims(claims) ? claims : null;
      } catch (error) {
        // Any other error than another key's signature: not a token.
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) return null;
      }
    }
    return null;
  }

  return {
    async sign(claims) {
      const { signing } = await first();
      return new CompactSign(text.encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: ALGORITHM })
        .sign(signing);
    },
    async read(token) {
      // Check the length before parsing: the sender may have sent a megabyte.
      if (token.length > LONGEST_TOKEN || !SHAPE.test(token)) return null;
      const known = verified.get(token);
      if (known) return known;
      const claims = await verify(token);
      if (claims) remember(token, claims);
      return claims;
    },
    async seal(plain) {
      const { encrypting } = await first();
      return new CompactEncrypt(text.encode(plain))
        .setProtectedHeader({ alg: 'dir', enc: ENCRYPTION })
        .encrypt(encrypting);
    },
    async open(sealed) {
      if (sealed.length > LONGEST_TOKEN || !SEALED.test(sealed)) return null;
      for (const { encrypting } of await keys()) {
        try {
          const options = {
            keyManagementAlgorithms: ['dir'],
            contentEncryptionAlgorithms: [ENCRYPTION],
          };
          const { plaintext } = await compactDecrypt(sealed, encrypting, options);
          return new TextDecoder().decode(plaintext);
        } catch {
          // Sealed with another secret, or by somebody else.
        }
      }
      return null;
    },
  };
}
