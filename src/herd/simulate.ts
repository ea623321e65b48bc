import { backoff } from '../policy/backoff.ts';
import { DoorPublisher, EDITION_TTL_SECONDS } from './door-publisher.ts';
import { EarshotCrowd } from './earshot-crowd.ts';
import { expectedLooks } from './expected-polls.ts';
import { endOf, INCIDENTS } from './incidents.ts';
import { Origin } from './origin.ts';
import { PeerCrowd } from './peer-crowd.ts';
import { Places } from './places.ts';
import { Random } from './random.ts';
import { Tally } from './tally.ts';
import { TICK, TICKS } from './time.ts';
import type { Outcome, Scenario, SimulateOptions } from './types.ts';
import type { World } from './world.ts';

// Events between two yields to the event loop: about ten milliseconds.
const BREATH = 200_000;

/**
 * Runs a scenario. Pure, except that it yields to the event loop now and then, so that a page or a Worker can receive
 * progress or an abort.
 *
 * @throws RangeError if the scenario is out of range; the signal's reason if it aborts.
 */
export const simulate = async (
  scenario: Scenario,
  { onProgress, signal }: SimulateOptions = {},
): Promise<Outcome> => {
  signal?.throwIfAborted();
  const breath = breathing();
  try {
    const run = running(scenario);
    for (;;) {
      const { done, value } = run.next();
      if (done) return value;
      onProgress?.(value);
      await breath.take();
      signal?.throwIfAborted();
    }
  } finally {
    breath.end();
  }
};

/** The same, without yields: for short runs in a Worker. */
export const simulateSync = (scenario: Scenario): Outcome => {
  const run = running(scenario);
  for (;;) {
    const { done, value } = run.next();
    if (done) return value;
  }
};

/** Yields with a task of the event loop: timers would be throttled in a hidden page. */
const breathing = () => {
  const { port1, port2 } = new MessageChannel();
  return {
    take: () =>
      new Promise<void>((resolve) => {
        port1.onmessage = () => resolve();
        port2.postMessage(null);
      }),
    end: () => port1.close(),
  };
};

function* running(scenario: Scenario): Generator<number, Outcome, void> {
  const world = worldOf(scenario);
  const { incident, keeper, origin, tally, ticks, listeners, capacity } = world;
  const { policy } = scenario;
  const crowd =
    policy.kind === 'earshot'
      ? new EarshotCrowd(world, policy.retry ?? backoff())
      : new PeerCrowd(world, policy.peer);
  const opens = incident.door ? incident.door.opensAt * TICKS : -1;
  const come = incident.within * TICKS;
  let tick = 0;
  for (let breath = 0; tick < ticks; tick++) {
    if (tick === opens) keeper?.open(world.plan, tick * TICK, origin);
    else if (tick % TICKS === 0) keeper?.second(tick * TICK, world.stands(tick) ? origin : null);
    if (!world.stands(tick)) tally.excludedFromPeak[tick] = 1;
    tally.left[tick] = origin.places?.tick() ?? 0;
    crowd.tick(tick);
    const { admittedSum, hearingSum, givenUp, events } = tally;
    if (tick >= come && admittedSum + givenUp === listeners && hearingSum >= listeners) break;
    if (events - breath < BREATH) continue;
    breath = events;
    yield Math.max(tick / ticks, (admittedSum + givenUp) / listeners);
  }
  const ran = Math.min(ticks, tick + 1);
  const { down, attack } = incident;
  const [from, to] = down ?? (attack ? [attack.from, attack.to] : [0, 0]);
  const expected = keeper ? expectedLooks(world.refresh, ticks / TICKS, world.random) : null;
  const span = {
    listeners,
    capacity,
    clock: incident.clock * 1_000,
    lasts: [from * 1_000, to * 1_000] as const,
    ticks: ran,
    step: 1,
    capacityAt: (second: number) => world.capacityAt(second * TICKS),
  };
  return tally.outcome(span, expected);
}

const worldOf = (scenario: Scenario) => {
  const { listeners, capacity, refusalCost = 0.1, spread = 30, refresh = 30, seed = 1 } = scenario;
  const incident = INCIDENTS[scenario.incident];
  const { most, stay } = scenario;
  const { cdnCapacity = listeners / 20, horizon = 3_600, ttl = EDITION_TTL_SECONDS } = scenario;
  check({ listeners, capacity, refusalCost, spread, refresh, cdnCapacity, horizon, ttl });
  check({ ...(most != null && { most }), ...(stay != null && { stay }) });
  const ticks = Math.ceil((endOf(incident) + horizon) * TICKS);
  const random = new Random(seed);
  const isLimited = most != null || stay != null;
  // Its own numbers: a limit that nobody meets changes nothing else.
  const places = isLimited ? new Places(most ?? null, stay ?? Infinity, new Random(-seed)) : null;
  const earshot = scenario.policy.kind === 'earshot';
  const { door, down, attack } = incident;
  const stands = (tick: number) => !down || tick < down[0] * TICKS || tick >= down[1] * TICKS;
  const free = (tick: number) =>
    attack && tick >= attack.from * TICKS && tick < attack.to * TICKS ? 1 - attack.share : 1;
  return {
    incident,
    listeners,
    capacity,
    ticks,
    random,
    origin: new Origin(refusalCost, random, places),
    cdn: new Origin(refusalCost, random),
    cdnCapacity,
    keeper: door && earshot ? new DoorPublisher(spread, ttl) : null,
    plan: {
      epoch: 2,
      capacity,
      listeners: listeners / (door?.guess ?? 1),
      opensIn: door?.opensIn({ spread, refresh }) ?? 0,
    },
    tally: new Tally(ticks),
    spread: door ? spread * 1_000 : null,
    refresh: refresh * 1_000,
    given: scenario.given,
    stands,
    capacityAt: (tick: number) => (stands(tick) ? capacity * free(tick) : 0),
  } satisfies World & Record<string, unknown>;
};

const check = (numbers: Record<string, number>): void => {
  const least: Record<string, number> = {
    listeners: 1,
    capacity: 0.01,
    refusalCost: 0,
    spread: 1,
    stay: 1,
  };
  const most: Record<string, number> = { listeners: 16e6, refusalCost: 0.99, horizon: 86_400 };
  for (const [name, value] of Object.entries(numbers)) {
    const isUsable = value >= (least[name] ?? 0.001) && value <= (most[name] ?? 1e9);
    if (!isUsable) throw new RangeError(`simulate(): ${name} is out of range`);
  }
  for (const name of ['listeners', 'ttl', 'most']) {
    if (name in numbers && !Number.isInteger(numbers[name]))
      throw new RangeError(`simulate(): ${name} is not whole`);
  }
};
