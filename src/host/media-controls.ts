/** The system's media controls: lock screen, headset, keyboard. */
export interface MediaControls {
  /** Like `navigator.mediaSession` (W3C Media Session). */
  readonly session: MediaSession;
  /** Like `new MediaMetadata(init)`. It throws if the URL of an artwork is invalid. */
  createMetadata(init: MediaMetadataInit): MediaMetadata;
}

/** The controls of this browser; `null` if it has none. */
export const browserMediaControls = (): MediaControls | null =>
  'navigator' in globalThis && 'mediaSession' in navigator && 'MediaMetadata' in globalThis
    ? {
        session: navigator.mediaSession,
        createMetadata: (init) => new MediaMetadata(init),
      }
    : null;
