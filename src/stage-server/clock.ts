/** Time of a stage: its own clock, corrected by the clock of the store that all nodes share. */
export interface StageClock {
  /** Epoch ms by the store's clock. */
  now(): number;
  /** Epoch ms by this process's clock, to measure how long something takes. */
  local(): number;
  /**
   * Runs `run` again and again, `ms` after its last start or at once after a late end; never twice at the same time.
   *
   * @returns a function that stops it.
   */
  every(ms: number, run: () => void | Promise<void>): () => void;
  /** Runs `run` once, after `ms`. @returns a function that stops it. */
  after(ms: number, run: () => void): () => void;
  /** Resolves after `ms`. */
  pause(ms: number): Promise<void>;
  /** The store answered `now` to a call from `sentAt` until now, both {@link StageClock.local}. */
  correct(now: number, sentAt: number): void;
}

/** The timers that a clock runs on: those of the process, or of a test. */
export interface Timers {
  /** Epoch ms. */
  readonly now: () => number;
  /** Runs `run` once, after `ms`. @returns a function that stops it. */
  readonly after: (ms: number, run: () => void) => () => void;
}

// The time that the answer takes on its way is not known: smaller differences say nothing.
const IGNORED_MS = 100;

/** The timers of the process. They do not keep it running. */
export const processTimers: Timers = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, ms) as unknown as { unref?: () => void };
    timer.unref?.();
    return () => clearTimeout(timer as unknown as number);
  },
};

/** Creates the clock of a stage. */
export function createClock({ now, after }: Timers): StageClock {
  let ahead = 0;
  return {
    now: () => now() + ahead,
    local: now,
    after,
    pause: (ms) => new Promise((resolve) => void after(ms, resolve)),
    every(ms, run) {
      let stop = () => {};
      let isStopped = false;
      const next = async () => {
        const startedAt = now();
        await run();
        if (isStopped) return;
        const rest = ms - Math.max(0, now() - startedAt);
        stop = after(Math.max(0, Math.min(ms, rest)), next);
      };
      stop = after(ms, next);
      return () => {
        isStopped = true;
        stop();
      };
    },
    correct(stored, sentAt) {
      const sent = now() - sentAt;
      // A call that took long tells little.
      const measured = stored - (sentAt + sent / 2);
      if (Math.abs(measured - ahead) > Math.max(IGNORED_MS, sent)) ahead = measured;
    },
  };
}
