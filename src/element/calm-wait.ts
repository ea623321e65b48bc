import type { State } from '../policy/state.ts';

/** Nobody can read a text in less time. */
const STANDS_MS = 1_000;
/** Deadlines that differ by less are the same: the two clocks are not read at the same moment. */
const SAME_MS = 500;

/** Waiting or trying. A turn at a door is neither: it moves both ways. */
const isUnsettled = (state: State | null): boolean =>
  state?.status === 'waiting'
    ? state.wait.error.code !== 'turned-away'
    : /^(opening|connecting|stalled)$/.test(`${state?.status}`);

/**
 * Keeps the screen calm while sources fail. The state changes from one source's wait to another's, and to tries that fail at once.
 * On the screen each of them stands for a second, and the end of a wait comes no closer until a source was tried. Sound shows at
 * once, and so does all that the listener does.
 */
export class CalmWait {
  #shown: State | null = null;
  #since = 0;
  /** The end of the wait, in ms of the host's `elapsed()`: the device's clock may be set meanwhile. */
  #due = 0;

  /** The state to draw in place of this one. */
  calm(state: State | null, now: number, elapsed: number): State | null {
    const shown = this.#shown;
    const due = state?.status === 'waiting' ? elapsed + state.wait.until - now : 0;
    const isOther = state?.status !== shown?.status;
    const isLater = due > this.#due + SAME_MS;
    // "Now" stands for a second, too, before the next wait.
    const isNow = !isOther && this.#due <= elapsed;
    const isStanding = elapsed - Math.max(this.#since, isNow ? this.#due : 0) < STANDS_MS;
    const isHeld = (isOther || due) && (isStanding || !(isOther || isLater));
    if (isHeld && isUnsettled(state) && isUnsettled(shown)) {
      const until = now + this.#due - elapsed;
      const wait = shown?.status === 'waiting' && { wait: { ...shown.wait, until } };
      return { ...state, status: shown?.status, ...wait } as State;
    }
    if (isOther || due) this.#since = elapsed;
    this.#shown = state;
    this.#due = due;
    return state;
  }
}
