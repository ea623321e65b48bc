import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL } from '../../../src/stage-server/channel/frames.ts';
import type { Fault } from '../faults.ts';

/** How an upgrade ends that is not let through. A browser shows none of it to the page. */
export interface Refusal {
  /** `null`: the connection is reset, or nothing is said at all. */
  status: number | null;
  isSilent?: boolean;
  retryAfter?: number | string | undefined;
}

/** How an upgrade ends by what is asked and by the fault; `null`: it is let through. */
export function judgeUpgrade(
  { url, headers }: IncomingMessage,
  path: string,
  fault: Fault,
): Refusal | null {
  if (URL.parse(url ?? '', 'http://channel')?.pathname !== path) return { status: 404 };
  const offered = headers['sec-websocket-protocol']?.split(/, */) ?? [];
  return refusalOf(fault) ?? (offered.includes(SUBPROTOCOL) ? null : { status: 400 });
}

function refusalOf(fault: Fault): Refusal | null {
  switch (fault.kind) {
    case 'unavailable':
      return { status: 503, retryAfter: fault.retryAfter };
    case 'tooMany':
      return { status: 429, retryAfter: fault.retryAfter };
    case 'unauthorized':
      return { status: 401 };
    case 'gone':
      return { status: 404 };
    case 'hang':
      return { status: null, isSilent: true };
    case 'reset':
    case 'refuse':
      return { status: null };
    default:
      return null;
  }
}

/** Answers an upgrade with a status, and ends the connection. */
export function refuse(socket: Duplex, { status, retryAfter, isSilent }: Refusal): void {
  if (status === null) {
    if (!isSilent && socket instanceof Socket) socket.resetAndDestroy();
    return;
  }
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'Connection: close'];
  if (retryAfter !== undefined) lines.push(`Retry-After: ${retryAfter}`);
  socket.end([...lines, 'Content-Length: 0', '', ''].join('\r\n'));
}

/** Ends a connection when what was written is out, whether or not the other end agrees. */
export function destroySoon(socket: Duplex): void {
  if (socket instanceof Socket) socket.destroySoon();
  else socket.destroy();
}
