import { MAX_PAUSE_MS, MINIMUM_WAIT_MS } from './defaults.ts';

/**
 * What happens after a fall to a source that is further behind live. `repeat` plays it at once, and the listener
 * hears the difference again. `wait` stays silent first, until at most 5 s are repeated. A number also waits, and is
 * the maximum of repeated sound in ms.
 */
export type Fall = 'repeat' | 'wait' | number;

/** The position of a source that has taken over. */
export interface Rejoining {
  /** Program time of the last sound of the previous source; `null` if unknown. */
  readonly heard: number | null;
  /** Its current program time; `null` if unknown. */
  readonly at: number | null;
  /** Its buffer in ms. */
  readonly ahead: number;
  /** Its target latency in ms; `null` if unknown. */
  readonly target: number | null;
}

/**
 * Ms of silence before a source plays after a takeover, so that at most `most` ms are repeated. 0: play at once, also
 * if a program time is unknown or the pause would be as bad as an outage.
 */
export const pauseBefore = ({ heard, at }: Rejoining, most: number): number => {
  const pause = (heard ?? Number.NaN) - (at ?? Number.NaN) - most;
  // The next observation would come too late for a shorter pause.
  return pause > MINIMUM_WAIT_MS && pause <= MAX_PAUSE_MS ? pause : 0;
};

/**
 * Ms of a pause that a source may skip because it has buffered more than it needs. It keeps three quarters of its
 * target latency, so that the buffer does not run dry. 0: too little to be worth a seek.
 */
export const skippable = ({ ahead, target }: Rejoining, pause: number): number => {
  const spare = ahead - 0.75 * (target ?? Infinity);
  return spare < 1_000 ? 0 : Math.min(pause, spare);
};
