/** What the packets of a realtime source say: all is well, prepare for a fall, or fall. */
export type Liveness = 'steady' | 'suspect' | 'lost';

/** What is remembered of a stream's packets. Times are monotonic ms. */
export interface PacketTiming {
  /** When the last packet came to sound. */
  readonly at: number;
  /** The longest time between two packets lately, and when that was learnt. */
  readonly gap: number;
  readonly learntAt: number;
}

/** No packet for this long is suspect where the stream's own rhythm does not say otherwise. */
export const SUSPECT_AFTER_MS = 300;
/** No packet for this long is a fall, whatever the timing. */
export const LOST_AFTER_MS = 1_000;
/** Share of the sound that may be made up by the browser for what did not come. */
const CONCEALMENT_LIMIT = 0.2;
const FORGET_AFTER_MS = 60_000;
const GAP_TOLERANCE = 1.5;

/** The timing after a look that saw the last packet at `at`. */
export const recordPacket = (timing: PacketTiming | null, at: number): PacketTiming => {
  if (!timing || at < timing.at) return { at, gap: 0, learntAt: at };
  const gap = at - timing.at;
  const isOld = at - timing.learntAt > FORGET_AFTER_MS;
  // With DTX packets are 400 ms apart in a pause of the speech: a gap that ended well is no fall.
  if (gap > timing.gap || isOld) return { at, gap, learntAt: at };
  return { ...timing, at };
};

/**
 * Judges a stream by its packets; element events tell nothing of a realtime source.
 *
 * @param concealed share of the last seconds' sound that was made up, 0 to 1.
 */
export const livenessOf = ({ at, gap }: PacketTiming, now: number, concealed: number): Liveness => {
  const quiet = now - at;
  if (quiet >= LOST_AFTER_MS) return 'lost';
  const isQuiet = quiet >= Math.max(SUSPECT_AFTER_MS, Math.min(LOST_AFTER_MS, GAP_TOLERANCE * gap));
  return isQuiet || concealed > CONCEALMENT_LIMIT ? 'suspect' : 'steady';
};
