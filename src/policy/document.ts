/** One way to hear the stage, as the stage document describes it. */
export interface SourceDescription {
  /** `whep`, `hls`, `stream`, `recording`, or the kind of a custom source. */
  readonly kind: string;
  /** Absolute URL, http or https. */
  readonly url: string;
  /** Name of the door that guards it, a key of {@link StageDocument.doors}; absent: not guarded. */
  readonly door?: string;
}

/**
 * The admission control in front of a guarded source. It opens to a fraction of the lots and keeps
 * opening at a stated rate, so that each listener knows its own turn.
 */
export interface Door {
  /** Whole. A new epoch redraws the lots of those who are not yet in. */
  readonly epoch: number;
  /** Lots below this are admitted at `serverTime`; -1 to 1. Below 0 the door opens later. */
  readonly open: number;
  /** How much `open` rises in a second; from once a day to 1. */
  readonly opensPerSecond: number;
  /** Where lots are drawn and signed; `null`: each listener draws its own. */
  readonly tickets: string | null;
}

/** `scheduled`: not begun. `live`. `held`: it went wrong, stay calm. `ended`: over. */
export type StageState = 'scheduled' | 'live' | 'held' | 'ended';

/** A stage document after parsing: every URL absolute, every number clamped, times in epoch ms. */
export interface StageDocument {
  /** The version of the format: a document of another one is refused as `bad-document`. */
  readonly version: 1;
  /** Grows with every edition of the document; an older edition never replaces a newer one. */
  readonly sequence: number;
  /** Whether the stage goes on. */
  readonly state: StageState;
  /** Epoch ms at which this edition was made, by the server's clock; `null` if not published. */
  readonly serverTime: number | null;
  /** Epoch ms, or `null` if not published. */
  readonly startsAt: number | null;
  /** The ladder, best first. */
  readonly sources: readonly SourceDescription[];
  /** The doors in front of the guarded sources, by name. */
  readonly doors: Readonly<Record<string, Door>>;
  /** Window of the first retry in ms, 1 s to 1 h, or `null` if not published. */
  readonly spread: number | null;
  /**
   * The shortest interval between two looks at the document, ms, 5 s to 1 h. It doubles with each
   * look that shows nothing new. A plain HLS URL stands for a document that is not looked at.
   */
  readonly refresh: number;
  /** Absolute URL of the channel, ws or wss, or `null` if the stage has none. */
  readonly channel: string | null;
}

/** What makes a document another one in kind; a revised rate or a new time of making does not. */
export const kindOf = (document: StageDocument | null | undefined): string => {
  const { state, startsAt, sources, doors = {} } = document ?? {};
  return JSON.stringify([state, startsAt, sources, Object.values(doors).map(({ epoch }) => epoch)]);
};

/** A stage document as it is published: what `JSON.parse` gives. The JSON Schema says the same. */
export interface StageDocumentJson {
  /** The version of the format. */
  version: 1;
  /** A whole number that grows with every edition: an older edition never replaces a newer one. Default: 0. */
  sequence?: number | undefined;
  /** ISO 8601. */
  serverTime?: string | undefined;
  /** Default: `live`. */
  state?: StageState | undefined;
  /** ISO 8601. */
  startsAt?: string | undefined;
  /** At least one, unless the stage is `scheduled`. */
  sources?: { kind: string; url: string; door?: string | undefined }[] | undefined;
  /** The doors, by the name that a source gives: docs/stage-document.md. Default: none. */
  doors?:
    | Record<
        string,
        {
          epoch?: number | undefined;
          open?: number | undefined;
          opensPerSecond?: number | undefined;
          tickets?: string | undefined;
        }
      >
    | undefined;
  /** Seconds, 1 to 3,600. Default: 5. */
  spread?: number | undefined;
  /** Seconds, 5 to 3,600. Default: 10. */
  refresh?: number | undefined;
  /** URL of a WebSocket, as docs/protocol.md describes it. */
  channel?: string | undefined;
}
