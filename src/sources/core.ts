import { describeResponse } from '../governor/exchange.ts';
import { delay, onAbort } from '../host/host.ts';
import { MAX_JOIN_DELAY_MS } from '../policy/defaults.ts';
import { errorAt } from '../policy/errors.ts';
import { aheadOf } from './buffer.ts';

/**
 * What the runs that are loaded later need of the core. They import none of it themselves, so that each is one chunk and
 * this package one file.
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
