import type { IncomingMessage } from 'node:http';
import type { StageServer } from '../../src/stage-server/index.ts';
import type { Answer } from './answers.ts';

const LOOPBACK = { address: '127.0.0.1' };
const EDITION_EVERY_MS = 1_000;

/** The stage document as the stage's own server answers it, for a fault to spoil. */
export async function documentAnswer(
  server: StageServer,
  request: IncomingMessage,
  editionAge: number,
): Promise<Answer> {
  await server.ready;
  // So that it is right whatever clock the stage runs on.
  if (editionAge >= EDITION_EVERY_MS) await server.refresh();
  const { 'if-none-match': known } = request.headers;
  const headers = known === undefined ? {} : { 'If-None-Match': known };
  const response = await server.fetch(
    new Request('http://stage/stage.json', { headers }),
    LOOPBACK,
  );
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
