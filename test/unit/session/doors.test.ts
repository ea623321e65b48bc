import { expect } from 'chai';
import { lotOf } from '../../../src/policy/door.ts';
import { AtTheDoor, type AtTheDoorOptions, CDN, FLOOR } from '../../helpers/at-the-door.ts';
import { type Asked, noAnswer, type Reply, reply } from '../../helpers/fake-fetch.ts';
import { FakeStore } from '../../helpers/fake-store.ts';
import { STAGE } from '../../helpers/listening.ts';

const shared = () => ({ tab: new FakeStore(), browser: new FakeStore() });

const queued = async (options: AtTheDoorOptions = {}): Promise<AtTheDoor> => {
  const listener = new AtTheDoor(options);
  await listener.reaches('hearing');
  return listener;
};

const FLOOR_ALONE = [{ kind: 'hls', url: `${FLOOR}/talk.m3u8`, door: 'floor' }];

const turnOf = ({ state }: AtTheDoor): number => state.queue?.turn ?? 0;

describe('a listener in front of a door', () => {
  it('hears the next source meanwhile, and sees the turn', async () => {
    const listener = await queued();
    const { source, queue, ladder } = listener.state;
    expect(source?.url).to.equal(`${CDN}/talk.m3u8`);
    expect(queue?.door).to.equal('floor');
    expect(queue?.source.url).to.equal(`${FLOOR}/talk.m3u8`);
    expect(turnOf(listener) - listener.host.now()).to.be.within(-1_000, 600_000);
    expect(ladder[0]?.status).to.equal('queued');
    expect(Object.isFrozen(queue)).to.equal(true);
  });

  it('asks the guarded source at the turn, not before, and climbs without a rest', async () => {
    const listener = await queued();
    const turn = turnOf(listener);
    listener.admits('pass-1');
    await listener.advance(turn - listener.host.now() - 1_000);
    expect(listener.joins).to.have.length(0);
    await listener.advance(15_000);
    expect((listener.joins[0]?.at ?? 0) - turn).to.be.within(0, 1_000);
    expect(listener.state.source?.url).to.equal(`${FLOOR}/talk.m3u8`);
    expect(listener.state.queue).to.equal(null);
  });

  it('who comes when the door is open goes in at once', async () => {
    const listener = await queued({ door: { open: 1 } });
    expect(listener.state.source?.url).to.equal(`${FLOOR}/talk.m3u8`);
  });

  it('with nothing else to hear is queued, until the turn', async () => {
    const listener = new AtTheDoor({ ladder: FLOOR_ALONE, door: { open: -0.2 } });
    await listener.reaches('queued');
    const { state } = listener;
    if (state.status !== 'queued') throw new Error(state.status);
    expect(state.queue.turn).to.be.above(listener.host.now() + 100_000);
    await listener.reaches('hearing', 800_000);
  });

  it('a reload and another tab keep the lot', async () => {
    const stores = shared();
    const first = await queued({ stores });
    const turn = turnOf(first);
    const { document } = first.origins;
    first.session.close();
    for (const kept of [stores, { ...stores, tab: new FakeStore() }]) {
      const second = new AtTheDoor({ stores: kept, seed: 99 });
      second.origins.document = document;
      await second.reaches('hearing');
      expect(turnOf(second)).to.equal(turn);
    }
  });

  it('a new epoch draws another lot, and an older one none', async () => {
    const listener = await queued();
    const first = turnOf(listener) - listener.host.now();
    listener.publish({ epoch: 2 });
    await listener.advance(170_000);
    const lot = (turnOf(listener) - listener.host.now() + 170_000) / 600_000;
    expect(Math.abs(lot - first / 600_000)).to.be.above(0.001);
    const turn = turnOf(listener);
    listener.publish({ epoch: 1 });
    await listener.advance(30_000);
    expect(turnOf(listener)).to.equal(turn);
  });

  it('a revised rate moves the turn, and the state says by how much', async () => {
    const listener = await queued({ door: { open: -0.5, opensPerSecond: 1 / 600 } });
    const before = turnOf(listener);
    expect(listener.state.queue?.uncertainty).to.equal(0);
    listener.publish({ open: -0.5, opensPerSecond: 1 / 1_200 });
    await listener.advance(170_000);
    expect(turnOf(listener)).to.be.above(before + 200_000);
    expect(listener.state.queue?.uncertainty).to.be.above(100_000);
  });

  for (const [name, date] of [
    ['with a readable Date', true],
    ['without one', false],
  ] as const) {
    for (const days of [-1, 1]) {
      it(`a clock ${days} day off, ${name}, changes nothing`, async () => {
        const straight = await queued({ seed: 7 });
        const wait = turnOf(straight) - straight.host.now();
        const listener = new AtTheDoor({ seed: 7 });
        const { script } = listener.origins;
        const made = listener.host.now() - days * 86_400_000;
        listener.publish({}, { serverTime: new Date(made).toISOString() });
        if (date) {
          listener.host.network.script = async (asked) => {
            const answer = await script(asked);
            if (asked.origin === STAGE && answer instanceof Response) {
              answer.headers.set('date', new Date(made).toUTCString());
            }
            return answer;
          };
        }
        await listener.reaches('hearing');
        expect(turnOf(listener) - listener.host.now()).to.be.within(wait - 1_500, wait + 1_500);
      });
    }
  }

  it('the same bytes from a static file do not put the turn off', async () => {
    const listener = await queued({ door: { open: -0.3 } });
    const turn = turnOf(listener);
    await listener.advance(170_000);
    expect(turnOf(listener)).to.equal(turn);
  });

  it('a door that never opens is asked after half a day at the earliest, and within a day', async () => {
    // With nothing to hear meanwhile: half a day of media takes a minute even of virtual time.
    const listener = new AtTheDoor({ ladder: FLOOR_ALONE, door: { open: 0, opensPerSecond: 0 } });
    await listener.reaches('queued');
    for (let hours = 0; hours < 24 && !listener.joins.length; hours++) {
      listener.publish({ open: -1, opensPerSecond: 0 });
      await listener.advance(3_600_000);
    }
    const [first] = listener.joins;
    const hours = ((first?.at ?? Infinity) - (listener.host.requests[0]?.at ?? 0)) / 3_600_000;
    expect(hours).to.be.within(12, 24);
  });
});

describe('a pass', () => {
  const inside = async (options: AtTheDoorOptions = {}): Promise<AtTheDoor> => {
    const listener = new AtTheDoor({ door: { open: 1 }, ...options });
    listener.admits('pass-1');
    await listener.reaches('hearing');
    await listener.advance(5_000);
    return listener;
  };

  it('goes along with each request to the guarded origin, and to no other', async () => {
    const listener = await inside();
    await listener.advance(60_000);
    const [first, ...later] = listener.joins;
    expect(first?.headers.get('earshot-pass')).to.equal(null);
    expect(later.length).to.be.above(5);
    for (const { headers } of later) expect(headers.get('earshot-pass')).to.equal('pass-1');
    const others = listener.host.requests.filter(({ origin }) => origin !== FLOOR);
    for (const { headers } of others) expect(headers.has('earshot-pass')).to.equal(false);
  });

  it('follows no redirect to another origin', async () => {
    const listener = await inside();
    const location = 'https://evil.example/talk.m3u8';
    listener.answers(() => reply(307, '', { location }));
    await listener.advance(60_000);
    expect(listener.asked('https://evil.example')).to.equal(0);
    expect(listener.errors.map(({ message }) => message).join()).to.include('must not redirect');
    expect(listener.state.source?.url).to.equal(`${CDN}/talk.m3u8`);
  });

  it('lets in after a reload without a turn', async () => {
    const stores = shared();
    const first = await inside({ stores });
    first.session.close();
    const second = new AtTheDoor({ stores, door: { open: -1 } });
    second.admits('pass-2');
    await second.reaches('hearing');
    expect(second.state.source?.url).to.equal(`${FLOOR}/talk.m3u8`);
    expect(second.joins[0]?.headers.get('earshot-pass')).to.equal('pass-1');
    await second.advance(10_000);
    expect(second.joins.at(-1)?.headers.get('earshot-pass')).to.equal('pass-2');
  });

  it('that has run out is not shown', async () => {
    const stores = shared();
    const first = await inside({ stores });
    await first.advance(1_000);
    first.session.close();
    const late = new AtTheDoor({ stores, door: { open: -1 } });
    await late.host.clock.advance(0);
    late.session.close();
    const clock = first.host.clock;
    await clock.advance(301_000);
    const second = new AtTheDoor({ stores, page: { clock }, door: { open: -1 } });
    await second.reaches('hearing');
    expect(second.state.source?.url).to.equal(`${CDN}/talk.m3u8`);
  });

  it('of an older epoch is none', async () => {
    const stores = shared();
    const first = await inside({ stores });
    first.session.close();
    const second = new AtTheDoor({ stores, door: { epoch: 2, open: -1 } });
    await second.reaches('hearing');
    expect(second.state.source?.url).to.equal(`${CDN}/talk.m3u8`);
  });

  it('that the door does not know any more is dropped, and the listener queues', async () => {
    const listener = await inside();
    listener.refuses(403);
    await listener.advance(60_000);
    expect(listener.state.source?.url).to.equal(`${CDN}/talk.m3u8`);
    expect(listener.errors.map(({ code }) => code)).not.to.include('refused');
    listener.admits('pass-2');
    listener.publish({ open: 1 });
    await listener.advance(400_000);
    const shown = listener.joins.map(({ headers }) => headers.get('earshot-pass'));
    expect(shown).to.include('pass-2');
    expect(shown.lastIndexOf('pass-1')).to.be.below(shown.indexOf('pass-2'));
    expect(listener.state.source?.url).to.equal(`${FLOOR}/talk.m3u8`);
  });

  it('of an epoch that is over costs no silence: the next source takes over before the buffer is dry', async () => {
    const fields = { spread: 1 };
    const listener = await inside({ source: { target: 2_000 }, fields });
    listener.publish({ epoch: 2, open: 0, opensPerSecond: 1 / 6_000 }, fields);
    listener.refuses(403);
    let silent = 0;
    listener.session.subscribe(({ status }) => {
      if (status !== 'hearing') silent++;
    });
    await listener.advance(120_000);
    expect(listener.state.source?.url).to.equal(`${CDN}/talk.m3u8`);
    expect(silent).to.equal(0);
  });

  it('brings a listener who fell back only after the rest', async () => {
    const listener = await inside();
    const fellAt = listener.host.now();
    listener.refuses(503);
    await listener.advance(30_000);
    expect(listener.state.source?.url).to.equal(`${CDN}/talk.m3u8`);
    const before = listener.joins.length;
    listener.admits('pass-2');
    await listener.advance(300_000);
    const [next] = listener.joins.slice(before);
    expect((next?.at ?? 0) - fellAt).to.be.above(60_000);
    expect(next?.headers.get('earshot-pass')).to.equal('pass-1');
  });

  it('a new epoch after a loss needs no rest, but the turn', async () => {
    const listener = await inside({ fields: { spread: 5 } });
    listener.refuses(503);
    listener.publish({ epoch: 2, open: 1 });
    const fell = () => listener.state.source?.url === `${CDN}/talk.m3u8`;
    expect(await listener.host.clock.until(fell, 60_000)).to.equal(true);
    const before = listener.joins.length;
    listener.admits('pass-2');
    await listener.advance(55_000);
    const [next] = listener.joins.slice(before);
    expect(next?.headers.get('earshot-pass')).to.equal(null);
  });
});

describe('a ticket', () => {
  const tickets = `${FLOOR}/tickets`;
  const withTickets = (listener: AtTheDoor, lot: unknown = 0.25): AtTheDoor => {
    listener.origins.faults.set(tickets, () =>
      reply(200, JSON.stringify({ ticket: 'signed.ticket', lot })),
    );
    return listener;
  };

  it('is drawn once, gives the turn, and goes to the guarded origin alone', async () => {
    const listener = withTickets(new AtTheDoor({ door: { tickets, open: -0.1 } }));
    await listener.reaches('hearing');
    await listener.advance(10_000);
    const drawn = () => listener.host.requests.filter(({ path }) => path === '/tickets');
    expect(listener.state.queue?.uncertainty).to.equal(0);
    expect(drawn().map(({ method }) => method)).to.deep.equal(['POST']);
    expect(turnOf(listener) - listener.host.now()).to.be.within(190_000, 210_000);
    listener.admits('pass-1');
    await listener.advance(220_000);
    expect(listener.joins[0]?.headers.get('earshot-ticket')).to.equal('signed.ticket');
    expect(listener.state.source?.url).to.equal(`${FLOOR}/talk.m3u8`);
    expect(drawn()).to.have.length(1);
    const others = listener.host.requests.filter(({ origin }) => origin !== FLOOR);
    for (const { headers } of others) expect(headers.has('earshot-ticket')).to.equal(false);
  });

  it('is kept over a reload', async () => {
    const stores = shared();
    const door = { tickets, open: -0.1 };
    const first = withTickets(new AtTheDoor({ stores, door }));
    await first.reaches('hearing');
    await first.advance(10_000);
    first.session.close();
    const second = withTickets(new AtTheDoor({ stores, door }), 0.99);
    await second.reaches('hearing');
    await second.advance(30_000);
    expect(second.host.requests.some(({ path }) => path === '/tickets')).to.equal(false);
    expect(turnOf(second) - second.host.now()).to.be.within(150_000, 210_000);
  });

  it('of two tabs lets one in, and the other one, refused, goes in by its pass', async () => {
    const browser = new FakeStore();
    const door = { tickets, open: -0.1 };
    const page = { latency: () => 1_000 };
    const one = withTickets(
      new AtTheDoor({ door, stores: { tab: new FakeStore(), browser }, page }),
    );
    await one.reaches('hearing');
    await one.advance(10_000);
    const { clock } = one.host;
    const stores = { tab: new FakeStore(), browser };
    const other = withTickets(
      new AtTheDoor({ door, stores, page: { latency: () => 1_010, clock }, seed: 9 }),
    );
    other.origins.document = one.origins.document;
    await other.reaches('hearing');
    let uses = 0;
    for (const { origins } of [one, other]) {
      const fault = (asked: Asked): Reply => {
        const isIn = asked.headers.get('earshot-pass') === 'pass-1';
        if (!isIn && uses++) return reply(403);
        origins.faults.delete(FLOOR);
        const { body, status } = origins.script(asked) as Response;
        origins.faults.set(FLOOR, fault);
        const headers = { 'earshot-pass': 'pass-1; max-age=3600' };
        return new Response(body, { status, ...(!isIn && { headers }) });
      };
      origins.faults.set(FLOOR, fault);
    }
    await clock.advance(500_000);
    for (const { switches, joins } of [one, other]) {
      expect(joins.at(-1)?.headers.get('earshot-pass')).to.equal('pass-1');
      expect(switches.map(({ to }) => to.url)).to.include(`${FLOOR}/talk.m3u8`);
    }
    expect(uses, 'requests without the pass').to.equal(2);
  });

  for (const lot of [1, -0.1, 'x', null, Number.NaN]) {
    it(`with the lot ${lot} is reported, and asked for again, ever more slowly`, async () => {
      const listener = withTickets(new AtTheDoor({ door: { tickets } }), lot);
      await listener.reaches('hearing');
      await listener.advance(600_000);
      const drawn = listener.host.requests.filter(({ path }) => path === '/tickets');
      expect(listener.errors.some(({ code }) => code === 'bad-document')).to.equal(true);
      expect(drawn.length).to.be.within(2, 12);
      expect(listener.state.queue?.uncertainty).to.equal(null);
      expect(listener.joins).to.have.length(0);
    });
  }
});

describe('a self-drawn lot', () => {
  it('is even over the listeners, in each epoch, and another in each', () => {
    for (const epoch of [0, 1, 7, 1_763_884_800, 2 ** 40]) {
      const lots = Array.from({ length: 20_000 }, (_, i) =>
        lotOf((i + 0.5) / 20_000, 'floor', epoch),
      );
      const deciles = new Array(10).fill(0);
      for (const lot of lots) deciles[Math.floor(lot * 10)]++;
      for (const count of deciles) expect(count).to.be.within(1_850, 2_150);
      const next = lots.filter(
        (lot, i) => Math.abs(lot - lotOf((i + 0.5) / 20_000, 'floor', epoch + 1)) < 0.01,
      );
      expect(next.length).to.be.below(700);
    }
  });
});

describe('who was refused at the door', () => {
  it('looks at the document right before asking again, and goes by that', async () => {
    const listener = new AtTheDoor({ door: { open: 1 }, fields: { spread: 60 } });
    listener.refuses(503, { 'retry-after': '100' });
    await listener.reaches('hearing');
    const before = listener.joins.length;
    const { wait } = listener.state.ladder[0] ?? {};
    // The look that would come by itself is over; then the stage begins a new epoch.
    await listener.advance((wait?.until ?? 0) - listener.host.now() - 4_000);
    listener.publish({ epoch: 2, open: -0.5 });
    await listener.advance(60_000);
    expect(listener.joins).to.have.length(before);
    expect(turnOf(listener)).to.be.above(listener.host.now());
  });

  for (const [name, fault] of [
    ['hangs', 'never'],
    ['cannot be reached', noAnswer()],
  ] as const) {
    it(`does not wait for a document whose server ${name} before it asks a source that is well`, async () => {
      const fields = { spread: 5 };
      const ladder = FLOOR_ALONE;
      const listener = new AtTheDoor({ door: { open: 1 }, fields, ladder });
      listener.admits('pass-1', 3_600);
      await listener.reaches('hearing');
      await listener.advance(20_000);
      listener.refuses(503);
      listener.origins.faults.set(STAGE, () => fault);
      await listener.reaches('waiting', 120_000);
      await listener.advance(20 * 60_000);
      listener.origins.faults.delete(FLOOR);
      await listener.reaches('hearing', 5 * 60_000);
    });
  }
});
