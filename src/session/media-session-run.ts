import type { MediaControls } from '../host/media-controls.ts';
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

/** How far a skip goes if the system names no distance. */
const SKIP_SECONDS = 15;
/** The smallest gain of a skip to live, ms: less is not worth the skipped sound. */
const WORTH_A_SKIP_MS = 4_000;

const SILENT: readonly State['status'][] = ['paused', 'blocked'];

/** The position in the window of the source, in seconds; `null`: it has none, or no usable one. */
const positionOf = ({ seekable, programTime }: State): MediaPositionState | null => {
  if (seekable?.from == null || programTime === null) return null;
  const duration = (seekable.to - seekable.from) / 1_000;
  const position = Math.min(duration, Math.max(0, (programTime - seekable.from) / 1_000));
  const isUsable = duration > 0 && Number.isFinite(duration) && Number.isFinite(position);
  return isUsable ? { duration, position, playbackRate: 1 } : null;
};

/** Learns how close to live each source can play: only the delay beyond it can be skipped. */
const createSkipToLive = (session: Session) => {
  let url: string | undefined;
  let closest = Infinity;
  return {
    see({ hearing, behindLive, source }: State) {
      if (!hearing || behindLive === null) return;
      closest = Math.min(source?.url === url ? closest : Infinity, behindLive);
      url = source?.url;
    },
    skip() {
      const { behindLive, source } = session.state;
      const isKnown = source?.url === url && behindLive !== null;
      if (!isKnown || behindLive > closest + WORTH_A_SKIP_MS) session.goLive();
    },
  };
};

/** Connects a session to the system's media controls. Returns what disconnects it. */
export const connect = (
  session: Session,
  { artwork, ...metadata }: StageMetadata,
  { session: system, createMetadata }: MediaControls,
): (() => void) => {
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
  const toLive = createSkipToLive(session);
  const back = (seconds: number) => void session.back(seconds);
  const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => session.resume()],
    ['pause', () => session.pause()],
    ['seekbackward', ({ seekOffset }) => back(seekOffset || SKIP_SECONDS)],
    [
      'seekforward',
      ({ seekOffset }) => {
        if (session.state.source?.kind === 'recording') back(-(seekOffset || SKIP_SECONDS));
        else toLive.skip();
      },
    ],
    [
      'seekto',
      ({ seekTime }) => {
        const { seekable } = session.state;
        if (seekable?.from != null && seekTime != null)
          void session.seek(seekable.from + seekTime * 1_000);
      },
    ],
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
  // Perhaps that of an earlier session.
  let hasPosition = true;
  const tellPosition = (position: MediaPositionState | null) => {
    if (!position && !hasPosition) return;
    hasPosition = !!position;
    try {
      // Without a position, it forgets the last one.
      if (position) system.setPositionState?.(position);
      else system.setPositionState?.();
    } catch {
      // Controls without a position are better than none.
    }
  };
  system.metadata = mine;
  handle(true);
  const unsubscribe = session.subscribe((state) => {
    // A later session controls them now.
    if (system.metadata !== mine) return;
    toLive.see(state);
    system.playbackState = SILENT.includes(state.status) ? 'paused' : 'playing';
    tellPosition(positionOf(state));
  });
  return () => {
    unsubscribe();
    if (system.metadata !== mine) return;
    tellPosition(null);
    system.metadata = null;
    system.playbackState = 'none';
    handle(false);
  };
};
