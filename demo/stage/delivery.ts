import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, open, refusal, send } from './answers.ts';
import type { Fault } from './faults.ts';

const DRIP_EVERY_MS = 100;

const WALLS: readonly Fault['kind'][] = [
  ...(['unavailable', 'tooMany', 'hang', 'reset', 'refuse', 'gone'] as const),
];

/** Whether anything of an answer gets through the fault. */
export function letsThrough({ kind }: Fault): boolean {
  return !WALLS.includes(kind);
}

/** Sends an answer the way the fault lets it through. Returns the status; null if none was sent. */
export function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault,
  answer: Answer,
): number | null {
  switch (fault.kind) {
    case 'hang':
      return null;
    case 'reset':
    case 'refuse':
      request.socket.resetAndDestroy();
      return null;
    case 'drip':
      drip(response, open(request, response, answer), fault.bytesPerSecond);
      return answer.status;
    default: {
      const sent = spoil(fault, answer);
      send(request, response, sent);
      return sent.status;
    }
  }
}

function spoil(fault: Fault, answer: Answer): Answer {
  if (fault.kind === 'gone') return refusal(404);
  if (fault.kind !== 'unavailable' && fault.kind !== 'tooMany') return answer;
  const { kind, retryAfter } = fault;
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  return refusal(kind === 'unavailable' ? 503 : 429, headers);
}

function drip(response: ServerResponse, body: Uint8Array, bytesPerSecond: number): void {
  const step = Math.max(1, Math.floor((bytesPerSecond * DRIP_EVERY_MS) / 1000));
  let sent = 0;
  const next = () => {
    response.write(body.subarray(sent, sent + step));
    sent += step;
    if (sent < body.length) return;
    clearInterval(timer);
    response.end();
  };
  const timer = setInterval(next, Math.max(DRIP_EVERY_MS, (step * 1000) / bytesPerSecond));
  response.once('close', () => clearInterval(timer));
  response.flushHeaders();
}

/** The same number of bytes, none of them of use: the same garbage each time. */
export function corrupt(answer: Answer): Answer {
  let seed = 1;
  const body = new Uint8Array(answer.body.length);
  for (let i = 0; i < body.length; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    body[i] = seed >>> 24;
  }
  return { ...answer, headers: { ...answer.headers, 'Cache-Control': 'no-store' }, body };
}
