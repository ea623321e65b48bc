import { CHANNEL_WINDOW_MS, FIRST_WINDOW_MS, TRY_AGAIN_LATER_MS } from './defaults.ts';

/** What is known when a channel closes. */
export interface CloseContext {
  /** Close codes for which the server forbids a reconnect. */
  readonly terminal: readonly number[];
  /** The jitter window in ms that the server set for the next reconnect, or `null`. */
  readonly window: number | null;
  /** The published spread in ms, or `null`. */
  readonly spread: number | null;
  /** This device itself was offline just now. */
  readonly isLocal: boolean;
}

/** How a channel reconnects: the input of the retry policy. */
export interface Reconnect {
  /** Minimum wait in ms. */
  readonly floor: number;
  /** Jitter window in ms. */
  readonly spread: number;
}

/**
 * The reconnect after a close code (RFC 6455, section 7.4); `null`: none.
 *
 * 1008 and the codes that the server declared are final. 1013 waits longest. 1006 (no close frame) is quick if only
 * this device was offline. Any other code, also 1012, may have reached all listeners: one attempt at a random time in
 * the window.
 */
export const reconnectAfterClose = (code: number, known: CloseContext): Reconnect | null => {
  const { terminal, window, spread, isLocal } = known;
  if (code === 1008 || terminal.includes(code)) return null;
  const wide = window ?? spread ?? CHANNEL_WINDOW_MS;
  if (code === 1013)
    return { floor: TRY_AGAIN_LATER_MS, spread: Math.max(wide, TRY_AGAIN_LATER_MS) };
  return { floor: 0, spread: code === 1006 && isLocal ? Math.min(wide, FIRST_WINDOW_MS) : wide };
};
