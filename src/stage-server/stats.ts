/** The statistics of a door. */
export interface DoorStats {
  readonly epoch: number;
  /** Joins per second. */
  readonly capacity: number;
  /** The maximum of people inside, or `null`. */
  readonly most: number | null;
  /** Sessions inside, on all nodes. */
  readonly inside: number;
  /** -1 to 1: the door has admitted the lots below it. */
  readonly open: number;
  readonly opensPerSecond: number;
  /** Epoch ms at which the door will have admitted all lots; `null` if it already has. */
  readonly fullyOpenAt: number | null;
  /** Whether listeners need a ticket. */
  readonly tickets: boolean;
  /** Requested joins per second, on all nodes. */
  readonly arrivals: number;
  /** Admitted joins per second, on all nodes. */
  readonly admitted: number;
  /** Refused joins per second, on all nodes. */
  readonly refused: number;
}

/** A node, as it reports itself to the others. */
export interface NodeStats {
  readonly node: string;
  /** Epoch ms of its start. */
  readonly since: number;
  /** Epoch ms of this report, by the store's clock. */
  readonly at: number;
  /** Open channels. */
  readonly connections: number;
  readonly isDraining: boolean;
  readonly isKeeper: boolean;
  readonly version: string;
}

/** What a node has done since its start. */
export interface NodeCounts {
  documents: number;
  /** Editions of the document that this node has rendered, as the keeper. */
  renders: number;
  tickets: number;
  ticketsRefused: number;
  joins: number;
  joinsRefused: number;
  passes: number;
  upgrades: number;
  upgradesRefused: number;
  messages: number;
  messagesRefused: number;
  storeErrors: number;
}

/** The statistics of a stage, as one node sees it. */
export interface StageStats {
  readonly node: string;
  readonly doors: Readonly<Record<string, DoorStats>>;
  readonly channel: { readonly open: number; readonly waiting: number };
  readonly counts: Readonly<NodeCounts>;
  readonly nodes: readonly NodeStats[];
  /** Listeners with a channel, on all nodes. */
  readonly listeners: number;
  readonly isKeeper: boolean;
  /** Seconds since the store last answered. */
  readonly storeAge: number;
}
