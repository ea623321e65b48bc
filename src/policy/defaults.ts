/** Every default of Earshot, written once. Milliseconds unless the name says otherwise. */
export const DEFAULTS = {
  /** Window of the first retry. */
  first: 5_000,
  /** Growth of the window from round to round. */
  factor: 2,
  /** Largest window while something is heard. */
  cap: 600_000,
  /** Largest window while nothing is heard. */
  capWhileSilent: 120_000,
  /** No retry comes sooner than this, whatever policy or server say. */
  minimum: 250,
  /** What a server may ask to wait, at the most. */
  maxFloor: 3_600_000,
  /** The longest wait that any policy can cause. */
  maxWait: 86_400_000,
  /** Retries an origin may be sent in a burst. */
  tokens: 5,
  /** One more token each. */
  tokenEvery: 30_000,
  /** Proven hearing that takes one attempt off the count. */
  stepDownAfter: 60_000,
  /** A timer this late means the machine slept. */
  lateAfter: 2_000,
  /** A request that a reload cuts off after this long counts as a timeout. */
  pendingCounts: 2_000,
  /** How long refusals on the only source left are borne before the session ends. */
  patience: 300_000,
  /** Time for a whole document or playlist. */
  timeout: 10_000,
  /** Time for a whole segment. */
  segmentTimeout: 20_000,
  /** Largest stage document, bytes. */
  maxDocumentBytes: 262_144,
  /** Largest playlist, bytes. */
  maxPlaylistBytes: 4_194_304,
  /** Largest segment, bytes. */
  maxSegmentBytes: 67_108_864,
  /** Hearing without a stall before a better source is tried. */
  climbAfter: 60_000,
  /** The most that failed tries stretch `climbAfter` to. */
  climbAtMost: 900_000,
  /** Media that a better source must have delivered before the swap. */
  climbProof: 3_000,
  /** Buffer that must be left when the next source begins to load. */
  margin: 4_000,
  /** Refresh of the stage document. */
  refresh: 30_000,
  /** Fade of a handover. */
  fade: 30,
} as const;
