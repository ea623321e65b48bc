import type { RetryPolicy } from '../policy/backoff.ts';

/** The named incidents; docs/incidents.md describes each. */
export type IncidentName =
  | 'doors-open'
  | 'restart'
  | 'forty-five-minutes'
  | 'guess-too-fast'
  | 'guess-too-slow'
  | 'no-hint'
  | 'return'
  | 'reload-storm';

/** How a client that is not Earshot decides: the delay before the next dial, or `null` to give up. */
export interface PeerModel {
  /** What a page or a table calls it. */
  readonly name: string;
  /** npm package and version that the formula was read from, or the document that gives it. */
  readonly of: string;
  /**
   * The wait before the next dial, ms, from the end of the failed one; `null`: it gives up.
   *
   * @param attempt failures in a row since the last success, 1 or more.
   * @param previous the last delay, ms; 0 for the first.
   * @param memory a number of the caller's per listener, drawn once, in [0, 1).
   * @param timedOut the last dial timed out instead of being refused.
   */
  delay(
    attempt: number,
    previous: number,
    memory: number,
    timedOut: boolean,
    random: () => number,
  ): number | null;
  /** Requests that the origin sees for each dial. */
  readonly requestsPerDial: number;
}

/** What the crowd runs. */
export type CrowdPolicy =
  | { readonly kind: 'earshot'; readonly retry?: RetryPolicy | undefined }
  | { readonly kind: 'peer'; readonly peer: PeerModel };

/** One run of the simulator. Times in seconds. */
export interface Scenario {
  /** What happens to the crowd. */
  readonly incident: IncidentName;
  /** What each listener of the crowd runs. */
  readonly policy: CrowdPolicy;
  /** 1 to 16,000,000. */
  readonly listeners: number;
  /** Joins a second that the origin bears when all is well. */
  readonly capacity: number;
  /** What a refusal costs in joins. Default 0.1. */
  readonly refusalCost?: number | undefined;
  /** Starts a second that the CDN bears. Default: all listeners within 20 s. */
  readonly cdnCapacity?: number | undefined;
  /** The published spread. Default 30. */
  readonly spread?: number | undefined;
  /** The published refresh. Default 30. */
  readonly refresh?: number | undefined;
  /** Whole seconds for which a CDN serves the same edition of the document. Default 2. */
  readonly ttl?: number | undefined;
  /** The simulation ends here if the crowd is not in. Default 3,600 after the incident's end. */
  readonly horizon?: number | undefined;
  /** Default 1. The same seed gives the same run. */
  readonly seed?: number | undefined;
  /**
   * The listeners themselves instead of drawn ones, for a run that is compared with a real one: when
   * each comes, seconds, ascending, and its lot. For incidents in which they arrive.
   */
  readonly given?:
    | {
        readonly comes: ArrayLike<number>;
        readonly lots: ArrayLike<number>;
      }
    | undefined;
}

/** Seconds after which so many percent were there; `null`: never within the horizon. */
export interface Percentiles {
  /** Half of the listeners. */
  readonly p50: number | null;
  /** 95 % of the listeners. */
  readonly p95: number | null;
  /** 99 % of the listeners. */
  readonly p99: number | null;
  /** 99.9 % of the listeners. */
  readonly p999: number | null;
}

/** What a run came to. */
export interface Outcome {
  /** N: the listeners of the scenario. */
  readonly listeners: number;
  /** C: joins a second that the origin of the scenario can take. */
  readonly capacity: number;
  /** N/C, s: nothing beats it. */
  readonly limit: number;
  /** Counted from the incident's `clock`: its beginning, or its end where the issue is recovery. */
  readonly admitted: Percentiles;
  /** Counted from the incident's beginning. */
  readonly hearing: Percentiles;
  /** Most joins asked for in one second while the origin stood, over the capacity. */
  readonly peak: number;
  /** Joins asked for, per listener. */
  readonly requests: number;
  /** Of these, asked of an origin that was down. */
  readonly requestsWhileDown: number;
  /** Of these, answered with a refusal or lost to an origin that was down, per listener. */
  readonly refused: number;
  /** Of these, never answered, per listener. */
  readonly timedOut: number;
  /** Fetches of the stage document, per listener, until 99.9 % are in or the simulation ends. */
  readonly documents: number;
  /** Mean seconds from wanting the stage to being admitted, of those admitted. */
  readonly wait: number;
  /** Whether 99.9 % were admitted within the horizon. */
  readonly recovers: boolean;
  /** Listeners whose turn was taken from them: admitted more than a spread later than their turn. */
  readonly lostTurns: number;
  /** Of these, refused at their turn; the others had still to wait for what an earlier epoch refused. */
  readonly refusedTurns: number;
  /** Listeners whose policy stopped. */
  readonly givenUp: number;
  /** Listeners who still wait at the end. */
  readonly waiting: number;
  /** Refusals for each admission while the incident lasted; `null` if it has no duration. */
  readonly refusedPerAdmitted: number | null;
  /** The course of the run, for a plot. */
  readonly series: Series;
  /** Events that were simulated. */
  readonly events: number;
}

/** One value a second (or `step` seconds), from the beginning of the incident. */
export interface Series {
  /** Seconds from one value to the next, 1 or more. */
  readonly step: number;
  /** Joins asked for, a second. */
  readonly arrivals: Float64Array;
  /** What the origin bore, joins a second. */
  readonly capacity: Float64Array;
  /** Cumulative. */
  readonly admitted: Float64Array;
  /** Listeners who hear, from any source. Cumulative. */
  readonly hearing: Float64Array;
}

/** What {@link Outcome} can be watched with while it comes. */
export interface SimulateOptions {
  /** Called now and then with the share done, 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Ends the run: `simulate` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
