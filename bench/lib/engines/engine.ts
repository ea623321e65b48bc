import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** When there was sound. Times are ms since the page opened. */
export interface Stretches {
  /** When there was sound first, and last; 0 before. */
  readonly firstAt: number;
  readonly heardAt: number;
  /** Without sound after the first sound. The last one may go on. */
  readonly silences: readonly (readonly [from: number, to: number])[];
  /** When it was listened last. */
  readonly now: number;
}

/** One page of one engine, driven by a standard protocol. */
export interface Engine {
  readonly name: string;
  /** Address of this machine that it reaches peers at. */
  readonly host: string;
  open(url: string): Promise<void>;
  /** Runs a script in the page, as in a gesture where `gesture` is set, and returns its JSON value. */
  run<Value>(script: string, gesture?: boolean): Promise<Value>;
  /** What comes out of its loudspeaker since the page opened, where a page that taps its own sound would disturb it. */
  stretches?(): Stretches;
  close(): Promise<void>;
}

/** An address of this machine that is not the loopback one, if it has one. */
export const ownAddress = (): string =>
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';

/** A port that nobody listens at. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Resolves with the first line of `stream` that matches. */
export const lineOf = (stream: NodeJS.ReadableStream, pattern: RegExp): Promise<RegExpExecArray> =>
  new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
      const found = pattern.exec(text);
      if (found) resolve(found);
    });
    stream.on('end', () => reject(new Error(`It ended without a word: ${text.slice(-500)}`)));
  });

/** Asks `look` again and again until it gives something; fails with `what` after `most` ms. */
export const until = async <Value>(
  what: string,
  look: () => Promise<Value | null | undefined | false>,
  most = 60_000,
): Promise<Value> => {
  for (const end = Date.now() + most; Date.now() < end; await pause(200)) {
    const seen = await look();
    if (seen) return seen;
  }
  throw new Error(`Waited ${most} ms for: ${what}`);
};
