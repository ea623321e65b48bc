import type { Secret } from './tokens.ts';

/** The options of a door. Times are in seconds unless an option says otherwise. */
export interface DoorOptions {
  /** The stage that its tokens are valid for, 1 to 64 characters. */
  readonly stage: string;
  /** The door's name in the stage document, 1 to 64 characters. */
  readonly door: string;
  /**
   * 32 bytes or more each. The first secret signs, all verify. To replace a secret, put the new one first and remove
   * the old one after its last token has expired.
   */
  readonly secrets: readonly Secret[];
  /** Joins per second that the source behind the door can take; 0 to 10,000,000. */
  readonly capacity: number;
  /** The expected number of listeners, 1 or more. A wrong guess corrects itself. */
  readonly listeners: number;
  /**
   * The time from the creation or restart of the door to the first admission, so that listeners know their turns by
   * then; 0 to 86,400. Default 0.
   */
  readonly opensIn?: number | undefined;
  /**
   * The URL that draws and signs lots; then no listener joins without a ticket. Default `null`: each listener draws
   * its own lot, and the door only limits the rate.
   */
  readonly tickets?: string | null | undefined;
  /** The lifetime of a ticket, 60 to 86,400. Default 21,600: longer than the queue lasts. */
  readonly ticketLife?: number | undefined;
  /** The lifetime of a pass after its last replacement, 10 to 3,600. Default 300. */
  readonly passLife?: number | undefined;
  /** The `Retry-After` of a refusal because there is no capacity, 1 to 3,600. Default 5. */
  readonly retryAfter?: number | undefined;
  /** The `spread` that the stage document publishes, 1 to 3,600. Default 5, as in the SDK. */
  readonly spread?: number | undefined;
  /** The share of one join's cost that a refusal costs the origin; 0 to 1. Default 0.1. */
  readonly refusalCost?: number | undefined;
  /**
   * The maximum of used tickets, and also of sessions with a replaced pass, that the door remembers against replay; 1
   * or more. Beyond it the door forgets the oldest, which could then be replayed until they expire. Default
   * 1,000,000.
   */
  readonly memory?: number | undefined;
  /** Returns epoch ms. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns that many random bytes. Default: with `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined;
}

/** {@link DoorOptions} with all defaults. */
export type DoorSettings = {
  readonly [Name in keyof DoorOptions]-?: Exclude<DoorOptions[Name], undefined>;
};

/** The largest capacity of a door. */
export const MOST_CAPACITY = 10_000_000;
const LONGEST_NAME = 64;

/** @throws RangeError if the value is out of range; the message names the option. */
export const within = (name: string, value: number, least: number, most: number): number => {
  if (value >= least && value <= most) return value;
  throw new RangeError(`${name}: ${value} is not within ${least} to ${most}.`);
};

/** @throws RangeError if a value is out of range; the message names the option. */
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
