import { browserMediaControls, type MediaControls } from '../host/media-controls.ts';
import type { State } from '../policy/state.ts';
import type { Session } from './api.ts';

/** What the system's media controls show. */
export interface StageMetadata {
  /** The title of the stage. */
  readonly title: string;
  /** Who speaks. Default: not shown. */
  readonly artist?: string | undefined;
  /** The event or series that it belongs to. Default: not shown. */
  readonly album?: string | undefined;
  /** URL of a picture, or pictures of several sizes. */
  readonly artwork?: string | readonly MediaImage[] | undefined;
}

const SILENT: readonly State['status'][] = ['paused', 'blocked'];

/**
 * Puts a session on the system's media controls (Media Session): what is on, play, pause, and a skip
 * forward that goes to live. It is taken off when the session ends, or by the returned function.
 * Where a browser has no such controls, nothing happens.
 *
 * @param controls default: the browser's.
 */
export const mediaSession = (
  session: Session,
  { artwork, ...metadata }: StageMetadata,
  controls: MediaControls | null = browserMediaControls(),
): (() => void) => {
  if (!controls) return () => {};
  const { session: system, createMetadata } = controls;
  const pictures = typeof artwork === 'string' ? [{ src: artwork }] : [...(artwork ?? [])];
  const create = (artwork: readonly MediaImage[]) =>
    // In a dictionary of a browser `undefined` is the same as nothing.
    createMetadata({ ...metadata, artwork: [...artwork] } as MediaMetadataInit);
  let mine: MediaMetadata;
  try {
    mine = create(pictures.filter(({ src }) => src));
  } catch {
    // A picture whose URL cannot be parsed throws, and is none.
    mine = create([]);
  }
  const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => session.resume()],
    ['pause', () => session.pause()],
    ['seekforward', () => session.goLive()],
  ];
  const handle = (isOn: boolean) => {
    for (const [action, handler] of actions) {
      try {
        system.setActionHandler(action, isOn ? handler : null);
      } catch {
        // A browser that does not know an action throws.
      }
    }
  };
  system.metadata = mine;
  handle(true);
  const unsubscribe = session.subscribe(({ status }) => {
    system.playbackState = SILENT.includes(status) ? 'paused' : 'playing';
  });
  const stop = () => {
    unsubscribe();
    // A later session has the controls now.
    if (system.metadata !== mine) return;
    system.metadata = null;
    system.playbackState = 'none';
    handle(false);
  };
  void session.ended.then(stop);
  return stop;
};
