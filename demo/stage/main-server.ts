import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { json, notFound, send } from './answers.ts';
import type { Console } from './console.ts';
import { isGuarded } from './guard.ts';
import type { Whep } from './whep/whep.ts';

/** Other paths of the main server; false where it has no answer. */
export type Routes = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | Promise<boolean>;

/**
 * The main server: the stage document, what the door guards and the WHEP endpoint (each under its
 * fault), the console and the pages.
 */
export function createMainHandler(
  stage: RequestListener,
  floor: RequestListener | null,
  whep: Whep | null,
  console: Console,
  routes: Routes,
): RequestListener {
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = URL.parse(request.url ?? '', 'http://main')?.pathname ?? '';
    if (path === '/stage.json') return stage(request, response);
    if (whep && path.startsWith(`${whep.root}/`)) return whep.handler(request, response);
    if (floor && isGuarded(path)) return floor(request, response);
    if (await console.handle(request, response, path)) return;
    if (await routes(request, response)) return;
    send(request, response, notFound());
  }

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      send(request, response, json(500, { error: String(error) }));
    });
  };
}
