import { afterEach } from 'node:test';

/** Takes no part in the fakes: what the code under test does between two timers gets done. */
const nextTurn = setImmediate;

/** What becomes of a dial. A hung one ends when the client aborts it. */
export type Fate = 'accept' | 'refuse' | 'hang';

/** One try of the client to connect; times in ms. */
export interface Dial {
  readonly url: string;
  readonly start: number;
  end?: number;
}

/** A machine of its own for one client: clock, randomness and network. */
export interface World {
  readonly now: () => number;
  /** Every dial so far that {@link World.counts} lets through. */
  readonly dials: Dial[];
  /** From the end of each dial to the start of the next, ms. */
  readonly waits: () => number[];
  fate: (url: string) => Fate;
  /** What `Math.random` says once so many dials have failed. */
  random: (failed: number) => number;
  counts: (url: string) => boolean;
  /** Runs timers until `done`, or until nothing is under way any more. */
  run(done: () => boolean): Promise<void>;
  dial(url: string): Dial | undefined;
  end(dial: Dial | undefined): void;
}

/** A refusal takes this long, so that a delay counted from the dial's start shows. */
export const REFUSAL_MS = 100;

let world: World;

/** The world of the test that runs; the fakes of the network live in it. */
export const here = (): World => world;

const restores: (() => void)[] = [];

/** Puts a global, or a member of one, in place until the test ends. */
export function place(name: string, value: unknown, on: object = globalThis): void {
  const before = Object.getOwnPropertyDescriptor(on, name);
  Object.defineProperty(on, name, { value, configurable: true, writable: true });
  restores.push(() => {
    if (before) Object.defineProperty(on, name, before);
    else Reflect.deleteProperty(on, name);
  });
}

afterEach(() => {
  while (restores.length > 0) restores.pop()?.();
});

/** Begins a world at time 0 in which every dial is refused. */
export function createWorld(): World {
  const timers = new Map<number, { at: number; every?: number; call: () => void }>();
  const dials: Dial[] = [];
  let now = 0;
  let ids = 0;

  const set = (repeat: boolean) =>
    ((callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const wait = Math.max(0, Number(ms) || 0);
      const call = () => callback(...args);
      timers.set(++ids, { at: now + wait, call, ...(repeat && { every: Math.max(1, wait) }) });
      return ids;
    }) as unknown;
  const clear = (id: unknown): void => void timers.delete(id as number);

  // Each wait as it was asked for, fractions included; node's own fake timers round them.
  place('setTimeout', set(false));
  place('setInterval', set(true));
  place('clearTimeout', clear);
  place('clearInterval', clear);
  place('now', () => now, Date);
  place('now', () => now, performance);
  place('random', () => world.random(dials.filter((dial) => 'end' in dial).length), Math);

  world = {
    dials,
    now: () => now,
    waits: () =>
      dials.slice(1).map(({ start }, index) => start - (dials[index]?.end ?? Number.NaN)),
    fate: () => 'refuse',
    random: () => 0.5,
    counts: () => true,
    async run(done) {
      for (;;) {
        for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => nextTurn(resolve));
        if (done() || timers.size === 0) return;
        const [id, timer] = [...timers].reduce((a, b) => (b[1].at < a[1].at ? b : a));
        now = timer.at;
        if (timer.every) timer.at += timer.every;
        else timers.delete(id);
        timer.call();
      }
    },
    dial(url) {
      if (!world.counts(url)) return undefined;
      const dial: Dial = { url, start: now };
      dials.push(dial);
      return dial;
    },
    end(dial) {
      if (dial && !('end' in dial)) dial.end = now;
    },
  };
  return world;
}
