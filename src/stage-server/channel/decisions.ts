import type { StageClock } from '../clock.ts';
import type { Decided, Submission } from '../store/store.ts';

/** Decides on the messages of this node's listeners, in the order in which they come. */
export interface Decisions {
  /**
   * @param isWanted false: the sender is gone and sends again elsewhere, so a message that still waits is dropped.
   * @param onDecided is called once, unless the message is dropped.
   * @returns false if too many wait, so this one was not taken.
   */
  submit(
    submission: Submission,
    isWanted: () => boolean,
    onDecided: (decided: Decided) => void,
  ): boolean;
  /** Messages that wait for the store. */
  readonly waiting: number;
  /** Resolves when nothing waits any more, or what waits is dropped. */
  idle(): Promise<void>;
  stop(): void;
}

const MOST_WAITING = 20_000;
const MOST_AT_ONCE = 200;
const RETRY_MS = 500;

/**
 * Creates the queue. A later message of a sender must never be decided before an earlier one, since the store takes a
 * lower number for decided. So a call that fails is made again, with the same messages first.
 */
export function createDecisions(
  decide: (submissions: readonly Submission[]) => Promise<readonly Decided[]>,
  clock: Pick<StageClock, 'after'>,
): Decisions {
  type Waiting = Parameters<Decisions['submit']>;
  let queue: Waiting[] = [];
  let isRunning = false;
  let isStopped = false;
  let stopRetry = () => {};
  let settleIdle: (() => void)[] = [];

  async function run(): Promise<void> {
    queue = queue.filter(([, isWanted]) => isWanted());
    const taken = queue.slice(0, MOST_AT_ONCE);
    if (isStopped || taken.length === 0) {
      isRunning = false;
      for (const settle of settleIdle) settle();
      settleIdle = [];
      return;
    }
    try {
      const decided = await decide(taken.map(([submission]) => submission));
      queue = queue.slice(taken.length);
      taken.forEach(([, , onDecided], index) => {
        try {
          onDecided(decided[index] as Decided);
        } catch {
          // One listener's trouble must not keep the others from their answers.
        }
      });
      queueMicrotask(run);
    } catch {
      stopRetry = clock.after(RETRY_MS, run);
    }
  }

  return {
    submit(...waiting) {
      if (isStopped || queue.length >= MOST_WAITING) return false;
      queue.push(waiting);
      if (!isRunning) queueMicrotask(run);
      isRunning = true;
      return true;
    },
    get waiting() {
      return queue.length;
    },
    idle: () =>
      isRunning ? new Promise((resolve) => settleIdle.push(resolve)) : Promise.resolve(),
    stop() {
      isStopped = true;
      stopRetry();
      isRunning = false;
      for (const settle of settleIdle) settle();
    },
  };
}
