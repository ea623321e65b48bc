import { MAX_REPEAT_MS } from '../policy/defaults.ts';
import { type Fall, pauseBefore, skippable } from '../policy/pause-after-fall.ts';
import type { MediaElements } from './media-elements.ts';
import type { RunningSource } from './source-run.ts';

/**
 * Decides whether the new source stays silent until it reaches the last heard word.
 *
 * @param next the source that plays, or is about to.
 * @param word program time of the last sound.
 * @param isAdvancing whether its media time is known to advance.
 * @param isWanted play at once, whatever is repeated.
 * @returns ms that are repeated; `null` if there is no pause.
 */
export type PauseAfterFall = (
  next: RunningSource | undefined,
  word: number | null,
  isAdvancing: boolean | null | undefined,
  isWanted?: boolean | undefined,
) => number | null;

/** The pauses of a session whose option `fall` is not `repeat`. Only such a session loads this code. */
export const createPauses = (fall: Fall, outputs: MediaElements): PauseAfterFall => {
  const most = fall === 'wait' ? MAX_REPEAT_MS : Number(fall);
  /** The source that played last: it repeats nothing. */
  let speaker: RunningSource | undefined;
  return (next, word, isAdvancing, isWanted) => {
    if (!next) return null;
    const isMute = outputs.isMute();
    const { run, media } = next;
    // Unmuting with the element's controls ends the pause.
    const isUnmuted = outputs.pause !== null && media === outputs.active && !media.muted;
    if (isWanted || isUnmuted) speaker = next;
    // Also silent while this is unknown.
    outputs.pause = speaker && next !== speaker ? 0 : null;
    if (outputs.pause !== null && run && (run.ahead() || run.liveness || isAdvancing)) {
      const at = run.programTime();
      const shown = { heard: word, at, ahead: run.ahead(), target: run.target() };
      const pause = pauseBefore(shown, most);
      const skipped = skippable(shown, pause);
      if (skipped) run.seek((at ?? 0) + skipped);
      outputs.pause = pause ? pause - skipped : null;
      if (!pause) speaker = next;
    }
    if (outputs.pause === null && isAdvancing) speaker = next;
    if (isMute !== outputs.isMute() && media === outputs.active) media.muted = !isMute;
    return outputs.pause === null ? null : most;
  };
};
