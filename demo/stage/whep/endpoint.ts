import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { type Answer, notFound, preflight, refusal } from '../answers.ts';
import type { Fault } from '../faults.ts';
import type { Floor } from '../floor.ts';
import { knock } from '../guard.ts';
import { createDesk, FRAGMENT, inStudio, readText, SDP, typeOf } from './desk.ts';
import type { WhepSessions } from './sessions.ts';
import type { Studio } from './studio.ts';
import { VOICES } from './voice.ts';

const ENDPOINT = /^\/(\w+)$/;
const SESSION = /^\/(\w+)\/([\w-]{1,64})$/;
const METHODS = 'POST, PATCH, DELETE, OPTIONS';
const NOBODY_ON_AIR_SECONDS = 5;

/** The answer to a request, under a fault that lets it through. */
export type Endpoint = (request: IncomingMessage, path: string, fault: Fault) => Promise<Answer>;

export interface EndpointParts {
  /** The path below which the endpoints of all programs lie. */
  root: string;
  floor: Floor | null;
  studio: Studio;
  sessions: WhepSessions;
  iceServers: readonly string[];
}

export function createEndpoint(parts: EndpointParts): Endpoint {
  const { root, floor, studio, sessions, iceServers } = parts;
  const desk = createDesk(studio, sessions);
  const links = iceServers.map((url) => `<${url}>; rel="ice-server"`);

  async function join(request: IncomingMessage, program: string, fault: Fault): Promise<Answer> {
    if (typeOf(request) !== SDP) return refusal(415, { 'Accept-Post': SDP });
    const offer = await readText(request);
    if (offer === null) return refusal(413, { Connection: 'close' });
    if (!offer.startsWith('v=0') || !offer.includes('m=audio')) return refusal(400);
    if (fault.kind === 'conflict') {
      return refusal(409, { 'Retry-After': String(fault.retryAfter ?? NOBODY_ON_AIR_SECONDS) });
    }
    // What is not there takes no place from anybody.
    if (!studio.isUp() || sessions.isFull()) return refusal(503);
    const knocked = floor ? await knock(floor, request) : { headers: {} };
    if ('refused' in knocked) return knocked.refused;
    return inStudio(() => enter(program, offer, fault.kind === 'counterOffer', knocked.headers));
  }

  async function enter(
    program: string,
    offer: string,
    isCounter: boolean,
    pass: OutgoingHttpHeaders,
  ): Promise<Answer> {
    const session = sessions.create(program, isCounter ? null : offer);
    const { id, etag } = session;
    try {
      const body = await studio.order(
        isCounter
          ? { kind: 'offer', session: id, program }
          : { kind: 'answer', session: id, program, offer },
      );
      const headers = {
        'Content-Type': SDP,
        'Cache-Control': 'private, no-store',
        Location: `${root}/${program}/${id}`,
        ETag: etag,
        ...(links.length > 0 && { Link: links }),
        ...pass,
      };
      return { status: isCounter ? 406 : 201, headers, body };
    } catch (error) {
      sessions.remove(id);
      throw error;
    }
  }

  return async (request, path, fault) => {
    const [, program] = ENDPOINT.exec(path) ?? [];
    const [, of = '', id = ''] = SESSION.exec(path) ?? [];
    const { method } = request;
    if (method === 'OPTIONS') {
      const given = preflight(METHODS);
      const accepted = { 'Accept-Post': SDP, 'Accept-Patch': `${FRAGMENT}, ${SDP}` };
      return { ...given, status: 200, headers: { ...given.headers, ...accepted } };
    }
    if (program !== undefined) {
      if (!Object.hasOwn(VOICES, program)) return notFound();
      return method === 'POST'
        ? join(request, program, fault)
        : refusal(405, { Allow: 'POST, OPTIONS' });
    }
    const session = sessions.find(of, id);
    if (!session) return notFound();
    if (method === 'PATCH') return desk.patch(session, request);
    if (method === 'DELETE') return desk.remove(session);
    return refusal(405, { Allow: 'PATCH, DELETE, OPTIONS' });
  };
}
