import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { Clock } from '../../helpers/clock.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { Governed } from '../../helpers/governed.ts';
import { busiest, mostArrivals } from '../../helpers/poisson.ts';

/** The first request is refused with these headers, the others are answered. */
const refusedOnce = (status: number, headers: Record<string, string>) => {
  let asked = 0;
  return () => (asked++ === 0 ? reply(status, '', headers) : reply(200, 'ok'));
};

const secondArrival = async (status: number, headers: Record<string, string>, draw = 0) => {
  const page = new Governed({ script: refusedOnce(status, headers) });
  page.host.draws.push(draw, draw, draw);
  const outcome = page.ask('/x');
  await page.host.advance(2 * DEFAULTS.maxFloor);
  expect(outcome.value?.status).to.equal(200);
  return page.arrivals[1] as number;
};

describe('a floor that the server sets', () => {
  const clock = new Clock();
  const date = (ms: number) => new Date(clock.now() + ms).toUTCString();
  const cases: [string, number, Record<string, string>, number][] = [
    ['Retry-After in seconds, of a 503', 503, { 'retry-after': '10' }, 10_000],
    ['Retry-After in seconds, of a 429', 429, { 'retry-after': '7' }, 7_000],
    ['Retry-After as a date', 503, { 'retry-after': date(20_000) }, 20_000],
    [
      'Retry-After as a date, by a server whose clock is an hour slow',
      503,
      { 'retry-after': date(20_000 - 3_600_000), date: date(-3_600_000) },
      20_000,
    ],
    ['RateLimit, exhausted', 429, { ratelimit: '"default";r=0;t=30' }, 30_000],
    [
      'the older RateLimit fields, exhausted',
      429,
      { 'ratelimit-remaining': '0', 'ratelimit-reset': '12' },
      12_000,
    ],
    ['Retry-After of a 404', 404, { 'retry-after': '15' }, 15_000],
  ];
  for (const [name, status, headers, floor] of cases) {
    it(`is kept: ${name}`, async () => {
      expect(await secondArrival(status, headers)).to.be.at.least(floor);
    });

    it(`is stretched by the draw: ${name}`, async () => {
      const earliest = await secondArrival(status, headers, 0);
      const latest = await secondArrival(status, headers, 0.999);
      expect(latest - earliest).to.be.at.least(0.9 * DEFAULTS.first);
    });
  }

  it('is at most an hour', async () => {
    const arrival = await secondArrival(503, { 'retry-after': '999999999' });
    expect(arrival).to.be.within(DEFAULTS.maxFloor, DEFAULTS.maxFloor + 2 * DEFAULTS.first);
  });

  it('is no floor where a limit is not exhausted', async () => {
    expect(await secondArrival(503, { ratelimit: '"default";r=5;t=30' })).to.be.below(1_000);
  });

  it('is never undercut by a policy', async () => {
    const script = refusedOnce(503, { 'retry-after': '10' });
    const page = new Governed({ script, policy: () => 0 });
    page.ask('/x');
    await page.host.advance(60_000);
    expect(page.arrivals[1]).to.be.above(10_000);
  });

  it('holds although another request of the same round is answered', async () => {
    const limited = { ratelimit: '"default";r=0;t=60' };
    const page = new Governed({
      script: ({ path }) => reply(200, 'ok', path === '/limited' ? limited : {}),
    });
    page.ask('/limited');
    page.ask('/other');
    await page.host.advance(1_000);
    page.ask('/next');
    await page.host.advance(120_000);
    expect(page.arrivals[2]).to.be.at.least(60_000);
  });

  it('holds although a request that was asked before is gone', async () => {
    const limited = { ratelimit: '"default";r=0;t=60' };
    const page = new Governed({
      script: ({ path }) => (path === '/gone' ? reply(404) : reply(200, 'ok', limited)),
    });
    page.ask('/limited');
    page.ask('/gone', { tries: 1 });
    await page.host.advance(1_000);
    page.ask('/next');
    await page.host.advance(120_000);
    expect(page.arrivals[2]).to.be.at.least(60_000);
  });

  it('of an answer that is a success holds for the next request', async () => {
    const headers = { 'ratelimit-remaining': '0', 'ratelimit-reset': '30' };
    const page = new Governed({ script: () => reply(200, 'ok', headers) });
    page.ask('/x');
    await page.host.advance(1_000);
    page.ask('/y');
    await page.host.advance(60_000);
    expect(page.arrivals[1]).to.be.at.least(30_000);
  });
});

it('listeners who are told the same Retry-After do not come back together', async () => {
  const clock = new Clock();
  const listeners = 500;
  const script = () => reply(503, '', { 'retry-after': '10' });
  const pages = Array.from(
    { length: listeners },
    (_, seed) => new Governed({ host: new FakeHost({ clock, seed, script }) }),
  );
  for (const page of pages) page.ask('/x');
  await clock.advance(10_000 + DEFAULTS.first);
  const second = pages.map(({ arrivals }) => arrivals[1] as number);
  expect(Math.min(...second)).to.be.at.least(10_000);
  // A second of the window expects 1/5 of them; 50 windows of 1.1 s cover all of 1 s.
  const mean = (1.1 * 1_000 * listeners) / DEFAULTS.first;
  expect(busiest(second, 1_000)).to.be.at.most(mostArrivals(mean, 1e-6 / 50));
});
