import type { StageMessage } from '../channel/channel.ts';
import type { SendOptions, SendResult } from '../channel/outbox.ts';
import type { SourceDescription } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';

/** A change of source, after it happened. */
export interface Switch {
  /** The source that was heard before. */
  readonly from: SourceDescription;
  /** The source that is heard now. */
  readonly to: SourceDescription;
  /** Program time left out in ms; 0 if none, `null` if unknown, as after a time of silence. */
  readonly skippedMs: number | null;
  /** Program time heard twice in ms; 0 if none, `null` if unknown. */
  readonly repeatedMs: number | null;
}

/** What {@link Session.on} tells. */
export interface SessionEvents {
  /** After every change, as `subscribe`, but not at once. */
  state: (state: State) => void;
  /** Something failed that the session lives on with. May come often; never after `closed`. */
  error: (error: EarshotError) => void;
  /** Another source is heard. Never for the first one. */
  switch: (change: Switch) => void;
  /** The stage tells everybody something, over the channel. Never without one. */
  message: (message: StageMessage) => void;
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
  /** Calls `listener` at the next such event, and never again; the returned function takes that back. */
  once<Name extends keyof SessionEvents>(name: Name, listener: SessionEvents[Name]): () => void;
  /** Goes on after `pause()`, or, called in a gesture, after the browser blocked the sound. */
  play(): void;
  /** The same as `play()`. */
  resume(): void;
  /** Pauses. Nothing is switched and nothing given up until `resume()`. */
  pause(): void;
  /** Moves to the live edge; what lies between is not heard. */
  goLive(): void;
  /**
   * Hands a message of the listener's to the outbox, which sends it over the channel as soon and as
   * often as it takes: the server has it at most once, and those with one `key` in their order. The
   * promise never rejects; it settles at the latest when the message's time to live has passed.
   * `dropped` without `channel` in the options of `listen()`.
   *
   * @param type what it is to the stage: letters, digits and `_.:-`, at most 64.
   * @param payload anything JSON can say, at most 16,384 bytes of it.
   */
  send(type: string, payload?: unknown, options?: SendOptions): Promise<SendResult>;
  /** Whether the sound is muted. The choice outlives every change of source. */
  muted: boolean;
  /** 0 to 1; what lies outside is clamped. The choice outlives every change of source. */
  volume: number;
  /** Ends the session and releases everything it holds. Idempotent. */
  close(): void;
}
