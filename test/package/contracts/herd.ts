// What a user's code may rely on, and what must not compile. Nothing here runs.
import { backoff } from 'earshot';
import {
  INCIDENTS,
  type Outcome,
  PEERS,
  type Scenario,
  simulate,
  simulateSync,
} from 'earshot/herd';

const scenario: Scenario = {
  incident: 'doors-open',
  policy: { kind: 'earshot', retry: backoff() },
  listeners: 1_000,
  capacity: 10,
};
const later: Promise<Outcome> = simulate(scenario, { onProgress: (done) => done.toFixed(1) });
const now: Outcome = simulateSync(scenario);
const [peer] = PEERS;
if (peer) simulateSync({ ...scenario, policy: { kind: 'peer', peer } });
simulateSync({ ...scenario, seed: undefined, spread: undefined, given: undefined });
simulateSync({ ...scenario, most: 500, stay: 600 });
simulateSync({ ...scenario, most: undefined, stay: undefined });
const inside: Float64Array = now.series.inside;
void [inside, now.refusedFull];
INCIDENTS[scenario.incident];
void later;
const half: number | null = now.hearing.p50;
void half;
// @ts-expect-error p50 is null where nobody came in
now.hearing.p50.toFixed();
// @ts-expect-error no such incident
simulate({ ...scenario, incident: 'rain' });
// @ts-expect-error a crowd runs some policy
simulate({ incident: 'restart', listeners: 1, capacity: 1 });
// @ts-expect-error a peer is a model, not a name
simulate({ ...scenario, policy: { kind: 'peer', peer: 'hls.js' } });
// @ts-expect-error an outcome is not changed
now.peak = 1;
