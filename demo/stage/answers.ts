import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { fromText } from './bytes.ts';

export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Uint8Array | string;
}

const EXPOSED = [
  ...['Retry-After', 'RateLimit', 'RateLimit-Policy', 'Date', 'Age', 'ETag', 'Content-Range'],
  ...['Location', 'Link', 'Accept-Patch', 'Accept-Post', 'Earshot-Pass'],
].join(', ');

/** Every page may read every answer of the stage, a refusal's headers included. */
export const CORS: OutgoingHttpHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': EXPOSED,
  'Timing-Allow-Origin': '*',
};

export function refusal(status: number, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store', ...headers },
    body: '',
  };
}

export function notFound(): Answer {
  return refusal(404);
}

export function preflight(methods = 'GET, HEAD, OPTIONS'): Answer {
  const headers = {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers':
      '*, Authorization, Content-Type, If-Match, Earshot-Pass, Earshot-Ticket',
    'Access-Control-Max-Age': '600',
  };
  return refusal(204, headers);
}

export function json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** Sends the headers and returns the body that is still to be sent: none for a HEAD. */
export function open(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Uint8Array {
  const body = typeof answer.body === 'string' ? fromText(answer.body) : answer.body;
  const length = answer.status === 204 ? {} : { 'Content-Length': body.length };
  response.writeHead(answer.status, { ...answer.headers, ...length });
  return request.method === 'HEAD' ? new Uint8Array() : body;
}

export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  response.end(open(request, response, answer));
}
