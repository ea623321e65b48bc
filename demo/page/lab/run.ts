import {
  type CrowdPolicy,
  INCIDENTS,
  type Outcome,
  PEERS,
  type Scenario,
} from '../../../src/herd/index.ts';
import { backoff } from '../../../src/policy/backoff.ts';
import { duration } from './duration.ts';
import { placesOf, type Settings } from './settings.ts';

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

/**
 * The shortest possible time for all to be admitted, s: N/C, or longer if they must wait for places. `Infinity`: there
 * are too few places, and nobody leaves.
 */
export const limitOf = (settings: Settings): number => {
  const { listeners, capacity } = settings;
  const { most, stay } = placesOf(settings);
  const fast = listeners / capacity;
  // Until all places are taken, C join per second, and each second the share 1 / stay of those inside leaves.
  const filled =
    stay === Infinity ? most / capacity : -stay * Math.log(1 - Math.min(1, most / capacity / stay));
  if (filled >= fast) return fast;
  return filled + ((listeners - capacity * filled) * stay) / most;
};

/** How long a crowd is watched, s: what has not come back then never will while anybody waits. */
export const horizonOf = (settings: Settings): number => {
  const limit = limitOf(settings);
  const shortest = limit < Infinity ? limit : settings.listeners / settings.capacity;
  return Math.round(Math.min(LONGEST, Math.max(HOUR, 2.5 * shortest)));
};

/** Whether there are places for all in the time that is simulated, some of them after others have left. */
export const hasPlaces = (settings: Settings): boolean => limitOf(settings) < horizonOf(settings);

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
  ...placesFor(settings, simulated / settings.listeners),
});

/** The limits of the scenario; none where the settings have none. */
const placesFor = (settings: Settings, scale: number): Pick<Scenario, 'most' | 'stay'> => {
  const { most, stay } = placesOf(settings);
  return {
    ...(most < Infinity && { most: Math.max(1, Math.round(most * scale)) }),
    ...(stay < Infinity && { stay }),
  };
};

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
  const { most, stay } = placesOf(settings);
  const places = [(most / listeners).toFixed(6), stay];
  return [incident, refusal, (listeners / capacity).toFixed(6), ...places].join();
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
export const caption = (settings: Settings): string => {
  const { incident, listeners, capacity, refusal } = settings;
  const { most, stay } = placesOf(settings);
  const places = [
    most < Infinity ? ` At most ${grouped(most)} people inside.` : '',
    stay < Infinity ? ` They stay ${duration(stay)} on average.` : '',
  ];
  return `${INCIDENTS[incident].title}. ${grouped(listeners)} listeners, C = ${grouped(capacity)} joins a second, a refusal costs ${refusal} joins.${places.join('')}`;
};

/** `1,000,000` */
export const grouped = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
