/** One page of one engine, driven by a standard protocol. */
export interface Engine {
  readonly name: string;
  open(url: string): Promise<void>;
  /** Runs a script in the page, as in a gesture where `gesture` is set, and returns its JSON value. */
  run<Value>(script: string, gesture?: boolean): Promise<Value>;
  close(): Promise<void>;
}

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
  const { setTimeout: pause } = await import('node:timers/promises');
  for (const end = Date.now() + most; Date.now() < end; await pause(200)) {
    const seen = await look();
    if (seen) return seen;
  }
  throw new Error(`Waited ${most} ms for: ${what}`);
};
