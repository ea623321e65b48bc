import { channelCases } from './channel-cases.ts';
import { doorCases, type StoreCase } from './door-cases.ts';
import { stageCases } from './stage-cases.ts';

/** What each adapter of `Store` is held to. */
export const storeCases: readonly StoreCase[] = [...doorCases, ...channelCases, ...stageCases];
