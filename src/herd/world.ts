import type { DoorPublisher } from './door-publisher.ts';
import type { Incident } from './incidents.ts';
import type { Origin } from './origin.ts';
import type { Random } from './random.ts';
import type { Tally } from './tally.ts';
import { TICK } from './time.ts';
import type { Scenario } from './types.ts';

/** The environment of a crowd. Times in ms unless an entry says otherwise. */
export interface World {
  readonly incident: Incident;
  readonly listeners: number;
  readonly ticks: number;
  readonly random: Random;
  readonly origin: Origin;
  readonly cdn: Origin;
  /** Starts per second. */
  readonly cdnCapacity: number;
  readonly keeper: DoorPublisher | null;
  readonly tally: Tally;
  /** The published values; `null`: nothing is published. */
  readonly spread: number | null;
  readonly refresh: number;
  /** Whether the origin is up in this tick. */
  readonly stands: (tick: number) => boolean;
  /** Joins per second that the origin accepts in this tick. */
  readonly capacityAt: (tick: number) => number;
  readonly given: Scenario['given'] | undefined;
}

/** The listeners of an incident. */
export interface Crowd {
  /** Simulates one tick. */
  tick(tick: number): void;
}

/** How many listeners arrive, or are dropped, in each tick, each at its own time. */
export const comingsOf = ({ incident, listeners, random, given }: World): Int32Array => {
  const counts = new Int32Array((incident.within * 1_000) / TICK);
  for (let index = 0; index < listeners; index++) {
    const came = given && (given.comes[index] as number) * 1_000;
    const tick = Math.floor(came === undefined ? random.next() * counts.length : came / TICK);
    counts[tick] = (counts[tick] as number) + 1;
  }
  return counts;
};
