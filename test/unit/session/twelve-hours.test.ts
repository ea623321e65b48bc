import { expect } from 'chai';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import type { FakeHost } from '../../helpers/fake-host.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { FakeOrigins, type Fault } from '../../helpers/fake-origins.ts';
import { A, B, Listening, STAGE, TWO_CDNS } from '../../helpers/listening.ts';
import { seeded } from '../../helpers/random.ts';

const MINUTE = 60_000;
const HOURS = 12;
const SEED = 1;

const isSegment = (path: string) => path.endsWith('.seg');

/** Of the sources alone: a document that is gone for long has nothing to say any more. */
const REFUSALS: readonly Fault[] = [
  () => reply(404),
  () => reply(401),
  () => reply(403),
  ({ path }) => (isSegment(path) ? reply(404) : undefined),
];

const FAULTS: readonly Fault[] = [
  () => noAnswer(),
  () => reply(503),
  () => reply(503, '', { 'retry-after': '20' }),
  () => reply(429, '', { ratelimit: '"default";r=0;t=45' }),
  () => 'never',
  () => reply(200, 'garbage'),
  ({ path }) => (isSegment(path) ? reply(200, 'noise') : undefined),
  ({ path }) => (isSegment(path) ? undefined : 'never'),
];

/** Most of what was held, and stored, within an hour. */
interface Most {
  timers: number;
  listeners: number;
  fetches: number;
  media: number;
  keys: number;
  stored: number;
}

const most = (): Most => ({ timers: 0, listeners: 0, fetches: 0, media: 0, keys: 0, stored: 0 });

const observe = (host: FakeHost, seen: Most): void => {
  const stores = [host.store('tab'), host.store('browser')].map(({ values }) => [...values]);
  const now: Most = {
    ...host.held,
    media: host.media.length,
    keys: Math.max(...stores.map(({ length }) => length)),
    stored: Math.max(...stores.map((entries) => JSON.stringify(entries).length)),
  };
  for (const name of Object.keys(seen) as (keyof Most)[]) {
    seen[name] = Math.max(seen[name], now[name]);
  }
};

/** A minute of somebody's bad day: a fault begins, or ends, or the machine sleeps, or wakes. */
const misfortune = async (listening: Listening, random: () => number): Promise<void> => {
  const { host, origins, session } = listening;
  const origin = [A, B, STAGE][Math.floor(random() * 3)] as string;
  const faults = origin === STAGE ? FAULTS : [...FAULTS, ...REFUSALS];
  const fault = faults[Math.floor(random() * faults.length)] as Fault;
  if (random() < 0.5) origins.faults.delete(origin);
  else origins.faults.set(origin, fault);
  const chance = random();
  if (chance < 0.02) await host.clock.sleep(random() * 20 * MINUTE);
  else if (chance < 0.04) session.pause();
  else if (chance < 0.06) host.emit(random() < 0.5 ? 'hidden' : 'pageshow');
  await host.advance(MINUTE);
  session.resume();
  host.emit('visible');
  await host.advance(2_000);
  if (session.state.hearing)
    expect(listening.isAudible, 'what is heard can be heard').to.equal(true);
};

it('twelve hours of random faults leave nothing behind', async () => {
  const random = seeded(SEED);
  const origins = new FakeOrigins();
  origins.document = { ...TWO_CDNS, refresh: 10 };
  const listening = new Listening({ stage: `${STAGE}/stage.json`, origins, page: { seed: SEED } });
  await listening.reaches('hearing');
  const hours: Most[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    const seen = most();
    for (let minute = 0; minute < 60; minute++) {
      await misfortune(listening, random);
      observe(listening.host, seen);
    }
    hours.push(seen);
  }
  const [first, last] = [hours[0] as Most, hours[HOURS - 1] as Most];
  expect(last.timers).to.be.at.most(first.timers + 5);
  expect(last.listeners).to.be.at.most(first.listeners);
  expect(last.fetches).to.be.at.most(first.fetches + 3);
  expect(last.media).to.equal(first.media);
  expect(Math.max(...hours.map(({ keys }) => keys))).to.be.at.most(2);
  expect(Math.max(...hours.map(({ stored }) => stored))).to.be.at.most(16_384);
  expect(listening.state.status, 'it lives').not.to.be.oneOf(['closed', 'ended']);
  origins.faults.clear();
  await listening.reaches('hearing', 15 * MINUTE);
  listening.session.close();
  await listening.advance(MINUTE);
  expect(listening.host.held).to.deep.equal(NOTHING_HELD);
  expect(listening.host.clock.uncaught).to.deep.equal([]);
});
