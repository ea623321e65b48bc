import { browserMediaControls, type MediaControls } from '../host/media-controls.ts';
import type { Session } from './api.ts';
import type { StageMetadata } from './media-session-run.ts';

export type { StageMetadata };

/**
 * Connects a session to the system's media controls (Media Session): metadata, play, pause, a skip back by 15 s,
 * a skip forward that goes to live, and the position where the source has a window. The end of the session, or the
 * returned function, disconnects it. Its code loads once there is sound. If the browser has no such controls, nothing
 * happens.
 *
 * @param controls default: those of the browser.
 */
export const mediaSession = (
  session: Session,
  metadata: StageMetadata,
  controls: MediaControls | null = browserMediaControls(),
): (() => void) => {
  let isOver = !controls;
  let disconnect: (() => void) | undefined;
  const load = async () => {
    const { connect } = await import('./media-session-run.ts');
    if (!isOver) disconnect ??= connect(session, metadata, controls as MediaControls);
  };
  const unsubscribe = session.subscribe(({ ahead }) => {
    // If it cannot be loaded, the next state tries again.
    if (ahead && !isOver && !disconnect) load().catch(() => {});
  });
  const stop = () => {
    isOver = true;
    unsubscribe();
    disconnect?.();
  };
  void session.ended.then(stop);
  return stop;
};
