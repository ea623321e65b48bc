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

/** Who may operate the stage. */
export interface Operators {
  /** A token that can be exchanged once, within an hour. @param name of the operator, for the log. */
  invite(name: string): Promise<string>;
  /** Exchanges an invitation for the right to operate, for 12 hours. `null`: it is invalid, or was used. */
  admit(invitation: string): Promise<string | null>;
  /** The operator of a token, or `null`. */
  read(token: string | null): Promise<OperatorClaims | null>;
}

const INVITATION_MS = 3_600_000;
const SESSION_MS = 12 * 3_600_000;

/** Creates the operators' rights. They need no place to be kept, only the secret. */
export function createOperators({ stage, signer, clock, store, newId }: OperatorsParts): Operators {
  const sign = (kind: OperatorClaims['kind'], name: string, life: number) =>
    signer.sign({ kind, stage, id: newId(), name, expires: clock.now() + life });

  async function read(token: string | null, kind: OperatorClaims['kind']) {
    const claims = token === null ? null : await signer.read(token);
    if (claims?.kind !== kind || claims.stage !== stage) return null;
    return claims.expires > clock.now() ? claims : null;
  }

  return {
    invite: (name) => sign('invitation', name, INVITATION_MS),
    async admit(invitation) {
      const claims = await read(invitation, 'invitation');
      if (!claims) return null;
      const isFirst = await store.once(`invitation:${claims.id}`, INVITATION_MS);
      return isFirst ? sign('operator', claims.name, SESSION_MS) : null;
    },
    read: (token) => read(token, 'operator'),
  };
}
