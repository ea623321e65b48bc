import type { State } from '../policy/state.ts';

/** The shortest time in which a listener can read a text. */
const STANDS_MS = 1_000;
/** Smaller differences count as the same deadline: the two clocks are read at different moments. */
const SAME_MS = 500;

/** Waiting or connecting. A turn at a door does not count: it moves both ways. */
const isUnsettled = (state: State | null): boolean =>
  state?.status === 'waiting'
    ? state.wait.error.code !== 'turned-away'
    : /^(opening|connecting|stalled)$/.test(`${state?.status}`);

/**
 * Keeps the display calm while sources fail: the state then alternates between the waits of several sources and
 * attempts that fail at once.
 *
 * Each of these stays on screen for a second, and the end of a wait does not move closer until a source was tried.
 * Sound and the listener's own actions show at once.
 *
 * @returns a function that returns the state to draw instead of the given one.
 */
export const createCalmWait = () => {
  let shown: State | null = null;
  /** When that was first drawn, in ms of the host's `elapsed()`: the device's clock may change meanwhile. */
  let since = 0;
  /** The end of the displayed wait; 0: no wait. */
  let due = 0;

  return (state: State | null, now: number, elapsed: number): State | null => {
    const nextDue = state?.status === 'waiting' ? elapsed + state.wait.until - now : 0;
    const isOther = state?.status !== shown?.status;
    const isWait = isOther || nextDue > 0;
    if (isWait && isUnsettled(state) && isUnsettled(shown)) {
      // At its end a wait shows "now", which also stays for a second.
      const from = !isOther && due <= elapsed ? Math.max(since, due) : since;
      const isSooner = !isOther && nextDue <= due + SAME_MS;
      if (elapsed - from < STANDS_MS || isSooner) {
        const until = now + due - elapsed;
        const wait = shown?.status === 'waiting' && { wait: { ...shown.wait, until } };
        return { ...state, status: shown?.status, ...wait } as State;
      }
    }
    if (isWait) since = elapsed;
    shown = state;
    due = nextDue;
    return state;
  };
};
