import type { IncomingMessage } from 'node:http';
import type { Routes } from '../../demo/stage/main-server.ts';
import type { Stage } from '../../demo/stage/stage.ts';

const RENAMED = /^\/endpoint-\d+(\/.*)$/;
/** They belong to one connection. */
const OF_CONNECTION = ['connection', 'host', 'keep-alive', 'transfer-encoding', 'content-length'];

const headersOf = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    OF_CONNECTION.includes(name) ? [] : [[name, String(value)]],
  );

/** A WHEP endpoint that can be given another name: a proxy in front of it, and the document that tells. */
export class RenamedEndpoint {
  /** For the stage's option `document`; each new name is written into it. */
  readonly document: Record<string, unknown> = { spread: 1 };
  #stage: Stage | null = null;
  #sources: readonly { readonly kind: string; readonly url: string }[] = [];
  #names = 0;

  async follow(stage: Stage): Promise<void> {
    this.#stage = stage;
    const { sources } = (await (await fetch(stage.documentUrl)).json()) as {
      sources: { kind: string; url: string }[];
    };
    this.#sources = sources;
  }

  rename(): void {
    this.#names++;
    this.document.sources = this.#sources.map((source) => {
      const { origin, pathname } = new URL(source.url);
      const url = `${origin}/endpoint-${this.#names}${pathname}`;
      return source.kind === 'whep' ? { ...source, url } : source;
    });
  }

  readonly routes: Routes = async (request, response) => {
    const path = RENAMED.exec(request.url ?? '')?.[1];
    if (!path || !this.#stage) return false;
    const answer = await fetch(new URL(path, this.#stage.url), {
      method: request.method ?? 'GET',
      headers: headersOf(request),
      body: request.method === 'POST' ? Buffer.concat(await request.toArray()) : null,
    });
    const kept = [...answer.headers].filter(([name]) => !OF_CONNECTION.includes(name));
    response.writeHead(answer.status, Object.fromEntries(kept));
    response.end(Buffer.from(await answer.arrayBuffer()));
    return true;
  };
}
