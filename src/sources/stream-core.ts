import { describeResponse } from '../governor/exchange.ts';
import { errorAt } from '../policy/errors.ts';
import { aheadOf } from './buffer.ts';

/** What a run needs of the core. It is handed to the run, which imports only its type, and so stays one chunk. */
export const core = { aheadOf, describeResponse, errorAt };

export type Core = typeof core;
