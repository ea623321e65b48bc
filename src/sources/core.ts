import { describeResponse } from '../governor/exchange.ts';
import { delay, onAbort } from '../host/host.ts';
import { MAX_JOIN_DELAY_MS } from '../policy/defaults.ts';
import { errorAt } from '../policy/errors.ts';
import { aheadOf } from './buffer.ts';

/**
 * What the lazily loaded runs need from the core. They do not import it, so that each run is one chunk and the core
 * stays one file.
 */
export const core = {
  aheadOf,
  delay,
  describeResponse,
  errorAt,
  mostDelay: MAX_JOIN_DELAY_MS,
  onAbort,
};

export type Core = typeof core;
