import type { OperatorSession } from '../operators.ts';

/** Where the session is kept: `sessionStorage`, so that it ends with the tab. */
export type SessionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'earshot-operator';

/** The session of this tab, if it has one that has not expired. */
export function loadSession(storage: SessionStorage, now: number): OperatorSession | null {
  try {
    const read: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    const { token, name, expires } = Object(read) as Record<string, unknown>;
    if (typeof token !== 'string' || typeof name !== 'string') return null;
    return typeof expires === 'number' && expires > now ? { token, name, expires } : null;
  } catch {
    return null;
  }
}

/** Without storage, the session ends with a reload. */
export function saveSession(storage: SessionStorage, session: OperatorSession | null): void {
  try {
    if (session) storage.setItem(KEY, JSON.stringify(session));
    else storage.removeItem(KEY);
  } catch {}
}

/** The invitation in what an operator has pasted: the whole URL, its hash, or the token alone. */
export function invitationIn(text: string): string {
  const [, token] = /#token=([^&\s]+)/.exec(text) ?? [];
  return token ?? text.trim();
}
