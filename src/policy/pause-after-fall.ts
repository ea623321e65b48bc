import { MAX_PAUSE_MS, MINIMUM_WAIT_MS } from './defaults.ts';

/**
 * What happens after a fall to a source that is further behind live than the one before: `repeat` plays it at
 * once, and the listener hears again what lies between. `wait` is silent first, until no more than 5 s are
 * heard again. A number waits too, and is the most ms that are heard again.
 */
export type Fall = 'repeat' | 'wait' | number;

/** What a source that has taken over shows. */
export interface Rejoining {
  /** Program time that was heard last, from another source; `null` if unknown. */
  readonly heard: number | null;
  /** Program time that it is at; `null` if unknown. */
  readonly at: number | null;
  /** Ms of sound that it has in hand. */
  readonly ahead: number;
  /** Ms behind the live edge that it aims for; `null` if unknown. */
  readonly target: number | null;
}

/**
 * Ms for which a source is silent after it took over, so that no more than `most` ms are heard again; 0: it is heard
 * at once. So it is where a program time is unknown, and where the pause would be an outage.
 */
export const pauseBefore = ({ heard, at }: Rejoining, most: number): number => {
  const pause = (heard ?? Number.NaN) - (at ?? Number.NaN) - most;
  // The next look would come too late for less.
  return pause > MINIMUM_WAIT_MS && pause <= MAX_PAUSE_MS ? pause : 0;
};

/**
 * Ms of a pause that a source may skip, since it has more in hand than it needs: three quarters of the distance that it
 * aims for, so that it does not run dry. 0: nothing worth a seek.
 */
export const skippable = ({ ahead, target }: Rejoining, pause: number): number => {
  const spare = ahead - 0.75 * (target ?? Infinity);
  return spare < 1_000 ? 0 : Math.min(pause, spare);
};
