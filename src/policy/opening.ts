import type { Door } from './document.ts';

/** How a door stands at a moment, and what its keeper has learnt of the crowd. Plain data. */
export interface Opening {
  /** Grows with each restart of the door. */
  readonly epoch: number;
  /** Lots below this were admitted at `at`; below 0 the door opens later. */
  readonly open: number;
  /** By how much `open` rises each second; above 0, at most 1. */
  readonly opensPerSecond: number;
  /** Epoch ms. */
  readonly at: number;
  /** Joins a second that the origin bears, smoothed. */
  readonly capacity: number;
  /** Listeners who came with their first request, and the lots they came from; older ones fade. */
  readonly came: number;
  /** The share of the lots that `came` came from, faded likewise. */
  readonly lots: number;
  /** The same of the last lots alone: who comes in greater numbers is noticed at once. */
  readonly cameLately: number;
  /** The share of the lots that `cameLately` came from, faded likewise. */
  readonly lotsLately: number;
  /** Refused listeners who are expected back in each of the coming seconds. */
  readonly returns: readonly number[];
}

/** What the origin saw since the last revision. */
export interface Observed {
  readonly seconds: number;
  /** Joins asked for, refused ones included. */
  readonly arrivals: number;
  readonly admitted: number;
  readonly refused: number;
  /** Joins that it could have borne besides. */
  readonly spare: number;
}

/** What a door is opened with. */
export interface OpeningOptions {
  readonly epoch: number;
  /** Epoch ms. */
  readonly now: number;
  /** Joins a second that the origin is believed to bear. */
  readonly capacity: number;
  /** How many are expected; a guess that mends itself. */
  readonly listeners: number;
  /** Seconds until the first lot is admitted, so that the crowd knows its turns by then. */
  readonly opensIn: number;
}

// Never quite full, so that the noise of the arrivals is no refusal.
const SHARE = 0.97;
// The guess of how many there are weighs as much as what so many lots have shown.
const GUESS = 0.06;
// After so many lots what is known of the crowd has faded to a third.
const MEMORY = 0.3;
const LATELY = 0.01;
// Refused listeners are back after the floor they were told, within the spread on top of it.
const HORIZON = 90;

/** A door that opens at the rate which admits those expected as fast as the origin bears it. */
export const openDoor = (options: OpeningOptions): Opening => {
  const { epoch, now, capacity, listeners, opensIn } = options;
  const opensPerSecond = (SHARE * capacity) / Math.max(1, listeners);
  return {
    epoch,
    open: -opensIn * opensPerSecond,
    opensPerSecond,
    at: now,
    capacity,
    came: Math.max(1, listeners) * GUESS,
    lots: GUESS,
    cameLately: 0,
    lotsLately: 0,
    returns: new Array(HORIZON).fill(0),
  };
};

/** The door as it is published at `now`. */
export const doorOf = (opening: Opening, now: number): Omit<Door, 'tickets'> => ({
  epoch: opening.epoch,
  open: Math.min(1, opening.open + (opening.opensPerSecond * (now - opening.at)) / 1_000),
  opensPerSecond: opening.opensPerSecond,
});

/**
 * The opening after a look at what came: how many listeners there are to a lot is learnt from those
 * who came, what the origin bears from what it bore, and the rate follows both. Call it about once
 * a second.
 *
 * @param back after how many seconds the refused come back: the Retry-After they were told, and the
 * spread within which they do.
 */
export const revise = (
  opening: Opening,
  observed: Observed,
  now: number,
  back: readonly [after: number, within: number],
): Opening => {
  const { seconds, arrivals, admitted, refused, spare } = observed;
  const { open } = doorOf(opening, now);
  const opened = Math.max(0, open) - Math.max(0, opening.open);
  const steps = Math.max(1, Math.round(seconds));
  const due = opening.returns.slice(0, steps).reduce((sum, one) => sum + one, 0);
  const returns = [...opening.returns.slice(steps), ...new Array(steps).fill(0)].slice(0, HORIZON);
  const [after, within] = back;
  for (let second = 0; second < within; second++) {
    const at = Math.min(HORIZON - 1, Math.floor(after + second));
    returns[at] = (returns[at] ?? 0) + refused / Math.max(1, within);
  }
  // The refused may come back later than expected, or never: only what is too many is theirs.
  const usual = (opening.came / Math.max(1e-12, opening.lots)) * opened;
  const first = arrivals - Math.min(due, Math.max(0, arrivals - usual));
  const [fade, fast] = [Math.exp(-opened / MEMORY), Math.exp(-opened / LATELY)];
  const came = opening.came * fade + first;
  const lots = opening.lots * fade + opened;
  const cameLately = opening.cameLately * fast + first;
  const lotsLately = opening.lotsLately * fast + opened;
  // Slowed down as soon as more come than chance explains, sped up only as the memory fades.
  const sure = Math.max(0, cameLately - 2 * Math.sqrt(cameLately)) / Math.max(1e-12, lotsLately);
  const perLot = Math.max(1, came / Math.max(1e-12, lots), lotsLately > LATELY / 4 ? sure : 0);
  const bears = (admitted + spare) / seconds;
  const capacity = opening.capacity + (bears - opening.capacity) * Math.min(1, 0.3 * seconds);
  const backSoon = returns.slice(0, 5).reduce((sum, one) => sum + one, 0) / 5;
  const room = Math.max(capacity * 0.05, capacity * SHARE - backSoon);
  // Never nothing: what is divided by it must stay a number.
  const opensPerSecond = Math.max(1e-12, Math.min(1, room / perLot));
  return {
    ...opening,
    // The wait before the first lot is a time, so another rate does not change it.
    open: open < 0 ? (open / opening.opensPerSecond) * opensPerSecond : open,
    at: now,
    opensPerSecond,
    came,
    lots,
    cameLately,
    lotsLately,
    capacity,
    returns,
  };
};
