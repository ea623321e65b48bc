/** What one look at the media element showed: monotonic ms, since clocks are set, and media time in ms. */
export type Look = readonly [at: number, position: number];

const WINDOW_MS = 1_000;
const ENOUGH_MS = 250;

/** The looks of the last second and one more; a seek starts afresh. */
export const addLook = (looks: readonly Look[], [at, position]: Look): readonly Look[] => {
  const [lastAt, lastPosition] = looks.at(-1) ?? [at, position];
  const wall = at - lastAt;
  const media = position - lastPosition;
  const jumped = media < 0 || media > 3 * wall + ENOUGH_MS;
  // The newest look before the window stays, so that a slow timer still spans a whole second.
  const kept = looks.filter((_, index) => (looks[index + 1]?.[0] ?? at) > at - WINDOW_MS);
  return [...(jumped ? [] : kept), [at, position]];
};

/**
 * Whether sound advances: `true` once 250 ms of media passed within the last second of wall time,
 * `false` once a whole second passed without, `null` while there is too little to tell.
 */
export const isAdvancing = (looks: readonly Look[]): boolean | null => {
  const [first] = looks;
  const last = looks.at(-1);
  if (!first || !last) return null;
  if (last[1] - first[1] >= ENOUGH_MS) return true;
  return last[0] - first[0] >= WINDOW_MS ? false : null;
};

/** The speed at which a source that is behind its target catches up. */
export const CATCH_UP_RATE = 1.1;
/** The speed at which a source that was joined too close to live gains a distance. */
export const HOLD_BACK_RATE = 0.95;

/**
 * The playback rate that brings a live source back to its target without losing a word: faster
 * once it is a quarter of the target too late, until it is all but there, so that it does not flutter;
 * slower while it is so close to live that it would run dry at the first hitch.
 *
 * @param latency ms behind the live edge; `null` if unknown.
 * @param target ms behind the live edge that the source aims for.
 * @param ahead ms of buffer ahead.
 */
export const catchUpRate = (
  latency: number | null,
  target: number,
  ahead: number,
  rate: number,
): number => {
  const enough = rate > 1 ? 250 : Math.max(1_000, target / 4);
  const close = (rate < 1 ? 0.95 : 0.75) * target;
  if (latency !== null && latency < close) return HOLD_BACK_RATE;
  return latency !== null && ahead > 2_000 && latency - target > enough ? CATCH_UP_RATE : 1;
};
