import type { FromServer } from './frames.ts';
import type { Tallies } from './tallies.ts';

const TICK_MS = 250;
const TOLD_EVERY_MS = 1_000;

/** What everybody is told unasked: another document at once, numbers at most once a second. */
export interface News {
  /** The number of listeners as it was told last. */
  count(): number;
  stop(): void;
}

export interface NewsParts {
  broadcast(frame: FromServer): void;
  /** How many are open now. */
  opened(): number;
  /** As it is now; `null` while it is not to change. */
  document(): Record<string, unknown> | null;
  tallies: Tallies;
  now: () => number;
}

export function createNews({ broadcast, opened, document, tallies, now }: NewsParts): News {
  let gist = '';
  let told = { at: 0, count: 0 };

  function tellDocument(): void {
    const current = document();
    if (!current) return;
    const fresh = gistOf(current);
    if (fresh !== gist && gist !== '') broadcast({ op: 'document', document: current });
    gist = fresh;
  }

  function tick(): void {
    tellDocument();
    const at = performance.now();
    if (at - told.at < TOLD_EVERY_MS) return;
    const count = opened();
    if (count !== told.count) broadcast({ op: 'listeners', count });
    told = { at, count };
    for (const message of tallies.drain(now())) broadcast({ op: 'message', ...message });
  }

  const timer = setInterval(tick, TICK_MS).unref();

  return { count: () => told.count, stop: () => clearInterval(timer) };
}

/** What everybody must know of at once; the rest is in the next edition that is fetched. */
function gistOf({ serverTime: _, sequence: __, doors, ...rest }: Record<string, unknown>): string {
  const entries = Object.entries(Object(doors)).map(([name, door]) => {
    const { open: ___, opensPerSecond, ...fixed } = Object(door);
    return [name, { ...fixed, opensPerSecond: Number(opensPerSecond).toPrecision(1) }];
  });
  return JSON.stringify([rest, entries]);
}
