import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION = 10;

/** Watches how long this process stands still: what was due meanwhile comes all at once. */
export function watchStalls() {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  return {
    reset: () => histogram.reset(),
    /** The longest stall since the last reset, ms. */
    longest: () => histogram.max / 1e6 - RESOLUTION,
  };
}
