import { MAX_REPEAT_MS } from '../policy/defaults.ts';
import { type Fall, pauseBefore, skippable } from '../policy/pause-after-fall.ts';
import type { MediaElements } from './media-elements.ts';
import type { RunningSource } from './source-run.ts';

/**
 * Decides whether what plays, or takes over, is silent until it comes to the word that was heard.
 *
 * @param next what is heard, or about to be.
 * @param word program time that was heard last.
 * @param isAdvancing whether its media time is known to advance.
 * @param isWanted it is heard at once, whatever it repeats.
 * @returns the ms that are heard again, `null` if there is no pause.
 */
export type PauseAfterFall = (
  next: RunningSource | undefined,
  word: number | null,
  isAdvancing: boolean | null | undefined,
  isWanted?: boolean | undefined,
) => number | null;

/** The pauses of a session whose option `fall` is not `repeat`. Loaded at its start, and by nobody else. */
export const createPauses = (fall: Fall, outputs: MediaElements): PauseAfterFall => {
  const most = fall === 'wait' ? MAX_REPEAT_MS : Number(fall);
  /** What was heard last: it repeats nothing. */
  let speaker: RunningSource | undefined;
  return (next, word, isAdvancing, isWanted) => {
    if (!next) return null;
    const isMute = outputs.isMute();
    const { run, media } = next;
    // Unmuting by the element's controls ends the pause.
    const isUnmuted = outputs.pause !== null && media === outputs.active && !media.muted;
    if (isWanted || isUnmuted) speaker = next;
    // Silent too while it cannot be told yet.
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
