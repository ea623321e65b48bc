import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from '../answers.ts';
import { newTag, userOf, type WhepSession, type WhepSessions } from './sessions.ts';
import { type Studio, StudioDown } from './studio.ts';

export const SDP = 'application/sdp';
export const FRAGMENT = 'application/trickle-ice-sdpfrag';
const MOST_BYTES = 64 * 1024;

/** What a session's own URL answers. */
export interface Desk {
  patch(session: WhepSession, request: IncomingMessage): Promise<Answer>;
  remove(session: WhepSession): Promise<Answer>;
}

export function createDesk(studio: Studio, sessions: WhepSessions): Desk {
  /** The listener's answer to a counter-offer. */
  async function accept(session: WhepSession, answer: string): Promise<Answer> {
    if (session.user !== null) return refusal(422);
    await studio.order({ kind: 'accept', session: session.id, answer });
    session.user = userOf(answer);
    return refusal(204);
  }

  async function trickle(
    session: WhepSession,
    fragment: string,
    match: string | undefined,
  ): Promise<Answer> {
    if (match === undefined) return refusal(428);
    if (match !== '*' && match !== session.etag) return refusal(412);
    const user = userOf(fragment);
    if (user === null) return refusal(400);
    // Its candidates are not needed: the listener comes to us.
    if (user === session.user) return refusal(204);
    const body = await studio.order({ kind: 'restart', session: session.id, fragment });
    session.user = user;
    session.etag = newTag();
    const headers = { 'Content-Type': FRAGMENT, ETag: session.etag, 'Cache-Control': 'no-store' };
    return { status: 200, headers, body };
  }

  return {
    async patch(session, request) {
      const type = typeOf(request);
      if (type !== SDP && type !== FRAGMENT) return refusal(415, { 'Accept-Patch': FRAGMENT });
      const body = await readText(request);
      if (body === null) return refusal(413, { Connection: 'close' });
      return inStudio(() =>
        type === SDP ? accept(session, body) : trickle(session, body, request.headers['if-match']),
      );
    },
    async remove(session) {
      sessions.remove(session.id);
      return inStudio(async () => {
        await studio.order({ kind: 'leave', session: session.id });
        return refusal(200);
      });
    },
  };
}

/** What the media process answers; 503 when it is down, 422 when it cannot make sense of it. */
export async function inStudio(order: () => Promise<Answer>): Promise<Answer> {
  try {
    return await order();
  } catch (error) {
    return { ...refusal(error instanceof StudioDown ? 503 : 422), body: `${error}\n` };
  }
}

export function typeOf(request: IncomingMessage): string {
  const { 'content-type': type = '' } = request.headers;
  return type.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The body of a request; null when it is too long. */
export async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
