import { CLIMB_AFTER_MS } from './defaults.ts';
import type { SourceDescription, StageDocument } from './document.ts';
import type { EarshotError } from './errors.ts';
import type { Liveness } from './liveness.ts';
import type { QueuePosition, Wait } from './state.ts';

/** What a look at a run shows. Taken by the session, judged by the reducer. */
export interface Facts {
  /** Media time advances; `null` while there is too little to tell. */
  readonly isAdvancing: boolean | null;
  /** Milliseconds of buffer ahead. */
  readonly ahead: number;
  /** Milliseconds behind the live edge that the source aims for; `null` for a recording. */
  readonly target: number | null;
  /** What one of its requests waits for. */
  readonly wait: Wait | null;
  /** No new segment for three target durations. */
  readonly isFrozen: boolean;
  /** Its playlist says that no more will come. */
  readonly isComplete: boolean;
  /** What its packets say; `null` if it is not judged by packets, or none came yet. */
  readonly liveness: Liveness | null;
}

/** Of a run that nobody has looked at. */
export const NOTHING: Facts = {
  isAdvancing: null,
  ahead: 0,
  target: null,
  wait: null,
  isFrozen: false,
  isComplete: false,
  liveness: null,
};

/** One run of a source. What comes from another generation is late and dropped. */
export interface Run {
  readonly generation: number;
  readonly rung: number;
  /** Epoch ms since which it has had this part. */
  readonly since: number;
  /** Epoch ms at which nothing was wrong with it the last time: sound, or a good reason for none. */
  readonly healthyAt: number;
  /** It takes over by a climb, or did. */
  readonly isClimbing: boolean;
  /** Ms within which its first sound must come. */
  readonly firstSoundWithinMs: number;
  /** Sound has advanced in this run. */
  readonly hasPlayed: boolean;
  readonly isSwapping: boolean;
  readonly facts: Facts;
}

/** What a run is for: it is heard, or would be; or it is prepared. */
export const ROLES = ['active', 'standby'] as const;
export type Role = (typeof ROLES)[number];

/** One source of the ladder and what is known of it. */
export interface RungModel {
  readonly description: SourceDescription;
  readonly wait: Wait | null;
  /** `null` if no door guards it. */
  readonly position: QueuePosition | null;
  readonly excludedBy: EarshotError | null;
}

/** All that the session decides by. Plain data. */
export interface Model {
  readonly phase: 'opening' | 'running' | 'ended' | 'closed';
  readonly document: StageDocument | null;
  /** No other document can come: a plain HLS URL, or a document that was handed in. */
  readonly isFixed: boolean;
  readonly rungs: readonly RungModel[];
  readonly active: Run | null;
  readonly standby: Run | null;
  readonly generation: number;
  /** The listener wants sound: has not paused. */
  readonly playWhenReady: boolean;
  readonly isBlocked: boolean;
  /** Epoch ms before which no better source is tried; `null` while there is no steady sound. */
  readonly climbsAt: number | null;
  /** Steady sound, in ms, that a climb needs. */
  readonly climbCooldownMs: number;
  readonly error: EarshotError | null;
}

/** What happened, for {@link reduce}. */
export type Event =
  | {
      readonly type: 'document';
      readonly document: StageDocument;
      readonly isFixed: boolean;
    }
  | {
      readonly type: 'observed';
      readonly now: number;
      /** What the governor knows of each rung's URL. */
      readonly waits: readonly (Wait | null)[];
      /** Where the listener stands at each rung's door. */
      readonly positions: readonly (QueuePosition | null)[];
      readonly active: Facts | null;
      readonly standby: Facts | null;
      /** What the document waits for. */
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
  /** The policy gave up on a rung. */
  | { readonly type: 'stopped'; readonly rung: number; readonly error: EarshotError }
  | { readonly type: 'wanted'; readonly wanted: boolean }
  | { readonly type: 'blocked'; readonly blocked: boolean }
  | { readonly type: 'close'; readonly error: EarshotError | null };

/** What is to be done, for the session to do. */
export type Effect =
  | { readonly type: 'open'; readonly run: Run; readonly standby: boolean }
  | { readonly type: 'swap'; readonly generation: number }
  | { readonly type: 'drop'; readonly generation: number }
  | { readonly type: 'penalize'; readonly rung: number; readonly error: EarshotError }
  | { readonly type: 'over' };

/** A model that is being changed. */
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
  error: null,
};
