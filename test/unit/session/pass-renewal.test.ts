import { expect } from 'chai';
import { AtTheDoor, type AtTheDoorOptions, CDN } from '../../helpers/at-the-door.ts';
import { type Asked, noAnswer, type Reply, reply } from '../../helpers/fake-fetch.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { fakeRealtime } from '../../helpers/fake-realtime.ts';
import { fakeSource } from '../../helpers/fake-source.ts';
import { FakeStore } from '../../helpers/fake-store.ts';
import { STAGE } from '../../helpers/listening.ts';

const LIFE = 300_000;
const MINUTE = 60_000;
const SFU = 'https://sfu.example';
const PASSES = `${STAGE}/door/floor/check`;
const LADDER = [
  { kind: 'whep', url: `${SFU}/whep`, door: 'floor' },
  { kind: 'hls', url: `${CDN}/talk.m3u8` },
];
const DOOR = { open: 1, passes: 'door/floor/check?pass' };

/** The server of a stage: a first pass for who comes without one, and the next one for a pass in its second half. */
class Passes {
  /** What it was asked, without the joins. */
  readonly asked: Asked[] = [];
  joins: Asked[] = [];
  fault: ((asked: Asked) => Reply | undefined) | null = null;
  #serial = 0;

  constructor(origins: FakeOrigins) {
    origins.faults.set(`${SFU}/whep`, (asked) => {
      this.joins.push(asked);
      return this.#next(200);
    });
    origins.faults.set(PASSES, (asked) => {
      this.asked.push(asked);
      return this.fault?.(asked) ?? this.#next(204);
    });
  }

  #next(status: 200 | 204): Response {
    const headers = { 'earshot-pass': `pass-${++this.#serial}; max-age=${LIFE / 1_000}` };
    return reply(status, status === 200 ? 'v=0' : '', headers);
  }
}

interface Inside {
  readonly listener: AtTheDoor;
  readonly passes: Passes;
  /** When it got its first pass, epoch ms. */
  readonly since: number;
}

const inside = async (options: AtTheDoorOptions = {}, server?: Passes): Promise<Inside> => {
  const origins = options.origins ?? new FakeOrigins();
  const passes = server ?? new Passes(origins);
  const sources = [fakeRealtime(), fakeSource()];
  const listener = new AtTheDoor({ ladder: LADDER, door: DOOR, sources, origins, ...options });
  await listener.reaches('hearing');
  expect(listener.state.source?.kind).to.equal('whep');
  return { listener, passes, since: passes.joins.at(-1)?.at ?? 0 };
};

const shown = ({ asked }: Passes) => asked.map(({ headers }) => headers.get('earshot-pass'));

describe('the pass of a listener whose source makes no requests', () => {
  it('is renewed by one GET in each of its lives, and each carries the pass before', async () => {
    const { listener, passes, since } = await inside();
    await listener.advance(20 * MINUTE);
    expect(shown(passes)).to.deep.equal(passes.asked.map((_, at) => `pass-${at + 1}`));
    let before = since;
    for (const { at, method } of passes.asked) {
      expect((at - before) / LIFE).to.be.within(0.5, 0.8);
      expect(method).to.equal('GET');
      before = at;
    }
    expect(passes.asked.length).to.be.within(5, 8);
    expect(listener.errors).to.deep.equal([]);
    expect(listener.state.source?.kind).to.equal('whep');
  });

  it('is shown when the listener was away for longer than the life of its first pass', async () => {
    const stores = { tab: new FakeStore(), browser: new FakeStore() };
    const { listener, passes } = await inside({ stores });
    await listener.advance(10 * MINUTE);
    const last = `pass-${passes.asked.length + 1}`;
    listener.session.close();
    const { origins, host } = listener;
    const page = { clock: host.clock };
    await inside({ stores, origins, page, door: { ...DOOR, open: -1 } }, passes);
    expect(passes.joins.at(-1)?.headers.get('earshot-pass')).to.equal(last);
  });

  it('is asked for by a crowd that came in together over a fifth of its life, evenly', async () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const { listener, passes, since } = await inside({ seed: seed * 7_919 });
      await listener.advance(0.85 * LIFE);
      expect(passes.asked).to.have.length(1);
      times.push(((passes.asked[0]?.at ?? 0) - since) / LIFE);
      listener.session.close();
    }
    times.sort((one, other) => one - other);
    expect(times[0]).to.be.within(0.5, 0.56);
    expect(times.at(-1)).to.be.within(0.69, 0.8);
    for (let from = 0.5; from < 0.75; from += 0.05) {
      const count = times.filter((time) => time >= from && time < from + 0.05).length;
      expect(count, `from ${from}`).to.be.within(2, 18);
    }
  });

  it('is not renewed without a URL for it', async () => {
    const { listener, passes } = await inside({ door: { open: 1 } });
    await listener.advance(10 * MINUTE);
    expect(passes.asked).to.have.length(0);
  });

  for (const url of ['javascript:alert(1)', 'https://me:secret@stage.example/', 7, {}, null]) {
    it(`is not renewed at ${JSON.stringify(url)}`, async () => {
      const { listener, passes } = await inside({ door: { open: 1, passes: url } });
      await listener.advance(10 * MINUTE);
      expect(passes.asked).to.have.length(0);
      const urls = listener.host.requests.map(({ origin }) => origin);
      expect(new Set(urls)).to.deep.equal(
        new Set([STAGE, SFU, CDN].filter((one) => urls.includes(one))),
      );
    });
  }

  it('is not renewed by a listener who hears another source', async () => {
    const { listener, passes } = await inside();
    listener.origins.faults.set(SFU, () => reply(503));
    listener.publish(DOOR, { sources: LADDER.slice(1) });
    await listener.advance(20 * MINUTE);
    expect(listener.state.source?.kind).to.equal('hls');
    expect(passes.asked.length).to.be.at.most(1);
  });

  it('that a failed server owes is not asked for once the listener hears another source', async () => {
    const { listener, passes } = await inside();
    passes.fault = () => reply(503);
    await listener.host.clock.until(() => passes.asked.length > 0, LIFE);
    listener.publish(DOOR, { sources: LADDER.slice(1) });
    await listener.host.clock.until(() => listener.state.source?.kind === 'hls', LIFE);
    const before = passes.asked.length;
    passes.fault = null;
    await listener.advance(LIFE);
    expect(passes.asked).to.have.length(before);
  });

  it('goes on while the listener has paused', async () => {
    const { listener, passes } = await inside();
    listener.session.pause();
    await listener.advance(10 * MINUTE);
    expect(passes.asked.length).to.be.within(2, 4);
  });

  it('is asked for again within its life when the server fails, and the sound goes on', async () => {
    const { listener, passes, since } = await inside();
    passes.fault = () => reply(503);
    await listener.advance(0.9 * LIFE);
    const failed = passes.asked.length;
    expect(failed).to.be.within(2, 12);
    passes.fault = null;
    const isRenewed = () => passes.asked.length > failed;
    await listener.host.clock.until(isRenewed, LIFE);
    expect(listener.state.source?.kind).to.equal('whep');
    if (isRenewed()) expect((passes.asked.at(-1)?.at ?? 0) - since).to.be.below(LIFE);
  });

  for (const [name, fault] of [
    ['fails', () => reply(503)],
    ['cannot be reached', () => noAnswer()],
    ['hangs', () => 'never'],
    ['limits the rate', () => reply(429, '', { 'retry-after': '30' })],
  ] as [string, () => Reply][]) {
    it(`is not asked for after its end when the server ${name}, and the sound goes on`, async () => {
      const { listener, passes, since } = await inside();
      passes.fault = fault;
      listener.origins.faults.set(STAGE, fault);
      await listener.advance(30 * MINUTE);
      // Where the document has failed for minutes, the origin's gate is shut.
      expect(passes.asked.length).to.be.at.most(12);
      for (const { at } of passes.asked) expect(at - since).to.be.below(LIFE);
      expect(listener.state.source?.kind).to.equal('whep');
      expect(listener.state.hearing).to.equal(true);
    });
  }

  it('that the door does not know any more is dropped without a word, and the sound goes on', async () => {
    const { listener, passes } = await inside();
    passes.fault = () => reply(403, 'A newer pass has replaced this one.');
    await listener.advance(30 * MINUTE);
    expect(passes.asked).to.have.length(1);
    expect(listener.errors).to.deep.equal([]);
    expect(listener.state.source?.kind).to.equal('whep');
    expect(listener.state.hearing).to.equal(true);
  });

  it('that is too young for the server is asked for once more, later', async () => {
    const { listener, passes } = await inside();
    passes.fault = () => (passes.asked.length === 1 ? reply(204) : undefined);
    await listener.advance(0.95 * LIFE);
    expect(shown(passes)).to.deep.equal(['pass-1', 'pass-1']);
    const [first, second] = passes.asked;
    expect((second?.at ?? 0) - (first?.at ?? 0)).to.be.above(20_000);
  });

  it('is given up with the first 404, which is reported', async () => {
    const { listener, passes } = await inside();
    passes.fault = () => reply(404);
    await listener.advance(0.99 * LIFE);
    expect(passes.asked).to.have.length(1);
    expect(listener.errors.map(({ code }) => code)).to.deep.equal(['gone']);
  });

  it('follows no redirect', async () => {
    const { listener, passes } = await inside();
    passes.fault = () => reply(307, '', { location: 'https://evil.example/' });
    await listener.advance(LIFE);
    expect(listener.asked('https://evil.example')).to.equal(0);
    expect(listener.state.source?.kind).to.equal('whep');
  });

  it('of three tabs is renewed once for all', async () => {
    const browser = new FakeStore();
    const first = await inside({ stores: { tab: new FakeStore(), browser } });
    const { clock } = first.listener.host;
    for (const seed of [5, 6]) {
      const stores = { tab: new FakeStore(), browser };
      const { origins } = first.listener;
      await inside({ stores, origins, seed, page: { clock } }, first.passes);
    }
    await first.listener.advance(60 * MINUTE);
    const { asked } = first.passes;
    // At most one for each half of a life, whatever the number of tabs.
    expect(asked.length).to.be.within(13, 24);
    expect(new Set(shown(first.passes)).size).to.equal(asked.length);
  });

  it('of two tabs that wait for a failed server is renewed once when it is back', async () => {
    const browser = new FakeStore();
    const one = await inside({ stores: { tab: new FakeStore(), browser } });
    const { clock } = one.listener.host;
    const { origins } = one.listener;
    const stores = { tab: new FakeStore(), browser };
    const two = await inside({ stores, origins, seed: 9, page: { clock } }, one.passes);
    one.passes.fault = () => reply(503);
    await one.listener.advance(0.7 * LIFE);
    one.passes.fault = null;
    const before = one.passes.asked.length;
    await one.listener.advance(0.28 * LIFE);
    expect(one.passes.asked.length - before).to.be.at.most(1);
    for (const { listener } of [one, two]) expect(listener.state.source?.kind).to.equal('whep');
  });

  it('of a hidden, silent tab is renewed in each life, though its timers run once a minute', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const { listener, passes } = await inside({ seed });
      listener.session.muted = true;
      listener.host.hide();
      await listener.advance(60 * MINUTE);
      const tokens = shown(passes);
      expect(tokens).to.deep.equal(passes.asked.map((_, at) => `pass-${at + 1}`));
      expect(tokens.length).to.be.within(12, 25);
      listener.session.close();
    }
  });

  it('of a machine that slept past the time is renewed after it woke, not at once', async () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const passes = { life: 3_600 };
      const origins = new FakeOrigins();
      const server = new Passes(origins);
      const hour = () => reply(200, 'v=0', { 'earshot-pass': `p; max-age=${passes.life}` });
      origins.faults.set(`${SFU}/whep`, hour);
      const { listener } = await inside({ seed, origins }, server);
      listener.host.freeze();
      await listener.advance(50 * MINUTE);
      listener.host.thaw();
      const woke = listener.host.now();
      await listener.host.clock.until(() => server.asked.length > 0, 9 * MINUTE);
      times.push((server.asked[0]?.at ?? 0) - woke);
      listener.session.close();
    }
    const early = times.filter((ms) => ms < 15_000);
    expect(early.length).to.be.at.most(6);
    expect(Math.max(...times)).to.be.within(60_000, 3 * MINUTE);
  });

  it('leaves nothing behind when the session ends meanwhile', async () => {
    const { listener, passes } = await inside();
    passes.fault = () => 'never';
    await listener.host.clock.until(() => passes.asked.length === 1, LIFE);
    listener.session.close();
    await listener.advance(10 * MINUTE);
    expect(listener.host.held).to.deep.equal(NOTHING_HELD);
    expect(passes.asked).to.have.length(1);
  });
});

describe('a realtime source that plays', () => {
  const own = [{ ...LADDER[0], url: `${STAGE}/whep` }, LADDER[1]];
  const playing = async (): Promise<AtTheDoor> => {
    const sources = [fakeRealtime(), fakeSource()];
    const listener = new AtTheDoor({ ladder: own, door: { open: 1 }, sources });
    const headers = { 'earshot-pass': 'pass-1; max-age=300' };
    listener.origins.faults.set(`${STAGE}/whep`, () => reply(200, 'v=0', headers));
    await listener.reaches('hearing');
    await listener.advance(5_000);
    return listener;
  };

  it('goes on while the document of its own origin cannot be fetched', async () => {
    const listener = await playing();
    listener.origins.faults.set(STAGE, () => reply(503));
    await listener.advance(10 * MINUTE);
    expect(listener.errors.length).to.be.above(0);
    expect(listener.state.source?.kind).to.equal('whep');
    expect(listener.switches).to.deep.equal([]);
  });

  it('goes on when its door is restarted: the listener is in', async () => {
    const listener = await playing();
    listener.publish({ epoch: 2, open: -1 });
    await listener.advance(10 * MINUTE);
    expect(listener.state.source?.kind).to.equal('whep');
  });
});
