/** The statistics of a door. */
export interface DoorStats {
  /** Grows with each restart of the door. */
  readonly epoch: number;
  /** Joins per second. */
  readonly capacity: number;
  /** The maximum of people inside, or `null`. */
  readonly most: number | null;
  /** Sessions inside, on all nodes. */
  readonly inside: number;
  /** -1 to 1: the door has admitted the lots below it. */
  readonly open: number;
  /** How much `open` rises per second. */
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
  /** Identifies this start of the process. */
  readonly node: string;
  /** Epoch ms of its start. */
  readonly since: number;
  /** Open channels. */
  readonly connections: number;
  /** It hands its listeners over, and stops. */
  readonly isDraining: boolean;
  /** It keeps the doors. */
  readonly isKeeper: boolean;
  /** The version of the package. */
  readonly version: string;
}

/** What a node has done since its start. */
export interface NodeCounts {
  /** Answers with the stage document, or with 304. */
  documents: number;
  /** Editions of the document that this node has rendered, as the keeper. */
  renders: number;
  /** Tickets that were drawn. */
  tickets: number;
  /** Tickets that were refused. */
  ticketsRefused: number;
  /** Listeners who were let in. */
  joins: number;
  /** Joins that were refused. */
  joinsRefused: number;
  /** Requests that a pass let through. */
  passes: number;
  /** WebSockets that were accepted. */
  upgrades: number;
  /** WebSockets that were refused. */
  upgradesRefused: number;
  /** Listeners' messages that were accepted. */
  messages: number;
  /** Calls of the store that failed. */
  storeErrors: number;
}

/** The statistics of a stage, as one node sees it. */
export interface StageStats {
  /** This node. */
  readonly node: string;
  /** The doors, by name. */
  readonly doors: Readonly<Record<string, DoorStats>>;
  /** The channels of this node: open ones, and messages that wait for the store. */
  readonly channel: { readonly open: number; readonly waiting: number };
  /** What this node has done since its start. */
  readonly counts: Readonly<NodeCounts>;
  /** The nodes that are alive, this one included. */
  readonly nodes: readonly NodeStats[];
  /** Listeners with a channel, on all nodes. */
  readonly listeners: number;
  /** This node keeps the doors. */
  readonly isKeeper: boolean;
  /** Seconds since the store last answered. */
  readonly storeAge: number;
}
