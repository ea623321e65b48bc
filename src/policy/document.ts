/** One way to hear the stage, as the stage document describes it. */
export interface SourceDescription {
  /** `hls`, `recording`, or the kind of a custom source. */
  readonly kind: string;
  /** Absolute URL, http or https. */
  readonly url: string;
}

/** `scheduled`: not begun. `live`. `held`: it went wrong, stay calm. `ended`: over. */
export type StageState = 'scheduled' | 'live' | 'held' | 'ended';

/** A stage document after parsing: every URL absolute, every number clamped, times in epoch ms. */
export interface StageDocument {
  readonly version: 1;
  /** Grows with every edition of the document; an older edition never replaces a newer one. */
  readonly sequence: number;
  readonly state: StageState;
  /** Epoch ms, or `null` if not published. */
  readonly startsAt: number | null;
  /** The ladder, best first. */
  readonly sources: readonly SourceDescription[];
  /** Window of the first retry in ms, 1 s to 1 h, or `null` if not published. */
  readonly spread: number | null;
  /** How often the document is looked at, ms, 5 s to 1 h. A plain HLS URL stands for one that is not. */
  readonly refresh: number;
}
