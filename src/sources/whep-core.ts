import { describeResponse } from '../governor/exchange.ts';
import { delay, onAbort } from '../host/host.ts';
import { MAX_JOIN_DELAY_MS } from '../policy/defaults.ts';
import { errorAt } from '../policy/errors.ts';

/** What a run needs of the core. It is handed to the run, which imports only its type, and so stays one chunk. */
export const core = { delay, describeResponse, errorAt, mostDelay: MAX_JOIN_DELAY_MS, onAbort };

export type Core = typeof core;
