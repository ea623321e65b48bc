import {
  MIN_POLL_INTERVAL_MS,
  POLL_AFTER_LOSS_WITHIN_MS,
  REFRESH_GROWTH,
  TIMEOUT_MS,
  WINDOW_CAP_MS,
} from '../policy/defaults.ts';
import { EDITION_TTL_SECONDS } from './door-publisher.ts';
import type { IncidentName } from './types.ts';

/** The published numbers that an incident depends on. Seconds. */
export interface Sizes {
  /** The published jitter window of the first retry, seconds. */
  readonly spread: number;
  /** The published minimum poll interval, seconds. */
  readonly refresh: number;
}

/** What happens to the crowd. Seconds from the start. */
export interface Incident {
  /** The name on a page or in a table. */
  readonly title: string;
  /** `arriving`: new listeners. `dropped`: admitted listeners who lose the stage. */
  readonly begins: 'arriving' | 'dropped';
  /** All of them come or drop within this time. */
  readonly within: number;
  /** The published door; absent: no door. */
  readonly door?: {
    readonly opensAt: number;
    /** Time from then to the first admission: long enough for the crowd to have seen the door. */
    readonly opensIn: (sizes: Sizes) => number;
    /** The assumed capacity, relative to the true one. */
    readonly guess: number;
  };
  /** The origin is down. */
  readonly down?: readonly [from: number, to: number];
  /** Other load takes this share of the capacity. */
  readonly attack?: { readonly share: number; readonly from: number; readonly to: number };
  /** This share of the waiting listeners reloads the page at this interval. */
  readonly reload?: { readonly share: number; readonly every: number };
  /** The percentiles count from here. */
  readonly clock: number;
}

const arrival = 30;
const arriving = { begins: 'arriving', within: arrival, clock: 0 } as const;
const dropped = { begins: 'dropped', within: 1 } as const;
const door = { opensAt: 0, opensIn: () => arrival + EDITION_TTL_SECONDS, guess: 1 };
const outage = 600;
const attackEnds = 2_700;

// The whole window of the poll after a loss, whatever the spread, plus the age of a cached edition.
const afterLoss = (MIN_POLL_INTERVAL_MS + POLL_AFTER_LOSS_WITHIN_MS) / 1_000 + EDITION_TTL_SECONDS;

const longest = (WINDOW_CAP_MS + TIMEOUT_MS) / 1_000;

/** The incidents by name. */
export const INCIDENTS: Readonly<Record<IncidentName, Incident>> = {
  'doors-open': { ...arriving, title: 'Doors open', door },
  restart: {
    ...dropped,
    title: 'Restart',
    down: [0, 1],
    door: { opensAt: 1, opensIn: () => afterLoss, guess: 1 },
    clock: 0,
  },
  'forty-five-minutes': {
    ...arriving,
    title: 'Forty-five minutes',
    door,
    attack: { share: 0.95, from: 0, to: attackEnds },
    clock: attackEnds,
  },
  'guess-too-fast': { ...arriving, title: 'Guess too fast', door: { ...door, guess: 2 } },
  'guess-too-slow': { ...arriving, title: 'Guess too slow', door: { ...door, guess: 0.5 } },
  'no-hint': { ...dropped, title: 'No hint', down: [0, 20], clock: 0 },
  return: {
    ...dropped,
    title: 'Return',
    down: [0, outage],
    door: {
      // No cache holds the old epoch any more when the origin accepts the first join.
      opensAt: outage - EDITION_TTL_SECONDS - 1,
      // By then all have seen it, and no wait from the outage is left.
      opensIn: ({ refresh }) =>
        Math.max(refresh * REFRESH_GROWTH, longest) + 2 * EDITION_TTL_SECONDS + 1,
      guess: 1,
    },
    clock: outage,
  },
  'reload-storm': {
    ...arriving,
    title: 'Reload storm',
    door,
    reload: { share: 1 / 3, every: 20 },
  },
};

/** The end of an incident, s. */
export const endOf = ({ down, attack, clock }: Incident): number =>
  Math.max(clock, down?.[1] ?? 0, attack?.to ?? 0);
