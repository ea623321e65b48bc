import {
  type CrowdPolicy,
  INCIDENTS,
  type Outcome,
  PEERS,
  type Scenario,
} from '../../../src/herd/index.ts';
import { backoff } from '../../../src/policy/backoff.ts';
import type { Settings } from './settings.ts';

export type RunKind = 'earshot' | 'own' | 'peer';

/** What one crowd lived through, and how much of it was simulated. */
export interface Run {
  readonly name: string;
  readonly kind: RunKind;
  readonly outcome: Outcome;
  /** Listeners that were simulated; the rates are those of the whole crowd all the same. */
  readonly simulated: number;
}

const HOUR = 3_600;
const LONGEST = 6 * HOUR;
/** A crowd of this many with the same N/C behaves as the whole one, within the noise of the draw. */
export const SAMPLE = 20_000;

/** How long a crowd is watched, s: what has not come back then never will while anybody waits. */
export const horizonOf = ({ listeners, capacity }: Settings): number =>
  Math.round(Math.min(LONGEST, Math.max(HOUR, (2.5 * listeners) / capacity)));

/**
 * How many clients of a peer are simulated. One that never comes back dials all of the time, so the
 * sample shrinks as the time grows; and it needs an origin that admits somebody now and then.
 */
export const peerSample = (settings: Settings, wanted: number): number => {
  const { listeners, capacity } = settings;
  const least = Math.max(200, Math.ceil((0.02 * listeners) / capacity));
  const size = Math.max(least, Math.round((wanted * HOUR) / horizonOf(settings)));
  return Math.min(listeners, size);
};

/** Some listeners of a crowd, for an origin that is smaller by as much. */
export const scenarioOf = (
  settings: Settings,
  policy: CrowdPolicy,
  simulated: number,
): Scenario => ({
  incident: settings.incident,
  policy,
  listeners: simulated,
  capacity: (settings.capacity * simulated) / settings.listeners,
  refusalCost: settings.refusal,
  spread: settings.spread,
  refresh: settings.refresh,
  horizon: horizonOf(settings),
});

export const earshotOf = ({ first, factor, cap }: Settings): CrowdPolicy => ({
  kind: 'earshot',
  retry: backoff({ first: first * 1_000, factor, cap: cap * 1_000 }),
});

export const peerOf = (name: string): CrowdPolicy | null => {
  const peer = PEERS.find((one) => one.name === name);
  return peer ? { kind: 'peer', peer } : null;
};

/** Settings that a peer's fate depends on: with the others it need not be simulated anew. */
export const peerKey = (settings: Settings): string => {
  const { incident, refusal, listeners, capacity } = settings;
  return [incident, refusal, (listeners / capacity).toFixed(6)].join();
};

/** Events that are too many to be waited for, about 15 s. */
const TOO_MANY = 60e6;

/**
 * Whether the whole crowd is worth simulating after a sample of it. One that never comes back asks
 * without end, so all of it would take a minute to show what the sample has shown.
 */
export const wantsWhole = ({ outcome, simulated }: Run, settings: Settings): boolean =>
  simulated < settings.listeners &&
  (outcome.recovers || (outcome.events / simulated) * settings.listeners < TOO_MANY);

/** The incident and the crowd in a line, for a picture that goes without the page. */
export const caption = ({ incident, listeners, capacity, refusal }: Settings): string =>
  `${INCIDENTS[incident].title}. ${grouped(listeners)} listeners, C = ${grouped(capacity)} joins a second, a refusal costs ${refusal} joins.`;

/** `1,000,000` */
export const grouped = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
