import type { StageDocument } from '../policy/document.ts';

/** What else brings the document: a channel, or another tab. */
export interface PushedDocuments {
  /** Resolves once it is known who brings it, and has been brought, or takes long. */
  readonly ready: Promise<void>;
  /**
   * Milliseconds until the feed itself is to look; `null`: as the document says; `Infinity`: not at
   * all, since another looks for it.
   */
  pollInterval(refresh: number): number | null;
  /** The feed has taken a document. */
  onFetched(document: StageDocument, ahead: number): void;
}
