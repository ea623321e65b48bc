import type { IncomingMessage } from 'node:http';
import { join } from './bytes.ts';
import { InvalidInput } from './faults.ts';

const MOST_BYTES = 4096;

/** Reads a small JSON body that one of the stage's own pages, or no page at all, has sent. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const { origin, host, 'content-type': type = '' } = request.headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    throw new InvalidInput('Origin: not a page of this server');
  }
  // A foreign page cannot send this type without a preflight, which is never granted.
  if (type.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new InvalidInput('Content-Type: not application/json');
  }
  const body = await readBody(request);
  try {
    return JSON.parse(body);
  } catch {
    throw new InvalidInput('body: not JSON');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The request outlives a broken loop, so that the refusal can still be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new InvalidInput(`body: more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(join(chunks));
}
