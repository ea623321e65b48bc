/** The statistics of a door. */
export interface DoorStats {
  /** As in the stage document. */
  readonly epoch: number;
  /** Joins per second. */
  readonly capacity: number;
  /** The maximum of people inside, or `null`. */
  readonly most: number | null;
  /** Sessions inside, on all nodes. */
  readonly inside: number;
  /** -1 to 1: the door has admitted the lots below it. */
  readonly open: number;
  /** As in the stage document. */
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
  /** The ID of this start of the process. */
  readonly node: string;
  /** Epoch ms of its start. */
  readonly since: number;
  /** Epoch ms of this report, by the store's clock. */
  readonly at: number;
  /** Open channels. */
  readonly connections: number;
  /** It hands its listeners over. */
  readonly isDraining: boolean;
  /** It makes the editions. */
  readonly isKeeper: boolean;
  /** The version of the package. */
  readonly version: string;
}

/** What a node has done since its start. */
export interface NodeCounts {
  /** Stage documents served. */
  documents: number;
  /** Editions of the document that this node has rendered, as the keeper. */
  renders: number;
  /** Tickets drawn. */
  tickets: number;
  /** Tickets refused. */
  ticketsRefused: number;
  /** Joins that took a place. */
  joins: number;
  /** Joins refused. */
  joinsRefused: number;
  /** Joins by a pass. */
  passes: number;
  /** Channels accepted. */
  upgrades: number;
  /** Channels refused. */
  upgradesRefused: number;
  /** Messages accepted. */
  messages: number;
  /** Calls of the store that failed. */
  storeErrors: number;
}

/** The statistics of a stage, as one node sees it. */
export interface StageStats {
  /** The ID of this start of the process. */
  readonly node: string;
  /** By name. */
  readonly doors: Readonly<Record<string, DoorStats>>;
  /** This node's part of the channel. */
  readonly channel: { readonly open: number; readonly waiting: number };
  /** Since the start of this process. */
  readonly counts: Readonly<NodeCounts>;
  /** All nodes that are alive. */
  readonly nodes: readonly NodeStats[];
  /** Listeners with a channel, on all nodes. */
  readonly listeners: number;
  /** This node makes the editions. */
  readonly isKeeper: boolean;
  /** Seconds since the store last answered. */
  readonly storeAge: number;
}
