import { randomBytes } from 'node:crypto';

const MOST_SESSIONS = 200;
const ID_BYTES = 16;
const UFRAG = /^a=ice-ufrag:(\S+)/m;

/** What the endpoint knows of a listener it has let in. */
export interface WhepSession {
  readonly id: string;
  readonly program: string;
  /** Of the ICE session: a restart makes a new one. */
  etag: string;
  /** The listener's ICE user name, null until it has answered a counter-offer. */
  user: string | null;
}

export interface WhepSessions {
  isFull(): boolean;
  size(): number;
  create(program: string, offer: string | null): WhepSession;
  find(program: string, id: string): WhepSession | null;
  remove(id: string): void;
  clear(): void;
}

export function createWhepSessions(): WhepSessions {
  const sessions = new Map<string, WhepSession>();
  return {
    isFull: () => sessions.size >= MOST_SESSIONS,
    size: () => sessions.size,
    create(program, offer) {
      const id = randomBytes(ID_BYTES).toString('base64url');
      const session = { id, program, etag: newTag(), user: offer && userOf(offer) };
      sessions.set(id, session);
      return session;
    },
    find(program, id) {
      const session = sessions.get(id);
      return session?.program === program ? session : null;
    },
    remove: (id) => void sessions.delete(id),
    clear: () => sessions.clear(),
  };
}

export function newTag(): string {
  return `"${randomBytes(ID_BYTES / 2).toString('hex')}"`;
}

/** The ICE user name in an SDP or a fragment of one. */
export function userOf(sdp: string): string | null {
  return UFRAG.exec(sdp)?.[1] ?? null;
}
