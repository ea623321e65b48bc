/** Something that belongs to one moment of the program: a speaker, a slide, a poll, a chapter, a caption. */
export interface Cue {
  /** Identifies the cue, 1 to 128 characters. */
  readonly id: string;
  /** Program time in epoch ms: the moment of the word that it belongs to. */
  readonly at: number;
  /** Program time in epoch ms at which it ends; `null`: where the next cue of its type begins. */
  readonly until: number | null;
  /** The type: letters, digits and `_.:-`, 1 to 64 characters. */
  readonly type: string;
  /** Any JSON, at most 16,384 characters; `null` if there is none. Untrusted: validate it. */
  readonly payload: unknown;
}

/** A cue as it is published, or given to `session.cue()`. */
export interface CueInit {
  /** Identifies the cue, 1 to 128 characters. A cue with the id of another one replaces it. */
  id: string;
  /** Program time of its word: ISO 8601, or epoch ms. */
  at: string | number;
  /** Program time of its end: ISO 8601, or epoch ms. Default: where the next cue of its type begins. */
  until?: string | number | null | undefined;
  /** The type: letters, digits and `_.:-`, 1 to 64 characters. */
  type: string;
  /** Any JSON, at most 16,384 characters and 32 levels deep. Default: `null`. */
  payload?: unknown;
}
