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

/** The model of a client that is not Earshot: the delay before the next dial, or `null` to give up. */
export interface PeerModel {
  /** The name on a page or in a table. */
  readonly name: string;
  /** The npm package and version that the formula comes from, or the document that states it. */
  readonly of: string;
  /**
   * The wait before the next dial, ms, from the end of the failed one; `null`: the client gives up.
   *
   * @param attempt failures in a row since the last success, 1 or more.
   * @param previous the last delay, ms; 0 for the first.
   * @param memory a number per listener that the caller draws once, in [0, 1).
   * @param timedOut the last dial timed out; otherwise it was refused.
   */
  delay(
    attempt: number,
    previous: number,
    memory: number,
    timedOut: boolean,
    random: () => number,
  ): number | null;
  /** Requests that each dial sends to the origin. */
  readonly requestsPerDial: number;
}

/** The policy that the crowd runs. */
export type CrowdPolicy =
  | { readonly kind: 'earshot'; readonly retry?: RetryPolicy | undefined }
  | { readonly kind: 'peer'; readonly peer: PeerModel };

/** One run of the simulator. Times are in seconds. */
export interface Scenario {
  /** What happens to the crowd. */
  readonly incident: IncidentName;
  /** The policy of each listener. */
  readonly policy: CrowdPolicy;
  /** 1 to 16,000,000. */
  readonly listeners: number;
  /** Joins per second that the origin accepts in normal operation. */
  readonly capacity: number;
  /** The cost of a refusal, in joins. Default 0.1. */
  readonly refusalCost?: number | undefined;
  /** People inside at once whom the origin accepts, a whole number. Default: no limit. */
  readonly most?: number | undefined;
  /** Mean seconds until an admitted listener leaves, 1 or more; the stays are exponential. Default: nobody leaves. */
  readonly stay?: number | undefined;
  /** Starts per second that the CDN accepts. Default: all listeners within 20 s. */
  readonly cdnCapacity?: number | undefined;
  /** The published `spread`. Default 30. */
  readonly spread?: number | undefined;
  /** The published `refresh`. Default 30. */
  readonly refresh?: number | undefined;
  /** Whole seconds for which a CDN caches one edition of the document. Default 2. */
  readonly ttl?: number | undefined;
  /** The simulation ends here if not all are admitted. Default 3,600 after the incident's end. */
  readonly horizon?: number | undefined;
  /** The same seed gives the same run. Default 1. */
  readonly seed?: number | undefined;
  /**
   * The listeners themselves instead of random ones, to compare with a real run: the arrival time of each in seconds,
   * ascending, and its lot. For incidents in which listeners arrive.
   */
  readonly given?:
    | {
        readonly comes: ArrayLike<number>;
        readonly lots: ArrayLike<number>;
      }
    | undefined;
}

/** Seconds until this share of the listeners got there; `null`: not within the horizon. */
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

/** The result of a run. */
export interface Outcome {
  /** N: the listeners of the scenario. */
  readonly listeners: number;
  /** C: joins per second that the origin of the scenario accepts. */
  readonly capacity: number;
  /** N/C, in seconds: the shortest possible time, if there are places for all. */
  readonly limit: number;
  /** Counted from the incident's `clock`: its start, or its end if the run measures recovery. */
  readonly admitted: Percentiles;
  /** Counted from the incident's start. */
  readonly hearing: Percentiles;
  /** The most joins requested in one second while the origin was up, relative to the capacity. */
  readonly peak: number;
  /** Requested joins, per listener. */
  readonly requests: number;
  /** Of these, requests to an origin that was down. */
  readonly requestsWhileDown: number;
  /** Of these, refused or lost because the origin was down, per listener. */
  readonly refused: number;
  /** Of these, timed out, per listener. */
  readonly timedOut: number;
  /** Of the refused, those refused only because all places were taken, per listener. */
  readonly refusedFull: number;
  /** Fetches of the stage document, per listener, until 99.9 % are in or the simulation ends. */
  readonly documents: number;
  /** Mean seconds from the first request for the stage to the admission, of those admitted. */
  readonly wait: number;
  /** Whether 99.9 % were admitted within the horizon. */
  readonly recovers: boolean;
  /** Listeners who lost their turn: admitted more than a spread after it. */
  readonly lostTurns: number;
  /** Of these, refused at their turn. The others still had to wait because of a refusal in an earlier epoch. */
  readonly refusedTurns: number;
  /** Listeners whose policy gave up. */
  readonly givenUp: number;
  /** Listeners who still wait at the end. */
  readonly waiting: number;
  /** Refusals per admission during the incident; `null` if it has no duration. */
  readonly refusedPerAdmitted: number | null;
  /** The time series of the run, for a plot. */
  readonly series: Series;
  /** The number of simulated events. */
  readonly events: number;
}

/** One value per second (or per `step` seconds), from the start of the incident. */
export interface Series {
  /** Seconds between two values, 1 or more. */
  readonly step: number;
  /** Requested joins per second. */
  readonly arrivals: Float64Array;
  /** Capacity of the origin, joins per second. */
  readonly capacity: Float64Array;
  /** Cumulative. */
  readonly admitted: Float64Array;
  /** Listeners who hear sound, from any source. Cumulative. */
  readonly hearing: Float64Array;
  /** Listeners who are admitted and have not left. */
  readonly inside: Float64Array;
}

/** The options of a simulation, to watch and abort it. */
export interface SimulateOptions {
  /** Called now and then with the completed share, 0 to 1. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Aborts the run: `simulate` rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}
