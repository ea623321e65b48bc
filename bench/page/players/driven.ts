// Earshot, with what a bench lets its listener do: each act in the midst of a word, and noted in the recording.
import { BURSTS, CODE_MS, modulo } from '../../../demo/stage/recording/coded.ts';
import type { Session } from '../../../src/index.ts';

await bench.probe.ready;
const path: string = '/earshot/earshot.js';
const { channel, cues, listen } = (await import(path)) as typeof import('../../../src/index.ts');
const query = new URLSearchParams(location.search);
const startsAt = Number(query.get('startsAt'));
const session = listen({
  stage: query.get('stage') ?? '',
  ...(query.has('cues') && { channel: channel({ tabs: false }), cues: cues() }),
});
session.on('switch', (change) => bench.probe.mark('switch', change));
session.on('cue', ({ id, at }) => bench.probe.mark('cue', { id, at }));

const LOOK_EVERY_MS = 10;
/** So much of the word has been said, and so much is still to come: more than what an act takes until it sounds. */
const BEGUN_MS = 200;
const LEFT_MS = 450;

const isWithinAWord = (programTime: number): boolean => {
  const code = modulo(programTime - startsAt, CODE_MS);
  return BURSTS.some(([from, to]) => code >= from + BEGUN_MS && code <= to - LEFT_MS);
};

/** Waits until a word sounds, and until there was a word at each of these distances from it, ms of program time. */
const inAWord = (...distances: number[]): Promise<void> =>
  new Promise((done) => {
    const timer = setInterval(() => {
      const { programTime } = session.state;
      const isSpoken = (by: number) => programTime !== null && isWithinAWord(programTime + by);
      if (bench.probe.wordFor() < BEGUN_MS || ![0, ...distances].every(isSpoken)) return;
      clearInterval(timer);
      done();
    }, LOOK_EVERY_MS);
  });

const driven = {
  session,
  inAWord,
  /** Goes back by so many seconds, to a word. */
  async back(seconds: number): Promise<boolean> {
    await inAWord(-1000 * seconds);
    bench.probe.mark('back');
    return session.back(seconds);
  },
  async pause(): Promise<void> {
    await inAWord();
    bench.probe.mark('pause');
    session.pause();
  },
  resume(): void {
    bench.probe.mark('resume');
    session.resume();
  },
  async goLive(): Promise<void> {
    await inAWord();
    bench.probe.mark('live');
    session.goLive();
  },
  /** Whether it is no further behind live than so many ms, on a source of the kind. */
  isLive: (most: number, kind: string): boolean =>
    session.state.hearing &&
    session.state.source?.kind === kind &&
    (session.state.behindLive ?? Number.POSITIVE_INFINITY) <= most,
};

declare global {
  interface Bench {
    driven: typeof driven & { readonly session: Session };
  }
}

globalThis.bench = { ...globalThis.bench, driven };
