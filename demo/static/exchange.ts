import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Hooks, Reply } from './reply.ts';

/** A fault that never answers is over when even the most patient client has gone. */
const LONGEST_SILENCE_MS = 60_000;

/** What the stage reads of a request, as Node would hand it over. */
const asIncoming = (request: Request, path: string, reset: () => void): IncomingMessage => {
  const incoming = {
    method: request.method,
    url: path,
    headers: Object.fromEntries(request.headers),
    socket: { resetAndDestroy: reset },
    async *iterator() {
      yield new Uint8Array(await request.arrayBuffer());
    },
  };
  return incoming as unknown as IncomingMessage;
};

/**
 * The answer of a handler that was written for Node's server, so that the static demo's stage is the
 * stage itself and no copy of it.
 *
 * @param path of the request, with its query, as the handler knows it.
 */
export const answerOf = (
  listener: RequestListener,
  request: Request,
  path: string,
): Promise<Response> =>
  new Promise((resolve) => {
    const silence = setTimeout(() => hooks.settle(Response.error()), LONGEST_SILENCE_MS);
    const hooks: Hooks = {
      settle(response) {
        clearTimeout(silence);
        resolve(response);
      },
    };
    const reply = new Reply(hooks);
    request.signal.addEventListener('abort', () => reply.destroy());
    listener(
      asIncoming(request, path, () => reply.destroy()),
      reply as unknown as ServerResponse & { req: IncomingMessage },
    );
  });
