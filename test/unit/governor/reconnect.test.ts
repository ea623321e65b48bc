import { expect } from 'chai';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { Governed } from '../../helpers/governed.ts';

/** A page that has asked in vain for 20 s. */
const inVain = async (script = () => noAnswer()): Promise<Governed> => {
  const page = new Governed({ script });
  page.ask('/talk.m3u8');
  await page.host.advance(20_000);
  page.host.network.script = () => reply(200, 'ok');
  return page;
};

/** Requests within so many ms from now. */
const soon = async ({ host, requests }: Governed, ms = 2_500): Promise<number> => {
  const before = requests.length;
  await host.advance(ms);
  return requests.length - before;
};

describe('a device that was off the network by itself', () => {
  it('asks again within 2.5 s of being back', async () => {
    const page = new Governed({ script: () => noAnswer() });
    page.host.emit('offline');
    page.ask('/talk.m3u8');
    // As late as the policy puts it.
    page.host.draws.push(0.99, 0.99);
    await page.host.advance(20_000);
    page.host.network.script = () => reply(200, 'ok');
    const waits =
      (page.governor.waitOf('https://a.example/talk.m3u8')?.until ?? 0) - page.host.now();
    expect(waits).to.be.above(2_500);
    page.host.emit('online');
    expect(await soon(page)).to.equal(1);
  });

  it('spreads over two seconds with those who come back with it', async () => {
    const arrivals: number[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const page = new Governed({ seed, script: () => noAnswer() });
      page.host.emit('offline');
      page.ask('/talk.m3u8');
      await page.host.advance(30_000);
      const back = page.host.now();
      page.host.network.script = () => reply(200, 'ok');
      page.host.emit('online');
      await page.host.advance(3_000);
      arrivals.push(...page.requests.filter(({ at }) => at > back).map(({ at }) => at - back));
    }
    const within = (from: number, to: number) =>
      arrivals.filter((at) => at >= from && at < to).length;
    expect(within(0, 250)).to.equal(0);
    expect(within(250, 1_250)).to.be.within(10, 30);
    expect(within(1_250, 2_250)).to.be.within(10, 30);
  });

  it('gains no more than its retries by going off and on again, whatever is answered between', async () => {
    let times = 0;
    const page = new Governed({ script: () => (times++ % 2 ? reply(200, 'ok') : noAnswer()) });
    for (let rounds = 0; rounds < 30; rounds++) {
      page.host.emit('offline');
      page.ask('/talk.m3u8');
      await page.host.advance(1_000);
      page.host.emit('online');
      await page.host.advance(3_000);
    }
    // The bucket of retries holds five and gets one more in 30 s; what failed first costs none.
    const retries = page.requests.length / 2;
    expect(retries).to.be.at.most(5 + 120 / 30 + 1);
  });
});

describe('being online changes nothing', () => {
  it('without an offline of its own', async () => {
    const page = await inVain();
    const { until } = page;
    page.host.emit('online');
    expect(page.until).to.equal(until);
  });

  it('for what failed before the device went off', async () => {
    const page = await inVain();
    const { until } = page;
    page.host.emit('offline');
    page.host.emit('online');
    expect(page.until).to.equal(until);
  });

  it('for what a server has asked', async () => {
    const page = new Governed({ script: () => reply(503, '', { 'retry-after': '300' }) });
    page.host.emit('offline');
    page.ask('/talk.m3u8');
    await page.host.advance(20_000);
    const { until } = page;
    page.host.emit('online');
    expect(page.until).to.equal(until);
  });
});
