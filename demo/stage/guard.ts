import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { JoinOptions } from '../../src/stage-server/index.ts';
import { type Answer, json, notFound, refusal } from './answers.ts';
import type { Floor } from './floor.ts';
import { isSegment } from './library.ts';
import { FLOOR } from './own-server.ts';

const ROOT = '/floor';
const TICKETS = `${ROOT}/tickets`;
/** Where a pass is renewed. */
const PASSES = `${ROOT}/passes`;

/** Whether a path of the main server lies behind the door. */
export function isGuarded(path: string): boolean {
  return path.startsWith(`${ROOT}/`);
}

/** A guarded path as the CDNs know it. */
export function insideOf(path: string): string {
  return path.slice(ROOT.length);
}

export function isTicketOffice(path: string): boolean {
  return path === TICKETS;
}

/**
 * Answers at the door: with a ticket, with a refusal, or with what lies behind it.
 *
 * @param behind the answer for a path as the CDNs know it.
 */
export async function guard(
  floor: Floor,
  request: IncomingMessage,
  path: string,
  behind: (path: string) => Answer,
): Promise<Answer> {
  if (isTicketOffice(path)) {
    if (!floor.stats().tickets) return notFound();
    if (request.method !== 'POST') return refusal(405, { Allow: 'POST' });
    return json(200, await floor.server.door(FLOOR)?.ticket());
  }
  if (path === PASSES) {
    const shown = await knock(floor, request, { passOnly: true });
    return 'refused' in shown ? shown.refused : refusal(204, shown.headers);
  }
  const inside = insideOf(path);
  const answer = behind(inside);
  // What is not there takes no place from anybody.
  if (answer.status === 404) return answer;
  if (isSegment(inside) && request.headers['earshot-pass'] === undefined) {
    return { ...refusal(403), body: 'A pass is needed; the playlist gives one.\n' };
  }
  const knocked = await knock(floor, request);
  if ('refused' in knocked) return knocked.refused;
  // A shared cache must neither hand out the pass nor let in those who have none.
  const headers = { ...answer.headers, ...knocked.headers, 'Cache-Control': 'private, no-store' };
  return { ...answer, headers };
}

/** Asks to be let in: what the answer must carry then, or the refusal. */
export async function knock(
  floor: Floor,
  request: IncomingMessage,
  options: JoinOptions = {},
): Promise<{ headers: OutgoingHttpHeaders } | { refused: Answer }> {
  const door = floor.server.door(FLOOR);
  if (!door) return { refused: refusal(503) };
  const join = await door.join(request.headers, options);
  if (join.ok) return { headers: join.headers };
  return { refused: { ...refusal(join.status, join.headers), body: `${join.why}\n` } };
}
