import {
  joinsThatFit,
  type Observed,
  type Opening,
  openDoor,
  revise,
} from '../../policy/opening.ts';
import type { DoorCounts } from '../store/store.ts';

/** Joins per second since the last revision. */
export interface Rates {
  /** Requested joins of new listeners, with or without a ticket. A presented pass does not count. */
  readonly arrivals: number;
  /** The admitted part of these. */
  readonly admitted: number;
  /** The refused part of these: no capacity, or a bad ticket. */
  readonly refused: number;
}

/** What the rate of a door depends on. */
export interface ControllerSettings {
  readonly epoch: number;
  /** Joins per second. */
  readonly capacity: number;
  /** The maximum of people inside; `null`: no limit. */
  readonly most: number | null;
  /** The expected number of listeners. */
  readonly listeners: number;
  /** Seconds. */
  readonly opensIn: number;
  /** The share of a join that a refusal uses up. */
  readonly refusalCost: number;
  /** Seconds that a refused listener waits. */
  readonly retryAfter: number;
  /** Seconds: the window that it comes back within, after that. */
  readonly spread: number;
}

/** No joins yet. */
export const NO_RATES: Rates = { arrivals: 0, admitted: 0, refused: 0 };

// However long the last revision was ago, it counts for no more than this.
const LONGEST_SECONDS = 3_600;
// Of the capacity that was set: from here, it was the limit.
const AT_LIMIT = 0.9;

/** Opens a door from the start. @param now epoch ms. */
export function startOpening(settings: ControllerSettings, now: number): Opening {
  const { epoch, opensIn, most } = settings;
  const people = { most, inside: 0, left: 0, seconds: 1 };
  const capacity = Math.min(settings.capacity, joinsThatFit({ onTheirWay: 0 }, people));
  // The published rate is at most 1 per second, and `open` at least -1.
  const listeners = Math.max(settings.listeners, capacity * Math.max(1, opensIn));
  return openDoor({ epoch, now, capacity, listeners, opensIn });
}

/** The opening after the joins since its last revision. @param now epoch ms, later than that. */
export function revisedOpening(
  opening: Opening,
  settings: ControllerSettings,
  counts: DoorCounts,
  now: number,
): { readonly opening: Opening; readonly rates: Rates } {
  const seconds = Math.min(LONGEST_SECONDS, (now - opening.at) / 1_000);
  const { admitted, turnedAway } = counts;
  const refused = counts.full + counts.crowded;
  const { most } = settings;
  const fit = joinsThatFit(opening, { most, inside: counts.inside, left: counts.left, seconds });
  const inflow = settings.capacity * seconds - refused * settings.refusalCost;
  // Below 0 if more joins came than tokens flowed in, from the reserve of a quiet moment before.
  const spare = Math.min(inflow, fit) - admitted;
  const observed: Observed = { seconds, arrivals: admitted + refused, admitted, refused, spare };
  return {
    opening: revise(opening, observed, now, [settings.retryAfter, settings.spread]),
    rates: {
      arrivals: (admitted + refused + turnedAway) / seconds,
      admitted: admitted / seconds,
      refused: (refused + turnedAway) / seconds,
    },
  };
}

/**
 * The opening after an operator has changed the capacity: at once, where observations alone would take some seconds. A
 * larger one counts only for a door that was held back by the old one, and not by what it observed.
 */
export function withCapacity(opening: Opening, before: number, after: number): Opening {
  const { capacity, open } = opening;
  const isHeldBack = after > before && capacity >= before * AT_LIMIT;
  const next = isHeldBack ? Math.max(capacity, after) : Math.min(capacity, after);
  // From 0, there is no rate to start from: the next observation makes one.
  if (after === before || next === capacity || capacity <= 0) return opening;
  const factor = next / capacity;
  const opensPerSecond = Math.max(1e-12, Math.min(1, opening.opensPerSecond * factor));
  return {
    ...opening,
    capacity: next,
    opensPerSecond,
    // The wait before the first lot is a time, so another rate must not change it.
    open: open < 0 ? (open / opening.opensPerSecond) * opensPerSecond : open,
  };
}
