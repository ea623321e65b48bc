import type { StageMessage } from '../channel/channel.ts';
import type { SendOptions, SendResult } from '../channel/outbox.ts';
import type { LostMessages } from '../channel/position.ts';
import type { Cue, CueInit } from '../policy/cue.ts';
import type { SourceDescription, WantedLanguages } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';

/** A change of source, or a shift in the sound of the same source, that has already happened. */
export interface Switch {
  /** The source that played before. */
  readonly from: SourceDescription;
  /** The source that plays now: the same one after an outage or a long pause. */
  readonly to: SourceDescription;
  /** Skipped program time in ms. 0 if nothing was skipped, `null` if unknown, for example after silence. */
  readonly skippedMs: number | null;
  /** Repeated program time in ms. 0 if nothing was repeated, `null` if unknown. */
  readonly repeatedMs: number | null;
}

/** The events of {@link Session.on}, with the arguments of their listeners. */
export interface SessionEvents {
  /** Fires after every change. Unlike `subscribe`, it does not fire at once. */
  state: (state: State) => void;
  /** An error that the session survives. May fire often. Never fires after `closed`. */
  error: (error: EarshotError) => void;
  /**
   * The session has changed to another source, or the same one has returned with words skipped or repeated. Never
   * fires for the first source, nor for `seek()` within a source.
   */
  switch: (change: Switch) => void;
  /**
   * The word of a cue is heard. Fires once for each id, in order. Needs the option `cues`. Never fires for a cue whose
   * word was skipped by more than 5 s, and never while the source has no program time.
   */
  cue: (cue: Cue) => void;
  /** A message from the stage to all listeners, over the channel. Needs the option `channel`. */
  message: (message: StageMessage) => void;
  /**
   * Messages, or cues, were lost with a connection of the channel: fetch what they would have told. Fires once for
   * each loss, in each tab. Never fires if the stage does not number its messages, nor for the first connection of a page.
   */
  unrecoverable: (lost: LostMessages) => void;
}

/**
 * The last ten minutes of a session, for a report of a problem: plain JSON, made by {@link Session.record}. It has no
 * tokens, headers, bodies, messages, or queries of URLs; hosts and paths of URLs are in it. Only `version`, `earshot` and
 * `since` are stable: the rest is for `npm run replay` of the same version of Earshot.
 */
export interface SessionRecord {
  /** The version of this format. */
  readonly version: 1;
  /** The version of Earshot that recorded it. */
  readonly earshot: string;
  /** Epoch ms of the snapshot, where the record begins. */
  readonly since: number;
  /** The session at the start of the record. */
  readonly snapshot: object;
  /** What happened since then, oldest first. */
  readonly entries: readonly object[];
  /** The model of the session at the end of the record. */
  readonly model: unknown;
}

/** A player session: one listener at one live event (the *stage*). */
export interface Session {
  /** The current state: frozen, and complete enough to render a UI from it alone. */
  readonly state: State;
  /** Resolves with the last state, `ended` or `closed`. Never rejects. */
  readonly ended: Promise<State>;
  /** Calls `listener` at once and after every change, until you call the returned function. */
  subscribe(listener: (state: State) => void): () => void;
  /** Calls `listener` for every event of this name, until you call the returned function. */
  on<Name extends keyof SessionEvents>(name: Name, listener: SessionEvents[Name]): () => void;
  /** Calls `listener` for the next event of this name only. The returned function removes the listener. */
  once<Name extends keyof SessionEvents>(name: Name, listener: SessionEvents[Name]): () => void;
  /** Resumes after `pause()`. After the browser has blocked the sound, call it in a user gesture. */
  play(): void;
  /** The same as `play()`. */
  resume(): void;
  /** Pauses. Until `play()` the session does not change the source and does not give up. */
  pause(): void;
  /** Moves to the live edge and skips the sound in between. */
  goLive(): void;
  /**
   * Goes to a program time, for example of `state.seekable`. A time outside of it is clamped. If the source that plays
   * has no window, as WebRTC, another one opens at that time and takes over; the session returns to the better one
   * as after any fall. Until the listener has heard again what was played before, the session does not catch up.
   *
   * The promise resolves with `true` when playback is there, or starts there after a pause; with `false` if no source
   * has that time, and playback continues as it was. It never rejects. A step to another source may take 10 s.
   *
   * @param programTime epoch ms.
   */
  seek(programTime: number): Promise<boolean>;
  /**
   * Goes back by `seconds`; a negative number goes forward. The same as `seek()` otherwise.
   *
   * @param seconds any finite number.
   */
  back(seconds: number): Promise<boolean>;
  /**
   * Sends a message over the channel. The outbox sends it as soon as possible and as often as necessary. The server
   * accepts it at most once, and messages with the same `key` in order.
   *
   * The promise never rejects. It settles no later than the end of the message's time to live. The outcome is
   * `dropped` if `listen()` got no `channel`.
   *
   * @param type the type of the message: letters, digits and `_.:-`, at most 64 characters.
   * @param payload any JSON value, at most 16,384 bytes.
   */
  send(type: string, payload?: unknown, options?: SendOptions): Promise<SendResult>;
  /**
   * Adds a cue of the app, or replaces the one with its id. It fires when its word is heard. Needs the option `cues`.
   *
   * @returns false if it is no valid cue, if there is no room for it, or without the option `cues`. Never throws.
   */
  cue(cue: CueInit): boolean;
  /**
   * A copy of the record of the last ten minutes, at most 1 MB of JSON. `null` without the option `record`, and until
   * its code has loaded. After the end of the session it still returns the record. Nothing leaves the page: send it
   * to nobody without the consent of the listener.
   */
  record(): SessionRecord | null;
  /**
   * The languages that the listener wants, best first: BCP 47 tags. `undefined`: those of the browser. A change takes effect at once, at the word that plays;
   * the state shows it when the new source plays, which needs some seconds. If all sources of the language fail, the
   * original plays. `state.source.lang` has the language that plays, and `state.ladder` all that there are.
   */
  lang: WantedLanguages | undefined;
  /** Whether the sound is muted. A change of source keeps the setting. */
  muted: boolean;
  /** The volume, 0 to 1. Other values are clamped. A change of source keeps the setting. */
  volume: number;
  /** Ends the session and releases all its resources. Idempotent. */
  close(): void;
}
