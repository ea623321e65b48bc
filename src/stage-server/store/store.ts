/** The names of an opening of a door: tickets, passes and places belong to it alone. */
export interface DoorKey {
  /** The door's name in the stage document. */
  readonly door: string;
  /** A new epoch starts with no used ticket, and nobody inside. */
  readonly epoch: number;
}

/** The limits of a door as the operator has set them. */
export interface DoorLimits {
  /** Joins per second, 0 or more. */
  readonly capacity: number;
  /** The maximum of people inside; `null`: no limit. */
  readonly most: number | null;
  /** The share of a join that a refusal uses up, 0 to 1. */
  readonly refusalCost: number;
  /** The lifetime of a pass, ms. A session counts as inside for this long after its last pass. */
  readonly passLife: number;
  /** The lifetime of a ticket, ms. A used ticket is remembered for this long. */
  readonly ticketLife: number;
}

/** A request to join. */
export interface Entry {
  /** The ID of a valid ticket whose turn has come; `null`: the door has no tickets. */
  readonly ticket: string | null;
  /** The ID that the session gets if it is admitted. */
  readonly session: string;
}

/** The requests of one node since its last call. */
export interface Entries {
  /** In the order in which they came. */
  readonly entries: readonly Entry[];
  /** Joins that the node has refused by itself: a bad ticket, or a turn that has not come. */
  readonly turnedAway: number;
  /** Those of them that use up capacity. */
  readonly refusals: number;
}

/**
 * - `admitted`: the ticket and a place are taken. `at` is the time of the admission.
 * - `again`: this ticket admitted `session` less than half a pass's life ago; no second place is taken.
 * - `used`: the ticket was used before.
 * - `full`: the joins of this moment are used up.
 * - `crowded`: the maximum of people is inside.
 */
export type EntryResult =
  | { readonly outcome: 'admitted' | 'again'; readonly session: string; readonly at: number }
  | { readonly outcome: 'used' | 'full' | 'crowded' };

/** A pass that is shown, or is to be replaced. */
export interface Renewal {
  /** The ID of the session. */
  readonly session: string;
  /** Of the pass that is shown. */
  readonly serial: number;
  /** The session joins again, or its pass is in the second half of its life: it gets the next pass. */
  readonly isDue: boolean;
}

/** The serial of the pass to return, `null` for none, or a replay: a newer pass has replaced this one. */
export type RenewalResult = { readonly next: number | null } | 'replayed';

/** A session that leaves. */
export interface Leaving {
  /** The ID of the session. */
  readonly session: string;
  /** The ticket that becomes usable again, because the join came to nothing; `null`: none. */
  readonly ticket: string | null;
}

/** A limit of calls by key: the generic cell rate algorithm. */
export interface Ration {
  /** Calls per second in the long run, above 0. */
  readonly rate: number;
  /** Calls at once, 1 or more. */
  readonly burst: number;
}

/** A message of a listener, with the node's opinion. */
export interface Submission {
  /** The outbox that it comes from. */
  readonly from: string;
  /** Grows strictly within `from`. */
  readonly seq: number;
  /** As the listener gave it. */
  readonly type: string;
  /** As the listener gave it; `null`: none. */
  readonly key: string | null;
  /** Any JSON, as the listener gave it. */
  readonly payload: unknown;
  /** Why this node refuses it; `null`: it accepts it. */
  readonly reason: string | null;
}

/** The decision on a message: the first one, however often it is sent. */
export interface Decided {
  /** Why it is refused; `null`: it is accepted. */
  readonly reason: string | null;
  /** This call has decided it. */
  readonly isFirst: boolean;
}

/** An accepted message. */
export interface InboxMessage extends Omit<Submission, 'reason'> {
  /** The position in the inbox, for {@link Store.inbox}. */
  readonly position: number;
  /** Epoch ms. */
  readonly at: number;
}

/** A position in what is published. Offsets grow by 1 within an epoch; another epoch has nothing in common with it. */
export interface Position {
  /** Another one after the store has lost its frames. */
  readonly epoch: string;
  /** Grows by 1 with each frame. */
  readonly offset: number;
}

/** A published frame. */
export interface Published {
  /** Its place among the frames. */
  readonly offset: number;
  /** Epoch ms. */
  readonly at: number;
  /** A frame of the channel, as JSON. */
  readonly text: string;
}

/** Text with a version that grows with each change. */
export interface Versioned {
  /** Another one for each text, and never a lower one. */
  readonly version: number;
  /** What is kept. */
  readonly text: string;
}

/** The latest of everything that a node does not have yet. */
export interface News {
  /** The store's clock, epoch ms. */
  readonly now: number;
  /** The position after `frames`. */
  readonly head: Position;
  /**
   * The frames after the cursor, oldest first; after a cursor of another epoch, or none, all that the store keeps.
   * It keeps the last 1,000, of at most 2 minutes.
   */
  readonly frames: readonly Published[];
  /** The edition, if its version is not the cursor's. `null`: nothing newer. */
  readonly edition: Versioned | null;
  /** The settings, if their version is not the cursor's. `null`: nothing newer. */
  readonly settings: Versioned | null;
}

/** What a node has already. */
export interface Cursor {
  /** Of the last frame; `null`: none yet. */
  readonly position: Position | null;
  /** 0: none. */
  readonly edition: number;
  /** 0: none. */
  readonly settings: number;
}

/** The joins of a door on all nodes since the keeper's last call. */
export interface DoorCounts {
  /** Joins that were let in. */
  readonly admitted: number;
  /** Refused because the joins of the moment were used up. */
  readonly full: number;
  /** Refused because the maximum of people is inside. */
  readonly crowded: number;
  /** Joins that were refused. */
  readonly turnedAway: number;
  /** Sessions that left or expired. */
  readonly left: number;
  /** Sessions inside now. */
  readonly inside: number;
}

/** A sign of life of a node. */
export interface Beat {
  /** Unique for each start of a process. */
  readonly node: string;
  /** For the other nodes and the operator, as JSON. */
  readonly status: string;
  /** How long the node counts as alive, and stays the keeper, after this call; ms. */
  readonly life: number;
  /** The node stops: it gives up the keeper's lease, and is forgotten. */
  readonly isLast: boolean;
  /** The doors whose counts the keeper gets. */
  readonly doors: readonly DoorKey[];
}

/** The answer to a sign of life. */
export interface BeatResult {
  /** The store's clock, epoch ms. */
  readonly now: number;
  /** The nodes that are alive, by name, with their status. */
  readonly nodes: readonly { readonly node: string; readonly status: string }[];
  /** The node that keeps the doors. */
  readonly keeper: string | null;
  /** Not `null` if this node is the keeper: it grows with each change of keeper. */
  readonly fence: number | null;
  /** The counts of each door, in the order of `doors`; empty if this node is not the keeper. */
  readonly counts: readonly DoorCounts[];
}

/**
 * Keeps what all nodes of a stage share. Each verb is atomic, and takes all requests of a node at once, so the store
 * sees calls per node and not per listener. Calls reject if the store is unreachable; then nobody knows whether they
 * took effect, and the same call may be made again: none of them takes effect twice.
 */
export interface Store {
  /** The shortest time between two calls of one kind, ms. 0 for a store in this process. */
  readonly pace: number;
  /** Takes tickets and places, in the order of the entries. */
  enter(key: DoorKey, limits: DoorLimits, entries: Entries): Promise<readonly EntryResult[]>;
  /** Judges passes, and keeps their sessions inside. Passes rotate like the refresh tokens of RFC 9700, section 4.14. */
  renew(
    key: DoorKey,
    limits: DoorLimits,
    renewals: readonly Renewal[],
  ): Promise<readonly RenewalResult[]>;
  /** Frees the places of sessions. */
  leave(key: DoorKey, leavings: readonly Leaving[]): Promise<void>;
  /** True for the first call with this key within `life` ms. */
  once(key: string, life: number): Promise<boolean>;
  /** Takes one call of each key. @returns for each key 0 if it is allowed, else ms until it is. */
  ration(keys: readonly string[], ration: Ration): Promise<readonly number[]>;
  /**
   * Decides on each message once, and appends those that are accepted to the inbox. A decision is kept for an hour
   * after the sender's last message.
   */
  decide(submissions: readonly Submission[]): Promise<readonly Decided[]>;
  /** Accepted messages after a position, oldest first. */
  inbox(after: number, most: number): Promise<readonly InboxMessage[]>;
  /**
   * Appends frames of the channel.
   *
   * @param id a second call with this ID within a minute does nothing.
   */
  publish(id: string, frames: readonly string[]): Promise<void>;
  /** Everything that the node does not have yet. */
  pull(cursor: Cursor): Promise<News>;
  /** Reports a node as alive, and takes or renews the keeper's lease if no other node has it. */
  beat(beat: Beat): Promise<BeatResult>;
  /** Replaces the edition. False: another node has become the keeper meanwhile, and nothing is replaced. */
  keep(fence: number, edition: string): Promise<boolean>;
  /** Replaces the settings. False: they have another version meanwhile, and nothing is replaced. */
  change(version: number, settings: string): Promise<boolean>;
  /** Resolves if the store works. */
  check(): Promise<void>;
  /** Releases what the store holds. A client that the app has passed stays open. */
  close(): Promise<void>;
}
