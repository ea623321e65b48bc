export { INCIDENTS, type Incident, type Sizes } from './incidents.ts';
export { PEERS } from './peers.ts';
export { simulate, simulateSync } from './simulate.ts';
export type * from './types.ts';
