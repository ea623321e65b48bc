import type { CueInit } from './cue.ts';

/** What a source says: `main`: the original. `interpretation`: a translation. `description`: also what is seen. */
export type SourceRole = 'main' | 'interpretation' | 'description';

/** The languages that a listener wants, best first, as BCP 47 tags. */
export type WantedLanguages = string | readonly string[];

/** One source of the stage, as the stage document describes it. */
export interface SourceDescription {
  /** `whep`, `hls`, `stream`, `recording`, or the kind of a custom source. */
  readonly kind: string;
  /** Absolute URL, http or https. */
  readonly url: string;
  /** The name of its door, a key of {@link StageDocument.doors}; absent: no door. */
  readonly door?: string;
  /** Only for WebRTC: how far behind its arrival it is played, ms, 0 to 4,000; absent: the option of `whep()`. */
  readonly cushion?: number;
  /** The language of its sound: a BCP 47 tag as published, not checked; absent: not published. */
  readonly lang?: string;
  /** As published; absent: `main`. Any other than {@link SourceRole} comes after `main`. */
  readonly role?: SourceRole | (string & {});
}

/**
 * The admission control in front of a guarded source. The door admits a fraction of the lots, and the fraction grows
 * at a published rate, so each listener can compute its own turn.
 */
export interface Door {
  /** Integer. A new epoch redraws the lots of all listeners that are not admitted yet. */
  readonly epoch: number;
  /** Lots below this are admitted at `serverTime`; -1 to 1. Below 0 the door opens later. */
  readonly open: number;
  /** How much `open` grows per second, from 1/86,400 (fully open within a day) to 1. */
  readonly opensPerSecond: number;
  /** URL of the server that draws and signs lots; `null`: each listener draws its own. */
  readonly tickets: string | null;
  /** URL where a pass is renewed; `null`: only the guarded source renews it. */
  readonly passes: string | null;
}

/** `scheduled`: not started. `live`. `held`: something failed; the sources still play. `ended`: over. */
export type StageState = 'scheduled' | 'live' | 'held' | 'ended';

/** A parsed stage document: every URL is absolute, every number clamped, every time in epoch ms. */
export interface StageDocument {
  /** The version of the format. Earshot rejects other versions as `bad-document`. */
  readonly version: 1;
  /** Grows with every edition of the document. An older edition never replaces a newer one. */
  readonly sequence: number;
  /** Whether the event has started, is live, or is over. */
  readonly state: StageState;
  /** Epoch ms at which this edition was made, by the server's clock; `null` if not published. */
  readonly serverTime: number | null;
  /** Epoch ms, or `null` if not published. */
  readonly startsAt: number | null;
  /** The sources, best first. */
  readonly sources: readonly SourceDescription[];
  /** The doors in front of the guarded sources, by name. */
  readonly doors: Readonly<Record<string, Door>>;
  /** Jitter window of the first retry in ms, 1 s to 1 h, or `null` if not published. */
  readonly spread: number | null;
  /**
   * The minimum poll interval of the document in ms, 5 s to 1 h. It doubles with each poll that returns nothing new.
   * The document of a plain HLS URL is not polled.
   */
  readonly refresh: number;
  /** Absolute URL of the channel, ws or wss, or `null` if the stage has no channel. */
  readonly channel: string | null;
  /** The cues as published. Untrusted: `cues()` reads and limits them. */
  readonly cues: unknown;
}

/** Identifies the content of a document. A new admission rate or `serverTime` does not change it. */
export const kindOf = (document: StageDocument | null | undefined): string => {
  const { state, startsAt, sources, doors = {} } = document ?? {};
  return JSON.stringify([state, startsAt, sources, Object.values(doors).map(({ epoch }) => epoch)]);
};

/** A published stage document, as `JSON.parse` returns it. The JSON Schema has the same fields. */
export interface StageDocumentJson {
  /** The version of the format. */
  version: 1;
  /** An integer that grows with every edition. An older edition never replaces a newer one. Default: 0. */
  sequence?: number | undefined;
  /** ISO 8601. */
  serverTime?: string | undefined;
  /** Default: `live`. */
  state?: StageState | undefined;
  /** ISO 8601. */
  startsAt?: string | undefined;
  /** At least one, unless the stage is `scheduled`. */
  sources?:
    | {
        kind: string;
        url: string;
        door?: string | undefined;
        /** Seconds, 0 to 4. */
        cushion?: number | undefined;
        /** A BCP 47 tag. */
        lang?: string | undefined;
        /** Default: `main`. */
        role?: SourceRole | undefined;
      }[]
    | undefined;
  /** The doors, by the name that a source refers to: docs/stage-document.md. Default: none. */
  doors?:
    | Record<
        string,
        {
          epoch?: number | undefined;
          open?: number | undefined;
          opensPerSecond?: number | undefined;
          tickets?: string | undefined;
          passes?: string | undefined;
        }
      >
    | undefined;
  /** Seconds, 1 to 3,600. Default: 5. */
  spread?: number | undefined;
  /** Seconds, 5 to 3,600. Default: 10. */
  refresh?: number | undefined;
  /** URL of a WebSocket, as docs/protocol.md describes it. */
  channel?: string | undefined;
  /** At most 1,000. Only a session with the option `cues` reads them: docs/cues.md. Default: none. */
  cues?: CueInit[] | undefined;
}
