import type { GovernedRequest, GovernedResponse, Guard } from '../governor/exchange.ts';
import type { Host } from '../host/host.ts';
import type { Door } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';

/** What a run of an {@link Admission} is given. */
export interface AdmissionContext {
  /** The door's name in the stage document. */
  readonly door: string;
  /** What tells this stage from others: the URL of its document, or of its first source. */
  readonly stage: string;
  /** The guarded source. */
  readonly source: string;
  /** Time, randomness and storage. A request goes through `request`, never through `host.fetch`. */
  readonly host: Host;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  /** The governor's gate. Every request must go through it. */
  request(ask: Omit<GovernedRequest, 'signal'>): Promise<GovernedResponse>;
  /** Something failed that the run lives on with. */
  onError(error: EarshotError): void;
}

/** One listener at one door. All of it is polled; nothing may throw. */
export interface AdmissionRun extends Guard {
  /**
   * A stage document came.
   *
   * @param door as published now.
   * @param at epoch ms by this host's clock that is the door's `serverTime`.
   * @param spread the published window in ms, or `null`.
   */
  update(door: Door, at: number, spread: number | null): void;
}

/**
 * Who decides when a guarded source may be asked: {@link lots} by default, or a waiting room of
 * one's own.
 */
export interface Admission {
  /** Called once for each door of a session, when the document first names it. Must not throw. */
  open(context: AdmissionContext): AdmissionRun;
}
