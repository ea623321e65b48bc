/** The liveness of a realtime source, from its packets: healthy, prepare a fallback, or fall back. */
export type Liveness = 'steady' | 'suspect' | 'lost';

/** The packet timing of a stream. Times are monotonic ms. */
export interface PacketTiming {
  /** When the last packet arrived. */
  readonly at: number;
  /** The longest recent time between two packets, and when it was measured. */
  readonly gap: number;
  readonly learntAt: number;
}

/** No packet for this long is suspect, unless longer gaps are normal for this stream. */
export const SUSPECT_AFTER_MS = 300;
/** The same while there is so much sound in hand that a false alarm is not heard. */
export const SUSPECT_WITH_CUSHION_MS = 200;
/** No packet for this long means lost, whatever the timing. */
export const LOST_AFTER_MS = 1_000;
/** Largest share of sound that the browser may synthesise for missing packets (concealment). */
const CONCEALMENT_LIMIT = 0.2;
const FORGET_AFTER_MS = 60_000;
const GAP_TOLERANCE = 1.5;

/**
 * The timing after an observation that saw the last packet at `at`.
 *
 * @param packets how many have arrived since the observation before: the time between two observations of a slow page
 *   is no gap of the stream.
 */
export const recordPacket = (
  timing: PacketTiming | null,
  at: number,
  packets = 1,
): PacketTiming => {
  if (!timing || at < timing.at) return { at, gap: 0, learntAt: at };
  const gap = (at - timing.at) / packets;
  const isOld = at - timing.learntAt > FORGET_AFTER_MS;
  // With DTX, packets are 400 ms apart in speech pauses: a gap that ended well is not a loss.
  if (gap > timing.gap || isOld) return { at, gap, learntAt: at };
  return { ...timing, at };
};

/**
 * Judges a stream by its packets, because element events say nothing about a realtime source.
 *
 * @param concealed share of synthesised sound in the last seconds, 0 to 1.
 * @param cushion sound that waits in its jitter buffer, ms.
 */
export const livenessOf = (
  { at, gap }: PacketTiming,
  now: number,
  concealed: number,
  cushion: number,
): Liveness => {
  const least = cushion > SUSPECT_AFTER_MS ? SUSPECT_WITH_CUSHION_MS : SUSPECT_AFTER_MS;
  const quiet = now - at;
  if (quiet >= LOST_AFTER_MS) return 'lost';
  const isQuiet = quiet >= Math.max(least, Math.min(LOST_AFTER_MS, GAP_TOLERANCE * gap));
  return isQuiet || concealed > CONCEALMENT_LIMIT ? 'suspect' : 'steady';
};
