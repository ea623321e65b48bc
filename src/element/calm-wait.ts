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
 *
 * @returns the state to draw in place of the one given.
 */
export const createCalmWait = () => {
  let shown: State | null = null;
  /** When that was first drawn, in ms of the host's `elapsed()`: the device's clock may be set meanwhile. */
  let since = 0;
  /** The end of the wait that is shown; 0: there is none. */
  let due = 0;

  return (state: State | null, now: number, elapsed: number): State | null => {
    const nextDue = state?.status === 'waiting' ? elapsed + state.wait.until - now : 0;
    const isOther = state?.status !== shown?.status;
    const isWait = isOther || nextDue > 0;
    if (isWait && isUnsettled(state) && isUnsettled(shown)) {
      // A wait that has come to its end says "now": that stands for a second, too.
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
