/** What one look at the media element showed. */
export interface Look {
  /** Epoch ms. */
  readonly at: number;
  /** Media time in ms. */
  readonly position: number;
}

/** A second of looks, oldest first. */
export type Looks = readonly Look[];

const WINDOW = 1_000;
const ENOUGH = 250;

/** The looks with one more; a seek, a swap of source or a clock that jumped starts afresh. */
export const look = (looks: Looks, next: Look): Looks => {
  const last = looks.at(-1);
  if (last) {
    const wall = next.at - last.at;
    const media = next.position - last.position;
    if (wall < 0 || media < 0 || media > 3 * wall + ENOUGH) return [next];
  }
  const kept = looks.filter(({ at }) => at > next.at - WINDOW);
  // One look older than the window, so that a slow timer still spans a whole second.
  const before = looks[looks.length - kept.length - 1];
  return before ? [before, ...kept, next] : [...kept, next];
};

/**
 * Whether sound advances: `true` once 250 ms of media passed within the last second of wall time,
 * `false` once a whole second passed without, `null` while there is too little to tell.
 */
export const advances = (looks: Looks): boolean | null => {
  const [first] = looks;
  const last = looks.at(-1);
  if (!first || !last) return null;
  if (last.position - first.position >= ENOUGH) return true;
  return last.at - first.at >= WINDOW ? false : null;
};

/** The furthest behind its target that playback is sped up, and by how much. */
export const CATCH_UP = { from: 1_000, to: 250, rate: 1.1 } as const;

/**
 * The playback rate that brings a live source back to its target without losing a word: 1.1 from
 * a second behind, back to 1 a quarter second before, so that it does not flutter.
 *
 * @param lag ms behind the source's own target; `null` if unknown.
 * @param ahead ms of buffer ahead.
 */
export const catchUpRate = (lag: number | null, ahead: number, rate: number): number => {
  if (lag === null || ahead < 2_000) return 1;
  if (lag > CATCH_UP.from) return CATCH_UP.rate;
  return lag > CATCH_UP.to && rate > 1 ? CATCH_UP.rate : 1;
};
