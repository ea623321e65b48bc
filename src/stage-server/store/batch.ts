import type { StageClock } from '../clock.ts';

/** The options of a batch. */
export interface BatchOptions<In, Out> {
  readonly clock: Pick<StageClock, 'local' | 'after'>;
  /** The shortest time between the starts of two calls, ms. */
  readonly pace: number;
  /** Makes one call for all items. It answers each of them, in the same order. */
  call(items: readonly In[]): Promise<readonly Out[]>;
}

// Keeps a call short for the others that wait for the same store.
const MOST_AT_ONCE = 500;

/**
 * Gathers the requests of one node: one call is on its way at a time, and takes all those that wait. If it fails, all of
 * them reject.
 */
export function createBatch<In, Out>(options: BatchOptions<In, Out>): (item: In) => Promise<Out> {
  const { clock, pace, call } = options;
  type Waiting = { item: In; resolve: (out: Out) => void; reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let isScheduled = false;
  let startedAt = Number.NEGATIVE_INFINITY;

  async function flush(): Promise<void> {
    const taken = waiting.slice(0, MOST_AT_ONCE);
    waiting = waiting.slice(MOST_AT_ONCE);
    startedAt = clock.local();
    try {
      const answers = await call(taken.map(({ item }) => item));
      taken.forEach(({ resolve }, index) => void resolve(answers[index] as Out));
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
    isScheduled = false;
    if (waiting.length > 0) schedule();
  }

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    const rest = startedAt + pace - clock.local();
    // A clock that was set back must not stop the calls.
    if (rest > 0 && rest <= pace) clock.after(rest, flush);
    else queueMicrotask(flush);
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      schedule();
    });
}
