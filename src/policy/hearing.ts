/** One observation of the media element: monotonic ms, because clocks are set, and media time in ms. */
export type Look = readonly [at: number, position: number];

const WINDOW_MS = 1_000;
const ENOUGH_MS = 250;

/** The observations of the last second and one more. A seek starts again. */
export const addLook = (looks: readonly Look[], [at, position]: Look): readonly Look[] => {
  const [lastAt, lastPosition] = looks.at(-1) ?? [at, position];
  const wall = at - lastAt;
  const media = position - lastPosition;
  const jumped = media < 0 || media > 3 * wall + ENOUGH_MS;
  // Keep the newest observation before the window, so that a slow timer still spans a whole second.
  const kept = looks.filter((_, index) => (looks[index + 1]?.[0] ?? at) > at - WINDOW_MS);
  return [...(jumped ? [] : kept), [at, position]];
};

/**
 * Whether sound advances. `true`: 250 ms of media passed within the last second of wall time. `false`: a whole second
 * passed with less. `null`: too few observations.
 */
export const isAdvancing = (looks: readonly Look[]): boolean | null => {
  const [first] = looks;
  const last = looks.at(-1);
  if (!first || !last) return null;
  if (last[1] - first[1] >= ENOUGH_MS) return true;
  return last[0] - first[0] >= WINDOW_MS ? false : null;
};

/** The playback rate at which a source behind its target catches up. */
export const CATCH_UP_RATE = 1.1;
/** The playback rate at which a source that joined too close to live gains distance. */
export const HOLD_BACK_RATE = 0.95;

/**
 * The playback rate that brings a live source back to its target without losing a word. It is faster once the source
 * is a quarter of the target too late, until it has nearly caught up, so that the rate does not flutter. It is slower
 * while the source is so close to live that the buffer would run dry at the first delay.
 *
 * @param latency ms behind the live edge; `null` if unknown.
 * @param target the target latency in ms.
 * @param ahead the buffer in ms.
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
