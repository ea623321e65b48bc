import type { GovernedRequest, GovernedResponse, Guard } from '../governor/exchange.ts';
import type { Host } from '../host/host.ts';
import type { Door } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';

/** What the session passes to a run of an {@link Admission}. */
export interface AdmissionContext {
  /** The door's name in the stage document. */
  readonly door: string;
  /** Identifies the stage: the URL of its document, or of its first source. */
  readonly stage: string;
  /** The URL of the guarded source. */
  readonly source: string;
  /** Time, randomness and storage. Send requests with `request`, never with `host.fetch`. */
  readonly host: Host;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  /** Sends a request through the governor. Every request must use it. Default of its signal: that of the session. */
  request(
    ask: Omit<GovernedRequest, 'signal'> & Partial<Pick<GovernedRequest, 'signal'>>,
  ): Promise<GovernedResponse>;
  /** Reports an error that the run survives. */
  onError(error: EarshotError): void;
}

/** One listener at one door. The session polls it; no method may throw. */
export interface AdmissionRun extends Guard {
  /**
   * The session has a new stage document.
   *
   * @param door the door as published.
   * @param at the door's `serverTime` as epoch ms of this host's clock.
   * @param spread the published jitter window in ms, or `null`.
   */
  update(door: Door, at: number, spread: number | null): void;
  /**
   * The session has observed its sources. Called several times a second, in a hidden page once a minute.
   *
   * @param isPlaying the source behind this door is the active one, paused or not.
   */
  observe?(isPlaying: boolean): void;
}

/** Decides when Earshot may request a guarded source: {@link lots} by default, or your own waiting room. */
export interface Admission {
  /** Called once for each door of a session, when the document first names it. Must not throw. */
  open(context: AdmissionContext): AdmissionRun;
}
