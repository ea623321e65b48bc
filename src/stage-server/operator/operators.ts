import type { StageClock } from '../clock.ts';
import type { OperatorClaims, Signer } from '../door/tokens.ts';
import type { Store } from '../store/store.ts';

/** The parts that the operators' rights stand on. */
export interface OperatorsParts {
  readonly stage: string;
  readonly signer: Signer;
  readonly clock: Pick<StageClock, 'now'>;
  readonly store: Pick<Store, 'once'>;
  newId(): string;
}

/** The right to operate. */
export interface OperatorSession {
  readonly token: string;
  /** Of the operator, for the log. */
  readonly name: string;
  /** Epoch ms. */
  readonly expires: number;
}

/** Who may operate the stage. */
export interface Operators {
  /** A token that can be exchanged once, within an hour. @param name of the operator, for the log. */
  invite(name: string): Promise<string>;
  /** Exchanges an invitation for the right to operate, for 12 hours. `null`: it is invalid, or was used. */
  admit(invitation: string): Promise<OperatorSession | null>;
  /** The operator of a token, or `null`. */
  read(token: string | null): Promise<OperatorClaims | null>;
}

const INVITATION_MS = 3_600_000;
const SESSION_MS = 12 * 3_600_000;

/** Creates the operators' rights. They need no place to be kept, only the secret. */
export function createOperators({ stage, signer, clock, store, newId }: OperatorsParts): Operators {
  const sign = (kind: OperatorClaims['kind'], name: string, expires: number) =>
    signer.sign({ kind, stage, id: newId(), name, expires });

  async function read(token: string | null, kind: OperatorClaims['kind']) {
    const claims = token === null ? null : await signer.read(token);
    if (claims?.kind !== kind || claims.stage !== stage) return null;
    return claims.expires > clock.now() ? claims : null;
  }

  return {
    invite: (name) => sign('invitation', name, clock.now() + INVITATION_MS),
    async admit(invitation) {
      const claims = await read(invitation, 'invitation');
      if (!claims) return null;
      const isFirst = await store.once(`invitation:${claims.id}`, INVITATION_MS);
      if (!isFirst) return null;
      const { name } = claims;
      const expires = clock.now() + SESSION_MS;
      return { token: await sign('operator', name, expires), name, expires };
    },
    read: (token) => read(token, 'operator'),
  };
}
