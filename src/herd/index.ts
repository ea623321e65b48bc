export type { RetryContext, RetryPolicy } from '../policy/backoff.ts';
export type { EarshotError, ErrorCode, ErrorDetails } from '../policy/errors.ts';
export { INCIDENTS, type Incident, type Sizes } from './incidents.ts';
export { PEERS } from './peers.ts';
export { simulate, simulateSync } from './simulate.ts';
export type * from './types.ts';
