import type { Host } from '../host/host.ts';
import type { RetryPolicy } from '../policy/backoff.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { Wait } from '../policy/state.ts';
import type { GovernedRequest, GovernedResponse } from './exchange.ts';
import type { Entry, Gates } from './gates.ts';
import type { TokenFunction } from './tokens.ts';

/** What a governor is made with. */
export interface GovernorOptions {
  readonly host: Host;
  readonly policy: RetryPolicy;
  readonly token?: TokenFunction | undefined;
  /** Told of each attempt that failed, once, with its purpose and when it is made again. */
  readonly onAttempt?: (error: EarshotError) => void;
  /** Told of a policy that is unusable. */
  readonly onError: (error: EarshotError) => void;
  /** Resolves once the doors are known as they are now, as far as can be: who failed asks by that. */
  readonly fresh?: () => Promise<void>;
}

/** What a connection that lasts is governed with, as a request is: see `connect.ts`. */
export interface GovernorParts {
  readonly gates: Gates;
  /** Waits until every gate is open; gives those that this attempt is the probe of. */
  admit(entries: readonly Entry[], signal: AbortSignal): Promise<readonly Entry[]>;
  succeed(entry: Entry, floor: number | null): void;
  /** @returns false if the policy says to stop. */
  fail(entry: Entry, error: EarshotError, floor: number | null, spread?: number | null): boolean;
  readonly tokens: Map<string, Promise<string | null>>;
  tokenOf(origin: string): Promise<string | null> | null;
}

/**
 * The one gate through which every request goes. After a failure that speaks for the whole origin
 * (no answer, a timeout, 429, 5xx) nothing more is asked of it before the deadline that the
 * policy draws; then one request finds out, and the others wait for what it finds. A refusal (4xx)
 * closes the gate of its URL alone. Deadlines outlive a reload and hold for all tabs.
 */
export interface Governor {
  /** The published spread in ms. */
  spread: number | null;
  /** Whether the listener hears something now. */
  hearing: boolean;
  /**
   * Makes the request as soon as its gates allow, again and again as the policy says.
   *
   * @throws EarshotError with code `stopped` if the policy ends it, or what a 4xx ended with after
   * `tries`; the signal's reason if it aborts.
   */
  request(ask: GovernedRequest): Promise<GovernedResponse>;
  /**
   * Asks once, within the published spread, so that those who lost a source together do not all
   * say goodbye to it together; at once when the page goes or the governor closes. It waits for no
   * gate: what finds one closed is not sent. What comes of it changes nothing: it is for what ends
   * a session at a server, which ends it by itself if this does not arrive.
   */
  sendBeforeLeaving(ask: Omit<GovernedRequest, 'signal'>): void;
  readonly parts: GovernorParts;
  /**
   * What a request to `url` would have to wait for now, or `null`. The gate of a URL that has alternatives
   * does not count.
   */
  waitOf(
    url: string,
    ask?: Partial<Pick<GovernedRequest, 'purpose' | 'alternatives'>>,
  ): Wait | null;
  /**
   * Counts a failure that no request showed, such as media that cannot be decoded.
   *
   * @returns false if the policy says to stop.
   */
  penalize(url: string, error: EarshotError): boolean;
  /** Credits `ms` of proven hearing: a full minute takes one attempt off every gate that serves. */
  creditHearing(ms: number): void;
  /** Ends what this governor has asked the host for. */
  close(): void;
}
