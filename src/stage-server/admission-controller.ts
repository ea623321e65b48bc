import { doorOf, type Opening, openDoor, revise } from '../policy/opening.ts';
import { type Bucket, createBucket } from './bucket.ts';
import type { DoorSettings } from './options.ts';

/** Joins in the last whole second. */
export interface Rates {
  /** Requested joins of new listeners, with or without a ticket. A presented pass does not count. */
  readonly arrivals: number;
  /** The admitted part of these. */
  readonly admitted: number;
  /** The refused part of these: no capacity, or a bad ticket. */
  readonly refused: number;
}

/** The outcome of a join: admitted, refused because there is no capacity, or refused for another reason. */
export type JoinOutcome = 'admitted' | 'full' | 'turned-away';

/** Limits the joins, and opens the door as fast as the source's capacity allows. */
export interface AdmissionController {
  readonly opening: Opening;
  readonly bucket: Bucket;
  readonly rates: Rates;
  count(fate: JoinOutcome): void;
  /** Evaluates the joins since the last call, and updates the rate of the door. */
  tick(): void;
  reopen(epoch: number): void;
}

// However long the last call was ago, it counts for no more than this.
const LONGEST_LOOK = 3_600;

export const createAdmissionController = (
  settings: DoorSettings,
  epoch: number,
): AdmissionController => {
  const { now, listeners, opensIn, refusalCost, retryAfter, spread } = settings;
  const bucket = createBucket(settings.capacity, now());
  const open = (of: number) => {
    const { capacity } = bucket;
    // The published rate is at most 1 per second, and `open` at least -1.
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
      // After the clock was set back there is nothing to compare; the door stays where it was.
      if (seconds < 0) opening = { ...opening, open: doorOf(opening, opening.at).open, at };
      if (seconds <= 0) return;
      const { admitted, full, 'turned-away': turnedAway } = counts;
      counts = none();
      const arrivals = admitted + full;
      // Below 0 if more joins came than tokens flowed in, from the reserve of a quiet second before.
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
