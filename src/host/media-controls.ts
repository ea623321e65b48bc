/** The system's media controls: a lock screen, a headset, a keyboard. */
export interface MediaControls {
  /** As `navigator.mediaSession` (W3C Media Session). */
  readonly session: MediaSession;
  /** As `new MediaMetadata(init)`; it throws for a picture whose URL cannot be parsed. */
  createMetadata(init: MediaMetadataInit): MediaMetadata;
}

/** Those of this browser; `null` where it has none. */
export const browserMediaControls = (): MediaControls | null =>
  'navigator' in globalThis && 'mediaSession' in navigator && 'MediaMetadata' in globalThis
    ? {
        session: navigator.mediaSession,
        createMetadata: (init) => new MediaMetadata(init),
      }
    : null;
