// Single constants, because a minifier inlines them. Milliseconds unless the name says otherwise.

/** Jitter window of the first retry. */
export const FIRST_WINDOW_MS = 5_000;
/** Growth of the window from round to round. */
export const WINDOW_FACTOR = 2;
/** Longest random wait while the listener hears sound. */
export const WINDOW_CAP_MS = 600_000;
/** Longest random wait while the listener hears nothing. */
export const WINDOW_CAP_WHILE_SILENT_MS = 120_000;
/** No retry comes sooner than this, whatever the policy or the server says. */
export const MINIMUM_WAIT_MS = 250;
/** The longest wait that a server can ask for. */
export const MAX_SERVER_WAIT_MS = 3_600_000;
/** The longest wait that any policy can cause. */
export const MAX_WAIT_MS = 86_400_000;
/** Size of the retry token bucket of an origin: the longest burst of retries. */
export const TOKENS = 5;
/** The time in which one more token comes. */
export const TOKEN_INTERVAL_MS = 30_000;
/** How long the failures of a gate are kept, once it is open and unused. */
export const GATE_RETENTION_MS = 3_600_000;
/** Proven hearing that takes one off the attempt count. */
export const STEP_DOWN_AFTER_MS = 60_000;
/** A timer this late means that the machine slept. A request this old at a reload counts as timed out. */
export const LATE_AFTER_MS = 2_000;
/** How long refusals on the only remaining source are tolerated before the session ends. */
export const PATIENCE_MS = 300_000;
/** Time limit of a whole document or playlist, and twice the limit for the first sound of most sources. */
export const TIMEOUT_MS = 10_000;
/** Time limit of a whole segment. */
export const SEGMENT_TIMEOUT_MS = 20_000;
/** Largest stage document, bytes. */
export const MAX_DOCUMENT_BYTES = 262_144;
/** Largest playlist, bytes. */
export const MAX_PLAYLIST_BYTES = 4_194_304;
/** Largest segment, bytes. */
export const MAX_MEDIA_BYTES = 67_108_864;
/** Steady hearing before Earshot tries a better source. */
export const CLIMB_AFTER_MS = 60_000;
/** The most to which failed climbs extend `CLIMB_AFTER_MS`. */
export const MAX_CLIMB_COOLDOWN_MS = 900_000;
/** Media that a better source must have buffered before the swap. */
export const CLIMB_PROOF_MS = 3_000;
/** Media that a source must have buffered before it replaces a failing one. */
export const FALL_PROOF_MS = 1_000;
/** The same if a realtime source fails: it has no buffer, so little must be enough. */
export const FALL_PROOF_REALTIME_MS = 250;
/** The sound in hand at which a realtime source is left. Until then its packets may return. */
export const SEAM_LEAD_MS = 300;
/** Time limit for the first packet of a realtime source, before the next source is prepared. */
export const FIRST_PACKET_MS = 2_000;
/** The longest delay behind live at which a realtime source joins. */
export const MAX_JOIN_DELAY_MS = 30_000;
/** The minimum of repeated sound after a realtime source failed, so that no word is lost. */
export const OVERLAP_MS = 120;
/** The maximum of repeated sound on a source further behind live, if the listener prefers to wait. */
export const MAX_REPEAT_MS = 5_000;
/** The longest pause after a fall. If more is needed, there is no pause. */
export const MAX_PAUSE_MS = 30_000;
/** The buffer that must be left when the next source starts to load. */
export const PREPARE_BEFORE_EMPTY_MS = 4_000;
/** Poll interval of a stage document that names none. */
export const DOCUMENT_REFRESH_MS = 10_000;
/** The maximum of the poll interval, in multiples of `refresh`. */
export const REFRESH_GROWTH = 16;
/** A poll comes no sooner after the last one than half of this. */
export const MIN_POLL_INTERVAL_MS = 5_000;
/** After a loss, the document is polled within this time, however wide the published spread is. */
export const POLL_AFTER_LOSS_WITHIN_MS = 30_000;
/** The slowest rate of a door, in lots per second: fully open within a day, whatever is published. */
export const MIN_LOTS_PER_SECOND = 1 / 86_400;
/** A pass is kept for an hour at most. */
export const MAX_PASS_AGE_MS = 3_600_000;
/**
 * A larger difference between the program times of two sources, or of a source and its playlist, means two clocks.
 */
export const CLOCK_SKEW_MS = 900_000;
/** A client's clock counts as right if it is no further than this ahead of the server's. */
export const CLOCK_TRUST_MS = 3_600_000;
/** Jitter window of a channel's reconnect if neither the stage document nor the server names one. */
export const CHANNEL_WINDOW_MS = 30_000;
/** Minimum wait for a server that says "try again later". */
export const TRY_AGAIN_LATER_MS = 30_000;
/** A close with 1006 so soon after this device was offline counts as caused by that. */
export const RECENTLY_OFFLINE_MS = 10_000;
/** Time between two pings of a channel whose server names no interval. */
export const PING_INTERVAL_MS = 25_000;
/** Messages per second that a channel sends if its server names no rate. */
export const MESSAGES_PER_SECOND = 5;
/** Largest frame that a channel accepts, in characters. */
export const MAX_FRAME_CHARACTERS = 262_144;
/** The maximum of messages in an outbox. */
export const MAX_OUTBOX_MESSAGES = 100;
/** The maximum size of all messages in an outbox, bytes of JSON. */
export const MAX_OUTBOX_BYTES = 65_536;
/** The maximum size of one message, bytes of JSON. */
export const MAX_MESSAGE_BYTES = 16_384;
/** Time to live of a message if its sender sets none. */
export const MESSAGE_TTL_MS = 60_000;
/** The longest time to live of a message. */
export const MAX_MESSAGE_TTL_MS = 3_600_000;
/** Cross-fade of a handover. */
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
