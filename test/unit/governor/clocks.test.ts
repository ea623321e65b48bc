import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { Clock } from '../../helpers/clock.ts';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { A, Governed } from '../../helpers/governed.ts';
import { busiest, mostArrivals } from '../../helpers/poisson.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const failing = async (seed = 1) => {
  const page = new Governed({ script: () => noAnswer(), seed });
  page.ask('/x');
  await page.host.advance(0);
  return page;
};

describe('a machine that slept for 8 hours', () => {
  it('makes one attempt, and not in the instant it wakes', async () => {
    const page = await failing();
    await page.host.clock.sleep(8 * HOUR);
    expect(page.requests, 'at the instant').to.have.length(1);
    page.host.network.script = () => 'never';
    await page.host.advance(DEFAULTS.minimum + DEFAULTS.first);
    expect(page.requests).to.have.length(2);
  });

  it('does not come back together with all the others', async () => {
    const clock = new Clock();
    const machines = 300;
    const pages = Array.from(
      { length: machines },
      (_, seed) => new Governed({ host: new FakeHost({ clock, seed, script: () => noAnswer() }) }),
    );
    for (const page of pages) page.ask('/x');
    await clock.sleep(8 * HOUR);
    const woke = clock.now();
    await clock.advance(DEFAULTS.minimum + DEFAULTS.first);
    const first = pages.map(({ requests }) => (requests[1]?.at ?? 0) - woke);
    expect(Math.min(...first)).to.be.at.least(DEFAULTS.minimum);
    const mean = (1.1 * 1_000 * machines) / DEFAULTS.first;
    expect(busiest(first, 1_000)).to.be.at.most(mostArrivals(mean, 1e-6 / 50));
  });

  it('takes a request that hung meanwhile for a timeout', async () => {
    const page = new Governed({ script: () => 'never' });
    page.ask('/x');
    await page.host.clock.sleep(8 * HOUR);
    await page.host.advance(DEFAULTS.minimum - 1);
    expect(page.requests).to.have.length(1);
    expect(page.governor.waitOf(`${A}/x`)?.error.code).to.equal('timeout');
  });
});

describe('a clock that is set back', () => {
  for (const back of [HOUR, 12 * HOUR, DAY, 365 * DAY]) {
    const by = `${back / HOUR} h`;

    it(`by ${by} does not prolong a wait`, async () => {
      const page = await failing();
      page.host.clock.setWall(-back);
      await page.host.advance(DEFAULTS.minimum + DEFAULTS.first);
      expect(page.requests.length).to.be.at.least(2);
    });

    it(`by ${by} does not make the next request wait for long`, async () => {
      const page = new Governed({ script: () => reply(404) });
      page.ask('/x', { tries: 1 });
      await page.host.advance(0);
      page.host.clock.setWall(-back);
      page.ask('/x', { tries: 1 });
      await page.host.advance(DEFAULTS.cap);
      expect(page.requests).to.have.length(2);
    });

    it(`by ${by} before a reload does not make it wait for long`, async () => {
      const page = await failing();
      page.host.clock.setWall(-back);
      const reloaded = page.reload();
      reloaded.ask('/x');
      await page.host.advance(DEFAULTS.cap);
      expect(reloaded.requests.length).to.be.at.least(1);
    });
  }

  it('fills no budget', async () => {
    const page = new Governed({ script: () => noAnswer(), policy: () => 0 });
    page.ask('/x');
    await page.host.advance(10_000);
    const before = page.requests.length;
    page.host.clock.setWall(-DAY);
    await page.host.advance(60_000);
    expect(page.requests.length - before).to.be.at.most(3);
  });
});

it('a clock that is set forward by a day brings no storm', async () => {
  const page = await failing();
  page.host.clock.setWall(DAY);
  await page.host.advance(60_000);
  expect(page.requests.length).to.be.at.most(1 + DEFAULTS.tokens + 2);
});

describe('waking is not an excuse', () => {
  for (const event of ['visible', 'pageshow', 'hidden', 'pagehide'] as const) {
    it(`"${event}" does not bypass a deadline`, async () => {
      const page = await failing();
      const { until } = page;
      while (page.host.now() < until - 100) {
        page.host.emit(event);
        page.ask('/y');
        await page.host.advance(90);
      }
      expect(page.requests).to.have.length(1);
    });
  }
});

describe('a hidden page whose timers run once a minute', () => {
  it('puts no deadline off twice', async () => {
    const page = await failing();
    page.host.hide();
    await page.host.advance(12 * HOUR);
    // The longest wait that is drawn while nothing is heard is two minutes.
    expect(page.requests.length).to.be.at.least(150);
    const gaps = page.arrivals.map((at, index) => at - (page.arrivals[index - 1] ?? at));
    const most = DEFAULTS.capWhileSilent + DEFAULTS.minimum + DEFAULTS.first + 3 * 60_000;
    expect(Math.max(...gaps)).to.be.at.most(most);
  });

  it('asks as soon as another one would once it is shown', async () => {
    const page = await failing();
    page.host.hide();
    await page.host.advance(HOUR);
    page.host.network.script = () => reply(200, 'well');
    page.host.show();
    const before = page.requests.length;
    await page.host.advance(DEFAULTS.capWhileSilent + DEFAULTS.minimum + DEFAULTS.first);
    expect(page.requests.length).to.equal(before + 1);
  });
});
