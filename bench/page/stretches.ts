// Runs after the probe: keeps the stretches without sound, by a clock that a page's own cannot change. Begins after a
// gesture where the engine wants one.
import type {} from './probe.ts';
import { reel } from './reel.ts';

const LISTEN_EVERY_MS = 20;

/** What the matrix asks a page. Times are ms since the page opened. */
const stretches = {
  /** When there was sound first, and last; 0 before. */
  firstAt: 0,
  heardAt: 0,
  /** Without sound after the first sound. The last one may go on. */
  silences: [] as [from: number, to: number][],
  /** When it was listened last: a busy machine may let a page wait. */
  now: 0,
};

document.addEventListener('click', () => void reel.context.resume());

setInterval(() => {
  const now = performance.now();
  stretches.now = now;
  if (bench.probe.wordFor() > 0) {
    stretches.firstAt ||= now;
    stretches.heardAt = now;
  } else if (stretches.heardAt) {
    const last = stretches.silences.at(-1);
    if (last && last[0] === stretches.heardAt) last[1] = now;
    else stretches.silences.push([stretches.heardAt, now]);
  }
}, LISTEN_EVERY_MS);

declare global {
  interface Bench {
    stretches: typeof stretches;
  }
}

globalThis.bench = { ...globalThis.bench, stretches };
