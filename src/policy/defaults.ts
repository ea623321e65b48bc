// Single constants, since a minifier writes those in place. Milliseconds unless the name says otherwise.

/** Window of the first retry. */
export const FIRST_WINDOW_MS = 5_000;
/** Growth of the window from round to round. */
export const WINDOW_FACTOR = 2;
/** Longest drawn wait while something is heard. */
export const WINDOW_CAP_MS = 600_000;
/** Longest drawn wait while nothing is heard. */
export const WINDOW_CAP_WHILE_SILENT_MS = 120_000;
/** No retry comes sooner than this, whatever policy or server say. */
export const MINIMUM_WAIT_MS = 250;
/** What a server may ask to wait, at the most. */
export const MAX_SERVER_WAIT_MS = 3_600_000;
/** The longest wait that any policy can cause. */
export const MAX_WAIT_MS = 86_400_000;
/** Retries an origin may be sent in a burst. */
export const TOKENS = 5;
/** One more token each. */
export const TOKEN_INTERVAL_MS = 30_000;
/** How long what a gate has failed at is kept, once it is open and not asked at. */
export const GATE_RETENTION_MS = 3_600_000;
/** Proven hearing that takes one attempt off the count. */
export const STEP_DOWN_AFTER_MS = 60_000;
/** A timer this late means that the machine slept; a request this old at a reload has timed out. */
export const LATE_AFTER_MS = 2_000;
/** How long refusals on the only source left are borne before the session ends. */
export const PATIENCE_MS = 300_000;
/** Time for a whole document or playlist, and twice what most sources have for their first sound. */
export const TIMEOUT_MS = 10_000;
/** Time for a whole segment. */
export const SEGMENT_TIMEOUT_MS = 20_000;
/** Largest stage document, bytes. */
export const MAX_DOCUMENT_BYTES = 262_144;
/** Largest playlist, bytes. */
export const MAX_PLAYLIST_BYTES = 4_194_304;
/** Largest segment, bytes. */
export const MAX_MEDIA_BYTES = 67_108_864;
/** Hearing without a stall before a better source is tried. */
export const CLIMB_AFTER_MS = 60_000;
/** The most that failed tries stretch `CLIMB_AFTER` to. */
export const MAX_CLIMB_COOLDOWN_MS = 900_000;
/** Media that a better source must have delivered before the swap. */
export const CLIMB_PROOF_MS = 3_000;
/** Media that a source must have delivered before it takes over from one that fails. */
export const FALL_PROOF_MS = 1_000;
/** The same where what fails is a realtime source: nothing is in hand, so little must do. */
export const FALL_PROOF_REALTIME_MS = 250;
/** Time for the first packet of a realtime source, until the next one is prepared, and heard once it can be. */
export const FIRST_PACKET_MS = 2_000;
/** The furthest that a realtime source is joined behind live. */
export const MAX_JOIN_DELAY_MS = 30_000;
/** What is heard twice at least after a realtime source fell, so that no word is lost. */
export const OVERLAP_MS = 100;
/** What is heard again at most, of a source further behind live, where the listener rather waits. */
export const MAX_REPEAT_MS = 5_000;
/** The longest pause after a fall; where more would be needed there is none. */
export const MAX_PAUSE_MS = 30_000;
/** Buffer that must be left when the next source begins to load. */
export const PREPARE_BEFORE_EMPTY_MS = 4_000;
/** Refresh of a stage document that names none. */
export const DOCUMENT_REFRESH_MS = 10_000;
/** What the interval between two looks at the document grows to at most, in times of `refresh`. */
export const REFRESH_GROWTH = 16;
/** No look at the document comes sooner after the last than half of this. */
export const MIN_POLL_INTERVAL_MS = 5_000;
/** After a loss the document is looked at within this, however wide the published spread is. */
export const POLL_AFTER_LOSS_WITHIN_MS = 30_000;
/** A door opens at least this fast, in lots a second, whatever is published: fully within a day. */
export const MIN_LOTS_PER_SECOND = 1 / 86_400;
/** A pass is kept for an hour at the most. */
export const MAX_PASS_AGE_MS = 3_600_000;
/** Program times of two sources, or of one and its own playlist, that differ by more are two clocks' work. */
export const CLOCK_SKEW_MS = 900_000;
/** A client's clock is believed to be right if it is no further than this ahead of the server's. */
export const CLOCK_TRUST_MS = 3_600_000;
/** Window of a channel's reconnect where neither stage document nor server name one. */
export const CHANNEL_WINDOW_MS = 30_000;
/** What a server that says "try again later" is left alone for at least. */
export const TRY_AGAIN_LATER_MS = 30_000;
/** A 1006 so soon after the device itself was off the network is put down to that. */
export const RECENTLY_OFFLINE_MS = 10_000;
/** Between two signs of life of a channel whose server names no interval. */
export const PING_INTERVAL_MS = 25_000;
/** Messages a second that a channel carries up where its server names no pace. */
export const MESSAGES_PER_SECOND = 5;
/** Largest frame that a channel takes, in characters. */
export const MAX_FRAME_CHARACTERS = 262_144;
/** Messages that an outbox holds. */
export const MAX_OUTBOX_MESSAGES = 100;
/** What the messages of an outbox may come to, bytes of JSON. */
export const MAX_OUTBOX_BYTES = 65_536;
/** The largest single message, bytes of JSON. */
export const MAX_MESSAGE_BYTES = 16_384;
/** How long a message is of use where its sender does not say. */
export const MESSAGE_TTL_MS = 60_000;
/** The longest that any message is kept. */
export const MAX_MESSAGE_TTL_MS = 3_600_000;
/** Fade of a handover. */
export const CROSSFADE_MS = 30;

/** The defaults and limits of Earshot. Milliseconds unless the name says otherwise. */
export const DEFAULTS = {
  first: FIRST_WINDOW_MS,
  factor: WINDOW_FACTOR,
  cap: WINDOW_CAP_MS,
  capWhileSilent: WINDOW_CAP_WHILE_SILENT_MS,
  minimum: MINIMUM_WAIT_MS,
  maxFloor: MAX_SERVER_WAIT_MS,
  maxWait: MAX_WAIT_MS,
  tokens: TOKENS,
  tokenEvery: TOKEN_INTERVAL_MS,
  stepDownAfter: STEP_DOWN_AFTER_MS,
  patience: PATIENCE_MS,
  timeout: TIMEOUT_MS,
  segmentTimeout: SEGMENT_TIMEOUT_MS,
  climbAfter: CLIMB_AFTER_MS,
  climbAtMost: MAX_CLIMB_COOLDOWN_MS,
  refresh: DOCUMENT_REFRESH_MS,
  refreshGrowth: REFRESH_GROWTH,
  lookLeast: MIN_POLL_INTERVAL_MS,
} as const;
