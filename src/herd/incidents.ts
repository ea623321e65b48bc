import {
  MIN_POLL_INTERVAL_MS,
  POLL_AFTER_LOSS_WITHIN_MS,
  REFRESH_GROWTH,
  TIMEOUT_MS,
  WINDOW_CAP_MS,
} from '../policy/defaults.ts';
import { EDITION_TTL_SECONDS } from './door-publisher.ts';
import type { IncidentName } from './types.ts';

/** What an incident is given to be sized by. Seconds. */
export interface Sizes {
  /** The published window of the first retry, seconds. */
  readonly spread: number;
  /** The published shortest time between two fetches of the document, seconds. */
  readonly refresh: number;
}

/** What happens to the crowd. Seconds from the beginning. */
export interface Incident {
  /** What a page or a table calls it. */
  readonly title: string;
  /** `arriving`: they come for the first time. `dropped`: they were in, and lose the stage. */
  readonly begins: 'arriving' | 'dropped';
  /** All of them, within this. */
  readonly within: number;
  /** The door that is published; absent: nothing is. */
  readonly door?: {
    readonly opensAt: number;
    /** From then to the first lot: long enough for the crowd to have seen it. */
    readonly opensIn: (sizes: Sizes) => number;
    /** The capacity that the keeper believes in, over the true one. */
    readonly guess: number;
  };
  /** The origin does not stand. */
  readonly down?: readonly [from: number, to: number];
  /** Something else holds this share of the capacity. */
  readonly attack?: { readonly share: number; readonly from: number; readonly to: number };
  /** This share of those waiting reloads the page so often. */
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

// The whole window of the look after a loss, whatever the spread; and an edition is as old as the TTL.
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
      // No cache holds the old epoch any more when the origin takes the first join.
      opensAt: outage - EDITION_TTL_SECONDS - 1,
      // By then all have seen it, and nobody is still held back by what was asked in the outage.
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

/** When an incident is over, s. */
export const endOf = ({ down, attack, clock }: Incident): number =>
  Math.max(clock, down?.[1] ?? 0, attack?.to ?? 0);
