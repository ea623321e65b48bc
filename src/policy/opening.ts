import type { Door } from './document.ts';

/** The opening of a door at one moment, and what it has learnt about the crowd. Plain data. */
export interface Opening {
  /** Grows with each restart of the door. */
  readonly epoch: number;
  /** Lots below this were admitted at `at`. Below 0 the door opens later. */
  readonly open: number;
  /** How much `open` grows per second; above 0, at most 1. */
  readonly opensPerSecond: number;
  /** Epoch ms. */
  readonly at: number;
  /** Smoothed capacity of the origin, joins per second. */
  readonly capacity: number;
  /** Listeners who sent their first request. Older ones fade out. */
  readonly came: number;
  /** The share of the lots that `came` came from; it fades in the same way. */
  readonly lots: number;
  /** The same for the latest lots only, to notice a larger crowd at once. */
  readonly cameLately: number;
  /** The share of the lots that `cameLately` came from; it fades in the same way. */
  readonly lotsLately: number;
  /**
   * Listeners whose lots were admitted, less those who came; they fade out. Below 0 if more came than expected. After
   * a slow opening, many come late, because they poll seldom.
   */
  readonly onTheirWay: number;
  /** The refused listeners expected back in each of the coming seconds. */
  readonly returns: readonly number[];
}

/** What the origin saw since the last revision. */
export interface Observed {
  readonly seconds: number;
  /** Requested joins, including refused ones. */
  readonly arrivals: number;
  readonly admitted: number;
  readonly refused: number;
  /** Further joins that it could have accepted. */
  readonly spare: number;
}

/** The options of an opening. */
export interface OpeningOptions {
  readonly epoch: number;
  /** Epoch ms. */
  readonly now: number;
  /** The assumed capacity of the origin, joins per second. */
  readonly capacity: number;
  /** The expected number of listeners. A wrong guess corrects itself. */
  readonly listeners: number;
  /** Seconds until the first admission, so that listeners know their turns by then. */
  readonly opensIn: number;
}

/** The people inside a guarded source, at the end of an interval. */
export interface Inside {
  /** How many fit; `null`: no limit. */
  readonly most: number | null;
  readonly inside: number;
  /** Those who left in the interval. */
  readonly left: number;
  /** The length of the interval. */
  readonly seconds: number;
}

// Never at full capacity, so that random variation of the arrivals causes no refusals.
const SHARE = 0.97;
// The guess of the number of listeners weighs as much as the evidence of this share of the lots.
const GUESS = 0.06;
// After this share of the lots, older knowledge about the crowd has faded to a third.
const MEMORY = 0.3;
const LATELY = 0.01;
// Refused listeners return after their minimum wait, within the spread on top of it.
const HORIZON = 90;
// Free places are filled in about this time: longer than a listener needs to see that the rate fell.
const FILL_SECONDS = 10;
// Those who leave are replaced by a little fewer, so that some places stay free and chance refuses nobody.
const REPLACED = 0.8;
// After this time, most of those who were admitted by an opening that was slow before have polled and seen it.
const SEEN_SECONDS = 240;

/**
 * How many joins the limit of people inside allowed in an interval, at least 0: most of those who left, and a share of the
 * free places that nobody is on the way to. `spare` of {@link Observed} is at most this, less the admitted joins; the
 * capacity that a door opens with is at most this for one second.
 */
export const joinsThatFit = (
  { onTheirWay }: Pick<Opening, 'onTheirWay'>,
  { most, inside, left, seconds }: Inside,
): number => {
  if (most === null) return Infinity;
  const free = most - inside;
  // With more people inside than fit, nobody joins until enough have left.
  const open = Math.min(free, Math.max(0, free - Math.max(0, onTheirWay)));
  return Math.max(0, REPLACED * left + open * Math.min(1, seconds / FILL_SECONDS));
};

/** Opens a door at the rate that admits the expected listeners as fast as the origin accepts them. */
export const openDoor = (options: OpeningOptions): Opening => {
  const { epoch, now, capacity, listeners, opensIn } = options;
  // Never 0, because it is a divisor.
  const opensPerSecond = Math.max(1e-12, (SHARE * capacity) / Math.max(1, listeners));
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
    onTheirWay: 0,
    returns: new Array(HORIZON).fill(0),
  };
};

/** The door as published at `now`. */
export const doorOf = (opening: Opening, now: number): Omit<Door, 'tickets' | 'passes'> => ({
  epoch: opening.epoch,
  open: Math.min(1, opening.open + (opening.opensPerSecond * (now - opening.at)) / 1_000),
  opensPerSecond: opening.opensPerSecond,
});

/**
 * Revises the opening after an observation. It learns the number of listeners per lot from the arrivals, and the
 * capacity from what the origin accepted; the rate follows both. Call it about once a second.
 *
 * @param back the seconds after which refused listeners return: their Retry-After, and the spread on top of it.
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
  // Refused listeners may return later than expected, or never: only arrivals above the usual number count as theirs.
  const usual = (opening.came / Math.max(1e-12, opening.lots)) * opened;
  const first = arrivals - Math.min(due, Math.max(0, arrivals - usual));
  const [fade, fast] = [Math.exp(-opened / MEMORY), Math.exp(-opened / LATELY)];
  const came = opening.came * fade + first;
  const lots = opening.lots * fade + opened;
  const cameLately = opening.cameLately * fast + first;
  const lotsLately = opening.lotsLately * fast + opened;
  // Slow down as soon as more listeners come than chance explains; speed up only as the memory fades.
  const sure = Math.max(0, cameLately - 2 * Math.sqrt(cameLately)) / Math.max(1e-12, lotsLately);
  const perLot = Math.max(1, came / Math.max(1e-12, lots), lotsLately > LATELY / 4 ? sure : 0);
  const bears = (admitted + spare) / seconds;
  const capacity = opening.capacity + (bears - opening.capacity) * Math.min(1, 0.3 * seconds);
  const backSoon = returns.slice(0, 5).reduce((sum, one) => sum + one, 0) / 5;
  const room = Math.max(capacity * 0.05, capacity * SHARE - backSoon);
  // Never 0, because it is a divisor.
  const opensPerSecond = Math.max(1e-12, Math.min(1, room / perLot));
  return {
    ...opening,
    // The wait before the first lot is a time, so another rate must not change it.
    open: open < 0 ? (open / opening.opensPerSecond) * opensPerSecond : open,
    at: now,
    opensPerSecond,
    came,
    lots,
    cameLately,
    lotsLately,
    capacity,
    onTheirWay: opening.onTheirWay * Math.exp(-seconds / SEEN_SECONDS) + usual - first,
    returns,
  };
};
