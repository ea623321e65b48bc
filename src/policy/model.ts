import { CLIMB_AFTER_MS } from './defaults.ts';
import type { SourceDescription, StageDocument } from './document.ts';
import type { EarshotError } from './errors.ts';
import type { Liveness } from './liveness.ts';
import type { QueuePosition, Wait } from './state.ts';

/** One observation of a run: made by the session, evaluated by the reducer. */
export interface Facts {
  /** Media time advances; `null` while there are too few observations. */
  readonly isAdvancing: boolean | null;
  /** Milliseconds of buffer. */
  readonly ahead: number;
  /** Target latency in ms; `null` for a recording. */
  readonly target: number | null;
  /** The wait of one of its requests. */
  readonly wait: Wait | null;
  /** No new segment for three target durations. */
  readonly isFrozen: boolean;
  /** Its playlist says that it is complete. */
  readonly isComplete: boolean;
  /** Milliseconds behind the live edge; `null` or absent: unknown. */
  readonly behind?: number | null;
  /** Its liveness, from its packets; `null` without packets. */
  readonly liveness: Liveness | null;
}

/** The facts of a run before its first observation. */
export const NOTHING: Facts = {
  isAdvancing: null,
  ahead: 0,
  target: null,
  wait: null,
  isFrozen: false,
  isComplete: false,
  liveness: null,
};

/** One run of a source. Results of another generation are late and dropped. */
export interface Run {
  readonly generation: number;
  readonly rung: number;
  /** Epoch ms since when it has had this role. */
  readonly since: number;
  /** Epoch ms of the last time when it was healthy: sound, or a good reason for silence. */
  readonly healthyAt: number;
  /** It takes over by a climb, or has done so. */
  readonly isClimbing: boolean;
  /** Time limit for its first sound, ms. */
  readonly firstSoundWithinMs: number;
  /** Sound has advanced in this run. */
  readonly hasPlayed: boolean;
  readonly isSwapping: boolean;
  /** Program time that it starts at, for a step back; `null`: it continues at the current word. */
  readonly from: number | null;
  /** Epoch ms until which a missing sound counts as a seek. */
  readonly seeksUntil: number;
  readonly facts: Facts;
}

/** The role of a run: it plays or is about to; or it is being prepared. */
export const ROLES = ['active', 'standby'] as const;
export type Role = (typeof ROLES)[number];

/** One source of the list, and what is known about it. */
export interface RungModel {
  readonly description: SourceDescription;
  readonly wait: Wait | null;
  /** `null` if the source has no door. */
  readonly position: QueuePosition | null;
  readonly excludedBy: EarshotError | null;
}

/** Everything that the session's decisions depend on. Plain data. */
export interface Model {
  readonly phase: 'opening' | 'running' | 'ended' | 'closed';
  readonly document: StageDocument | null;
  /** No other document can come: a plain HLS URL, or a document from the page. */
  readonly isFixed: boolean;
  readonly rungs: readonly RungModel[];
  readonly active: Run | null;
  readonly standby: Run | null;
  readonly generation: number;
  /** The listener wants sound, that is, has not paused. */
  readonly playWhenReady: boolean;
  readonly isBlocked: boolean;
  /** Epoch ms before which no better source is tried; `null` while there is no steady sound. */
  readonly climbsAt: number | null;
  /** Steady sound, in ms, that a climb needs. */
  readonly climbCooldownMs: number;
  /** The listener hears again what was played before: nothing hurries to live. */
  readonly isReplaying: boolean;
  /** Epoch ms of the last observation of sound that advances; 0: none yet. */
  readonly heardAt: number;
  readonly error: EarshotError | null;
}

/** The events for {@link reduce}. */
export type Event =
  | {
      readonly type: 'document';
      readonly document: StageDocument;
      readonly isFixed: boolean;
      /** The listener has chosen another language: change to the best source at once. */
      readonly isChosen?: boolean | undefined;
    }
  | {
      readonly type: 'observed';
      readonly now: number;
      /** The governor's wait for the URL of each source. */
      readonly waits: readonly (Wait | null)[];
      /** The listener's queue position for each source. */
      readonly positions: readonly (QueuePosition | null)[];
      readonly active: Facts | null;
      readonly standby: Facts | null;
      /** The wait of the document. */
      readonly documentWait: Wait | null;
      /** A number in [0, 1). */
      readonly draw: number;
    }
  | {
      readonly type: 'failed';
      readonly now: number;
      readonly generation: number;
      readonly error: EarshotError;
    }
  | { readonly type: 'swapped'; readonly now: number; readonly generation: number }
  | { readonly type: 'finished'; readonly now: number; readonly generation: number }
  /** The retry policy gave up on a source. */
  | { readonly type: 'stopped'; readonly rung: number; readonly error: EarshotError }
  | { readonly type: 'wanted'; readonly wanted: boolean }
  | { readonly type: 'blocked'; readonly blocked: boolean }
  /** The listener goes to another program time. */
  | {
      readonly type: 'seek';
      readonly now: number;
      /** Program time that the active run cannot reach, so another source opens there; `null`: it seeks itself. */
      readonly from: number | null;
      readonly isReplaying: boolean;
    }
  /** The listener has heard again what was played before, or has gone to live. */
  | { readonly type: 'replayed' }
  | { readonly type: 'close'; readonly error: EarshotError | null };

/** An action for the session. */
export type Effect =
  | { readonly type: 'open'; readonly run: Run; readonly standby: boolean }
  | { readonly type: 'swap'; readonly generation: number }
  | { readonly type: 'drop'; readonly generation: number }
  | { readonly type: 'penalize'; readonly rung: number; readonly error: EarshotError }
  | { readonly type: 'over' };

/** A model while it is being changed. */
export type Draft = { -readonly [Name in keyof Model]: Model[Name] };

export const INITIAL: Model = {
  phase: 'opening',
  document: null,
  isFixed: false,
  rungs: [],
  active: null,
  standby: null,
  generation: 0,
  playWhenReady: true,
  isBlocked: false,
  climbsAt: null,
  climbCooldownMs: CLIMB_AFTER_MS,
  isReplaying: false,
  heardAt: 0,
  error: null,
};
