import { CHANNEL_WINDOW_MS, FIRST_WINDOW_MS, TRY_AGAIN_LATER_MS } from './defaults.ts';

/** What is known when a channel ends. */
export interface CloseContext {
  /** Close codes that the server has declared to mean: do not come back. */
  readonly terminal: readonly number[];
  /** The window in ms that the server has set for the next reconnect, or `null`. */
  readonly window: number | null;
  /** The published spread in ms, or `null`. */
  readonly spread: number | null;
  /** This device itself was off the network just now. */
  readonly isLocal: boolean;
}

/** How a channel comes back: what the retry policy is told. */
export interface Reconnect {
  /** Milliseconds to be waited at least. */
  readonly floor: number;
  /** The window in ms of the draw. */
  readonly spread: number;
}

/**
 * What a close code (RFC 6455, section 7.4) says of the way back; `null`: there is none. 1008 and
 * what the server declared are final. 1013 is the slow lane. 1006, no close frame at all, is quick
 * where this device alone was off the network. All else, 1012 too, may have met everybody: one
 * step, drawn over the window.
 */
export const reconnectAfterClose = (code: number, known: CloseContext): Reconnect | null => {
  const { terminal, window, spread, isLocal } = known;
  if (code === 1008 || terminal.includes(code)) return null;
  const wide = window ?? spread ?? CHANNEL_WINDOW_MS;
  if (code === 1013)
    return { floor: TRY_AGAIN_LATER_MS, spread: Math.max(wide, TRY_AGAIN_LATER_MS) };
  return { floor: 0, spread: code === 1006 && isLocal ? Math.min(wide, FIRST_WINDOW_MS) : wide };
};
