import type { Host } from '../host/host.ts';
import type { RetryPolicy } from '../policy/backoff.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { Wait } from '../policy/state.ts';
import type { GovernedRequest, GovernedResponse, Outcome } from './exchange.ts';
import type { Entry, Gates } from './gates.ts';
import type { TokenFunction } from './tokens.ts';

/** The options of a governor. */
export interface GovernorOptions {
  readonly host: Host;
  readonly policy: RetryPolicy;
  readonly token?: TokenFunction | undefined;
  /** Called once for each failed attempt, with its purpose and the time of the retry. */
  readonly onAttempt?: (error: EarshotError) => void;
  /** Called if the policy is unusable. */
  readonly onError: (error: EarshotError) => void;
  /** Resolves once the doors are as fresh as possible: a retry after a failure depends on them. */
  readonly fresh?: () => Promise<void>;
}

/** The parts that govern a long-lived connection like a request: see `connect.ts`. */
export interface GovernorParts {
  readonly gates: Gates;
  /** Waits until every gate is open. Returns the gates for which this attempt is the probe. */
  admit(entries: readonly Entry[], signal: AbortSignal): Promise<readonly Entry[]>;
  succeed(entry: Entry, floor: number | null): void;
  /** @returns false if the policy says to stop. */
  fail(entry: Entry, error: EarshotError, floor: number | null, spread?: number | null): boolean;
  readonly tokens: Map<string, Promise<string | null>>;
  tokenOf(origin: string): Promise<string | null> | null;
}

/**
 * Every request goes through the governor: rate limits, delays and retries.
 *
 * After a failure of a whole origin (no response, a timeout, 429, 5xx) it sends that origin nothing before the
 * deadline that the policy draws. Then one request probes the origin, and the others wait for the result. A refusal
 * (4xx) closes only the gate of its URL. Deadlines survive a reload and apply to all tabs.
 */
export interface Governor {
  /** The published jitter window in ms. */
  spread: number | null;
  /** Called after each attempt of a request, for a record. @param askedAt when it began, ms of `Host.elapsed()`. */
  record?(ask: GovernedRequest, outcome: Outcome, askedAt: number): void;
  /** Whether the listener hears sound now. */
  hearing: boolean;
  /**
   * Sends the request as soon as its gates allow, and retries as the policy says.
   *
   * @throws EarshotError with code `stopped` if the policy ends it; the error of a 4xx after `tries` attempts; the
   * signal's reason if it aborts.
   */
  request(ask: GovernedRequest): Promise<GovernedResponse>;
  /**
   * Sends one request, at a random time within the published spread, so that clients who lost a source together do
   * not all end their sessions at once. If the page is closed or the governor closes, it sends at once.
   *
   * It does not wait for gates: if one is closed, nothing is sent. The result changes nothing. Use it to end a
   * session at a server that also ends the session by itself.
   */
  sendBeforeLeaving(ask: Omit<GovernedRequest, 'signal'>): void;
  readonly parts: GovernorParts;
  /** The wait of a request to `url` now, or `null`. The gate of a URL that has alternatives does not count. */
  waitOf(
    url: string,
    ask?: Partial<Pick<GovernedRequest, 'purpose' | 'alternatives'>>,
  ): Wait | null;
  /**
   * Counts a failure that no request showed, for example media that the browser cannot decode.
   *
   * @returns false if the policy says to stop.
   */
  penalize(url: string, error: EarshotError): boolean;
  /** Credits `ms` of proven hearing. Each full minute takes one attempt off every gate that serves. */
  creditHearing(ms: number): void;
  /** Ends everything that this governor has started. */
  close(): void;
}
