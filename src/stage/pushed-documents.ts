import type { StageDocument } from '../policy/document.ts';

/** Another way to get the document: a channel, or another tab. */
export interface PushedDocuments {
  /** Resolves once it is known who delivers the document, and it has arrived or takes too long. */
  readonly ready: Promise<void>;
  /**
   * Milliseconds until the feed itself polls. `null`: as the document says. `Infinity`: never, because another tab
   * polls.
   */
  pollInterval(refresh: number): number | null;
  /** The feed has accepted a document. */
  onFetched(document: StageDocument, ahead: number): void;
}
