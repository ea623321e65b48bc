/** The smallest step of simulated time, ms. */
export const TICK = 100;
/** Ticks per second. */
export const TICKS = 1_000 / TICK;
/** Later than any simulated time, ms. */
export const NEVER = 0x7fffffff;
