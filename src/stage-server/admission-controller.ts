import { doorOf, type Opening, openDoor, revise } from '../policy/opening.ts';
import { type Bucket, createBucket } from './bucket.ts';
import type { DoorSettings } from './options.ts';

/** Joins in a second, as of the last whole one. */
export interface Rates {
  /** Joins asked for: by a new listener, with a ticket or without. A shown pass does not count. */
  readonly arrivals: number;
  /** Of these, let in. */
  readonly admitted: number;
  /** Of these, refused: for want of capacity, or for their ticket. */
  readonly refused: number;
}

/** What became of a join: let in, refused for want of capacity, or refused for any other reason. */
export type JoinOutcome = 'admitted' | 'full' | 'turned-away';

/** Meters the joins, and lets the door open as fast as they can be borne. */
export interface AdmissionController {
  readonly opening: Opening;
  readonly bucket: Bucket;
  readonly rates: Rates;
  count(fate: JoinOutcome): void;
  /** Looks at what came since the last time, and revises the rate of the door. */
  tick(): void;
  reopen(epoch: number): void;
}

// However long nobody looked, one look does not count for more.
const LONGEST_LOOK = 3_600;

export const createAdmissionController = (
  settings: DoorSettings,
  epoch: number,
): AdmissionController => {
  const { now, listeners, opensIn, refusalCost, retryAfter, spread } = settings;
  const bucket = createBucket(settings.capacity, now());
  const open = (of: number) => {
    const { capacity } = bucket;
    // A rate is published as 1 a second at most, and `open` as -1 at least.
    const expected = Math.max(listeners, capacity * Math.max(1, opensIn));
    return openDoor({ epoch: of, now: now(), capacity, listeners: expected, opensIn });
  };
  const none = () => ({ admitted: 0, full: 0, 'turned-away': 0 });
  let opening = open(epoch);
  let counts = none();
  let since = now();
  let rates: Rates = { arrivals: 0, admitted: 0, refused: 0 };

  return {
    get opening() {
      return opening;
    },
    get rates() {
      return rates;
    },
    bucket,
    count(fate) {
      counts[fate]++;
    },
    tick() {
      const at = now();
      const seconds = Math.min(LONGEST_LOOK, (at - since) / 1_000);
      since = at;
      // A clock that was put back leaves nothing to compare; the door stands where it stood.
      if (seconds < 0) opening = { ...opening, open: doorOf(opening, opening.at).open, at };
      if (seconds <= 0) return;
      const { admitted, full, 'turned-away': turnedAway } = counts;
      counts = none();
      const arrivals = admitted + full;
      // Below 0 where more came than flowed in, out of what a quiet second before had left.
      const spare = bucket.drain(at) - admitted - full * refusalCost;
      const observed = { seconds, arrivals, admitted, refused: full, spare };
      opening = revise(opening, observed, at, [retryAfter, spread]);
      rates = {
        arrivals: (arrivals + turnedAway) / seconds,
        admitted: admitted / seconds,
        refused: (full + turnedAway) / seconds,
      };
    },
    reopen(next) {
      opening = open(next);
    },
  };
};
