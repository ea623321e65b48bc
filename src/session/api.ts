import type { SourceDescription } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';

/** A change of source, after it happened. */
export interface Switch {
  readonly from: SourceDescription;
  readonly to: SourceDescription;
  /** Program time left out in ms; 0 if none, `null` if unknown, as after a time of silence. */
  readonly lost: number | null;
  /** Program time heard twice in ms; 0 if none, `null` if unknown. */
  readonly twice: number | null;
}

/** What {@link Session.on} tells. */
export interface SessionEvents {
  /** After every change, as `subscribe`, but not at once. */
  state: (state: State) => void;
  /** Something failed that the session lives on with. May come often; never after `closed`. */
  error: (error: EarshotError) => void;
  /** Another source is heard. Never for the first one. */
  switch: (change: Switch) => void;
}

/** One listener's life on a stage. */
export interface Session {
  /** The state as it is now: frozen, and complete enough to draw a UI from. */
  readonly state: State;
  /** Resolves with the last state, `ended` or `closed`. Never rejects. */
  readonly ended: Promise<State>;
  /** Calls `listener` at once and after every change, until the returned function is called. */
  subscribe(listener: (state: State) => void): () => void;
  /** Calls `listener` at each such event, until the returned function is called. */
  on<Name extends keyof SessionEvents>(name: Name, listener: SessionEvents[Name]): () => void;
  /** Goes on after `pause()`, or, called in a gesture, after the browser blocked the sound. */
  resume(): void;
  /** Pauses. Nothing is switched and nothing given up until `resume()`. */
  pause(): void;
  /** Moves to the live edge; what lies between is not heard. */
  goLive(): void;
  /** Whether the sound is muted. The choice outlives every change of source. */
  muted: boolean;
  /** 0 to 1; what lies outside is clamped. The choice outlives every change of source. */
  volume: number;
  /** Ends the session and releases everything it holds. Idempotent. */
  close(): void;
}
