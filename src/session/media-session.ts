import { browserMediaControls, type MediaControls } from '../host/media-controls.ts';
import type { State } from '../policy/state.ts';
import type { Session } from './api.ts';

/** What the system's media controls show. */
export interface StageMetadata {
  /** The title of the stage. */
  readonly title: string;
  /** The speaker. Default: not shown. */
  readonly artist?: string | undefined;
  /** The event or series. Default: not shown. */
  readonly album?: string | undefined;
  /** The URL of an image, or images of several sizes. */
  readonly artwork?: string | readonly MediaImage[] | undefined;
}

/** How far a skip back goes if the system names no distance. */
const BACK_SECONDS = 15;

const SILENT: readonly State['status'][] = ['paused', 'blocked'];

/**
 * Connects a session to the system's media controls (Media Session): metadata, play, pause, a skip back by 15 s,
 * and a skip forward that goes to live. The end of the session, or the returned function, disconnects it. If the browser has no such
 * controls, nothing happens.
 *
 * @param controls default: those of the browser.
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
    // In a dictionary of a browser, `undefined` counts as absent.
    createMetadata({ ...metadata, artwork: [...artwork] } as MediaMetadataInit);
  let mine: MediaMetadata;
  try {
    mine = create(pictures.filter(({ src }) => src));
  } catch {
    // An invalid artwork URL throws: show no artwork.
    mine = create([]);
  }
  const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => session.resume()],
    ['pause', () => session.pause()],
    ['seekbackward', ({ seekOffset }) => void session.back(seekOffset || BACK_SECONDS)],
    ['seekforward', () => session.goLive()],
  ];
  const handle = (isOn: boolean) => {
    for (const [action, handler] of actions) {
      try {
        system.setActionHandler(action, isOn ? handler : null);
      } catch {
        // A browser throws for an unknown action.
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
    // A later session controls them now.
    if (system.metadata !== mine) return;
    system.metadata = null;
    system.playbackState = 'none';
    handle(false);
  };
  void session.ended.then(stop);
  return stop;
};
