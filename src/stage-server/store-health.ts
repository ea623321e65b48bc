import type { StageClock } from './clock.ts';
import type { StageLog } from './options.ts';

/** Whether the store answers, for the log and the statistics. */
export interface StoreHealth {
  /** Ms since the store last answered. */
  readonly age: number;
  /** A regular call was answered. */
  answered(): void;
  /** A regular call failed. */
  unanswered(error: unknown): void;
  /** Another call failed. @param what follows from it. */
  failed(error: unknown, what: string): void;
}

/** Creates the health of a store. */
export function createStoreHealth(
  clock: StageClock,
  log: StageLog | null,
  onError: () => void,
): StoreHealth {
  let answeredAt = clock.local();
  let isAnswered = true;
  return {
    get age() {
      return Math.max(0, clock.local() - answeredAt);
    },
    answered() {
      const seconds = (clock.local() - answeredAt) / 1_000;
      if (!isAnswered) log?.info({ seconds }, 'The store answers again.');
      isAnswered = true;
      answeredAt = clock.local();
    },
    unanswered(error) {
      onError();
      // A node calls ten times a second: of an outage, the first failure and the end are enough.
      if (isAnswered) log?.error({ error: String(error) }, 'The store does not answer.');
      isAnswered = false;
    },
    failed(error, what) {
      onError();
      log?.warn({ error: String(error) }, what);
    },
  };
}
