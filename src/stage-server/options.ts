import type { Secret } from './tokens.ts';

/** What a door is made of. Seconds, unless it says otherwise. */
export interface DoorOptions {
  /** The stage that its tokens are bound to, 1 to 64 characters. */
  readonly stage: string;
  /** The door's name in the stage document, 1 to 64 characters. */
  readonly door: string;
  /**
   * 32 bytes or more each. The first one signs and all verify: to replace a secret, put the new one
   * first, and take the old one away when its last token has expired.
   */
  readonly secrets: readonly Secret[];
  /** Joins a second that the source behind the door bears; 0 to 10,000,000. */
  readonly capacity: number;
  /** How many listeners are expected, 1 or more; a guess that mends itself. */
  readonly listeners: number;
  /**
   * Until the first lot is admitted after the door was made or restarted, so that the crowd knows
   * its turns by then; 0 to 86,400. Default 0.
   */
  readonly opensIn?: number | undefined;
  /**
   * Where lots are drawn and signed, a URL: no join without such a ticket. Default `null`: each
   * listener draws its own lot, and only the capacity is guarded.
   */
  readonly tickets?: string | null | undefined;
  /** How long a ticket can be used, 60 to 86,400. Default 21,600: it outlives the queue. */
  readonly ticketLife?: number | undefined;
  /** How long a pass lets in after it was last replaced, 10 to 3,600. Default 300. */
  readonly passLife?: number | undefined;
  /** What those are told who are refused for want of capacity, 1 to 3,600. Default 5. */
  readonly retryAfter?: number | undefined;
  /** The `spread` that the stage document publishes, 1 to 3,600. Default 5, as of the SDK. */
  readonly spread?: number | undefined;
  /** What refusing one join takes from the capacity, in joins; 0 to 1. Default 0.1. */
  readonly refusalCost?: number | undefined;
  /**
   * Used tickets, and also sessions with a replaced pass, that are remembered against replay; 1 or
   * more. Beyond it the oldest are forgotten, and could be replayed until they expire.
   * Default 1,000,000.
   */
  readonly memory?: number | undefined;
  /** Epoch ms. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** So many random bytes. Default: those of `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined;
}

/** {@link DoorOptions} with every default in place. */
export type DoorSettings = {
  readonly [Name in keyof DoorOptions]-?: Exclude<DoorOptions[Name], undefined>;
};

/** What a door's capacity can be. */
export const MOST_CAPACITY = 10_000_000;
const LONGEST_NAME = 64;

/** @throws RangeError naming the option that is out of its range. */
export const within = (name: string, value: number, least: number, most: number): number => {
  if (value >= least && value <= most) return value;
  throw new RangeError(`${name}: ${value} is not within ${least} to ${most}.`);
};

/** @throws RangeError naming the option that is out of its range. */
export const settle = (options: DoorOptions): DoorSettings => {
  const { stage, door, secrets, capacity, listeners, tickets = null } = options;
  for (const [name, { length }] of Object.entries({ stage, door })) {
    within(`length of ${name}`, length, 1, LONGEST_NAME);
  }
  return {
    stage,
    door,
    secrets,
    tickets,
    capacity: within('capacity', capacity, 0, MOST_CAPACITY),
    listeners: within('listeners', listeners, 1, Number.MAX_SAFE_INTEGER),
    opensIn: within('opensIn', options.opensIn ?? 0, 0, 86_400),
    ticketLife: within('ticketLife', options.ticketLife ?? 21_600, 60, 86_400),
    passLife: within('passLife', options.passLife ?? 300, 10, 3_600),
    retryAfter: within('retryAfter', options.retryAfter ?? 5, 1, 3_600),
    spread: within('spread', options.spread ?? 5, 1, 3_600),
    refusalCost: within('refusalCost', options.refusalCost ?? 0.1, 0, 1),
    memory: within('memory', options.memory ?? 1_000_000, 1, Number.MAX_SAFE_INTEGER),
    now: options.now ?? Date.now,
    randomBytes:
      options.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length))),
  };
};
