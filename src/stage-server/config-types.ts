/** How an event stands, as in the stage document. */
export type EventState = 'scheduled' | 'live' | 'held' | 'ended';

/** One way to hear the stage. The order is the order of preference, best first. */
export interface SourceConfig {
  /** `whep`, `hls`, `recording`, or a kind of your app; 1 to 64 characters. */
  readonly kind: string;
  /** Where the source is; absolute, or relative to the stage document. At most 2,048 characters. */
  readonly url: string;
  /** The name of the door that guards it. Default: none. */
  readonly door?: string | undefined;
  /** The sound that a listener of WebRTC keeps in hand, 0 to 4 s. Default: the player's. */
  readonly cushion?: number | undefined;
  /** The language, as a BCP 47 tag. Default: none. */
  readonly lang?: string | undefined;
  /** What the sound is. Default: `main`. */
  readonly role?: 'main' | 'interpretation' | 'description' | undefined;
  /** Leaves the source out of the document, until an operator takes it in. Default `false`. */
  readonly isOut?: boolean | undefined;
}

/** A waiting room in front of sources. */
export interface DoorConfig {
  /** The maximum of joins per second, 0 to 10,000,000. */
  readonly capacity: number;
  /** The maximum of people inside; `null`: no limit. Default `null`. */
  readonly most?: number | null | undefined;
  /** The listeners that you expect. The door corrects a wrong guess. Default 1,000. */
  readonly listeners?: number | undefined;
  /** How long after its start the door opens, 0 to 86,400 s. Default 0. */
  readonly opensIn?: number | undefined;
  /** Whether a listener needs a signed ticket. Without tickets, a listener can claim any lot. Default `true`. */
  readonly tickets?: boolean | undefined;
  /** The lifetime of a ticket, 60 to 86,400 s. Default 21,600. */
  readonly ticketLife?: number | undefined;
  /** The lifetime of a pass, 10 to 3,600 s. A listener who was away for longer queues again. Default 300. */
  readonly passLife?: number | undefined;
  /** The shortest `Retry-After` of a refusal, 1 to 3,600 s. Default 5. */
  readonly retryAfter?: number | undefined;
  /** The share of a join that a refusal costs your source, 0 to 1. Default 0.1. */
  readonly refusalCost?: number | undefined;
}

/** Something that belongs to a word of the program. */
export interface CueConfig {
  /** A cue with the ID of another one replaces it; 1 to 128 characters. */
  readonly id: string;
  /** Program time, ISO 8601. */
  readonly at: string;
  /** Program time of its end, ISO 8601. Default: none. */
  readonly until?: string | undefined;
  /** What the cue is: letters, digits and `_.:-`, 1 to 64 characters. */
  readonly type: string;
  /** Any JSON, at most 16,384 characters. Default: none. */
  readonly payload?: unknown;
}

/** The two-way connection with the listeners. */
export interface ChannelConfig {
  /** How often a client pings, 5 to 120 s. Default 25. */
  readonly ping?: number | undefined;
  /** The messages per second that one listener may send, 0.2 to 50. Default 5. */
  readonly pace?: number | undefined;
  /** Close codes after which a client does not reconnect, 4,000 to 4,999, at most 16. Default: none. */
  readonly terminal?: readonly number[] | undefined;
  /** The types of message that listeners may send, at most 100. Their payload is not checked. Default: none. */
  readonly accepts?: readonly string[] | undefined;
  /** The origins whose pages may connect, such as `https://www.example`; `null`: all. Default `null`. */
  readonly origins?: readonly string[] | null | undefined;
  /** The maximum of connections from one address to one node. Default 1,000. */
  readonly socketsPerAddress?: number | undefined;
}

/** A WHEP endpoint that the stage stands in front of. */
export interface UpstreamConfig {
  /** The URL of the endpoint. */
  readonly upstream: string;
  /** The name of the door that guards it. Default: none. */
  readonly door?: string | undefined;
  /** The header `Authorization` for the endpoint. Listeners never see it. Default: none. */
  readonly authorization?: string | undefined;
}

/** How many tickets the listeners of one network (/24 of IPv4, /48 of IPv6) can draw. */
export interface TicketRation {
  /** Tickets per minute in the long run, 0.1 to 1,000,000. Default 60. */
  readonly perMinute?: number | undefined;
  /** Tickets at once, 1 to 1,000,000. Default 60. */
  readonly burst?: number | undefined;
}

/** The configuration of a stage, as in `stage.config.json`. Times are in seconds. */
export interface StageConfig {
  /** The JSON Schema of this file, for editors. */
  readonly $schema?: string | undefined;
  /** The stage's name: letters, digits, `_` and `-`, 1 to 64 characters. Nodes of one name are one stage. Default `stage`. */
  readonly stage?: string | undefined;
  /** What players show as the title, at most 200 characters. Default: none. */
  readonly title?: string | undefined;
  /** How the event stands. Default `live`. */
  readonly state?: EventState | undefined;
  /** When the event starts, ISO 8601. Default: not said. */
  readonly startsAt?: string | undefined;
  /** The sources, best first, at most 16. At least one, unless `state` is `scheduled`. */
  readonly sources?: readonly SourceConfig[] | undefined;
  /** The doors by name, at most 16. Default: none. */
  readonly doors?: Readonly<Record<string, DoorConfig>> | undefined;
  /** The window for the first retry after a loss that many listeners share, 1 to 3,600 s. Default 5. */
  readonly spread?: number | undefined;
  /** How often players look at the document, 5 to 3,600 s. Default 10. */
  readonly refresh?: number | undefined;
  /** Cues that are in the document, at most 1,000. Default: none. */
  readonly cues?: readonly CueConfig[] | undefined;
  /** The URL under which listeners reach the stage. Default: the paths in the document are relative to it. */
  readonly publicUrl?: string | undefined;
  /** The channel; `false`: none. Default: one that accepts no messages. */
  readonly channel?: false | ChannelConfig | undefined;
  /** WHEP endpoints behind the stage, at `/whep/NAME`, at most 16. Default: none. */
  readonly whep?: Readonly<Record<string, UpstreamConfig>> | undefined;
  /** How many tickets a network can draw. */
  readonly tickets?: TicketRation | undefined;
  /** How many proxies in front of the stage append to `X-Forwarded-For`, 0 to 16. Default 0. */
  readonly trustedProxies?: number | undefined;
  /** Who may read `/metrics`: `private` addresses, everybody (`public`), or nobody (`off`). Default `private`. */
  readonly metrics?: 'private' | 'public' | 'off' | undefined;
}

/** A change of a door. Absent fields stay as they are. */
export interface DoorChange {
  /** The maximum of joins per second, 0 to 10,000,000. */
  readonly capacity?: number | undefined;
  /** The maximum of people inside; `null`: no limit. */
  readonly most?: number | null | undefined;
  /** Whether a listener needs a signed ticket. */
  readonly tickets?: boolean | undefined;
  /** Starts the door anew: all tickets and passes become invalid. */
  readonly restart?: true | undefined;
}

/** A change of the settings, as the operator's API takes it. Absent fields stay as they are. */
export interface StageChange {
  /** What players show as the title, at most 200 characters. */
  readonly title?: string | undefined;
  /** How the event stands. */
  readonly state?: EventState | undefined;
  /** When the event starts, ISO 8601; `null`: not said. */
  readonly startsAt?: string | null | undefined;
  /** All sources, best first, at most 16. */
  readonly sources?: readonly SourceConfig[] | undefined;
  /** Doors by name. Only doors of the configuration can change. */
  readonly doors?: Readonly<Record<string, DoorChange>> | undefined;
  /** The window for the first retry after a loss that many listeners share, 1 to 3,600 s. */
  readonly spread?: number | undefined;
  /** How often players look at the document, 5 to 3,600 s. */
  readonly refresh?: number | undefined;
  /** All cues of the document, at most 1,000. */
  readonly cues?: readonly CueConfig[] | undefined;
  /** Gives the channel another URL, so that every client reconnects there. */
  readonly moveChannel?: true | undefined;
  /** Restarts the channel on all nodes; listeners reconnect within this window, 1 to 3,600 s. */
  readonly restartChannel?: number | undefined;
}

/** What goes to all listeners over the channel: a message of the app, or a cue. */
export type StageSaying =
  | { readonly message: { readonly type: string; readonly payload?: unknown } }
  | { readonly cue: CueConfig };

/** The fields with their defaults filled in. */
export type Complete<Fields> = {
  readonly [Name in keyof Fields]-?: Exclude<Fields[Name], undefined>;
};

/** A door as the operator has set it. */
export type ConfiguredDoor = Complete<DoorConfig>;

/** {@link ChannelConfig} with all defaults. */
export type ConfiguredChannel = Complete<ChannelConfig>;

/** {@link StageConfig} with all defaults. */
export interface CompleteConfig extends Pick<StageConfig, 'title' | 'startsAt' | 'publicUrl'> {
  readonly stage: string;
  readonly state: EventState;
  readonly sources: readonly SourceConfig[];
  readonly doors: Readonly<Record<string, ConfiguredDoor>>;
  readonly spread: number;
  readonly refresh: number;
  readonly cues: readonly CueConfig[];
  readonly channel: false | ConfiguredChannel;
  readonly whep: Readonly<Record<string, UpstreamConfig>>;
  readonly tickets: Complete<TicketRation>;
  readonly trustedProxies: number;
  readonly metrics: 'private' | 'public' | 'off';
}
