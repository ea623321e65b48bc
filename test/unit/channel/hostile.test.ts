import { expect } from 'chai';
import fc from 'fast-check';
import { TOKEN_INTERVAL_MS, TOKENS } from '../../../src/policy/defaults.ts';
import { runs } from '../../helpers/effort.ts';
import type { FakeSocket } from '../../helpers/fake-socket.ts';
import { kind, STAGE_JSON, Talking, WITH_CHANNEL } from '../../helpers/talking.ts';

const HOUR = 3_600_000;

describe('after eight hours of sleep', () => {
  const asleep = async (kills: boolean) => {
    const talking = new Talking({ document: { ...WITH_CHANNEL, spread: 60 } });
    await talking.reaches('open');
    const { host } = talking;
    const before = host.requests.length;
    await host.clock.sleep(8 * HOUR);
    const woke = host.now();
    // The other end forgot this one long ago; the system may tell, or say nothing at all.
    if (kills) talking.socket.drop(1006);
    else talking.socket.onSent = () => {};
    await talking.dialsAgain();
    const after = host.requests.slice(before).filter(({ at }) => at >= woke);
    await talking.advance(60_000);
    return { talking, woke, after };
  };

  for (const kills of [true, false]) {
    it(`one attempt, drawn, ${kills ? 'when the system says that it broke' : 'when nothing does'}`, async () => {
      const { talking, woke, after } = await asleep(kills);
      expect(talking.sockets).to.have.length(2);
      expect(talking.socket.at - woke).to.be.within(kills ? 250 : 20_000, 120_000);
      expect(talking.state.status).to.equal('open');
      const looks = after.filter(({ url }) => url === STAGE_JSON).map(({ at }) => at - woke);
      expect(looks[0]).to.be.within(5_000, 35_000);
      expect(looks.length).to.be.at.most(3);
    });
  }
});

const offset = fc.oneof(
  fc.integer({ min: -3, max: 30 }),
  fc.constantFrom(1e15, 2 ** 53, Number.MAX_SAFE_INTEGER, 0.5, '4'),
);

const frame = fc.oneof(
  fc.record({ op: fc.constant('welcome'), ping: fc.jsonValue(), pace: fc.jsonValue() }),
  fc.record({
    op: fc.constant('welcome'),
    epoch: fc.oneof(fc.constantFrom('a', 'b', ''), fc.jsonValue()),
    offset: fc.oneof(offset, fc.jsonValue()),
    unrecoverable: fc.oneof(fc.boolean(), fc.jsonValue()),
  }),
  fc.record({
    op: fc.constantFrom('message', 'cue'),
    type: fc.constant('x'),
    payload: fc.constant(1),
    offset: fc.oneof(offset, fc.jsonValue()),
  }),
  fc.record({ op: fc.constant('window'), seconds: fc.oneof(fc.double(), fc.jsonValue()) }),
  fc.record({ op: fc.constantFrom('ack', 'refused'), from: fc.jsonValue(), seq: fc.jsonValue() }),
  fc.record({ op: fc.constant('document'), document: fc.jsonValue() }),
  fc.record({
    op: fc.constant('document'),
    document: fc.record({
      version: fc.constant(1),
      sequence: fc.integer({ min: 0, max: 9 }),
      sources: fc.constant(WITH_CHANNEL.sources),
      channel: fc.constantFrom('/talk/channel', '/other', 'javascript:1', 'wss://u:p@x/', 7),
      spread: fc.oneof(fc.double(), fc.constant(0)),
      refresh: fc.oneof(fc.double(), fc.constant(0)),
    }),
  }),
  fc.record({ op: fc.constant('message'), type: fc.string(), payload: fc.jsonValue() }),
  fc.record({ op: fc.constant('pong') }),
  fc.jsonValue(),
);

const step = fc.oneof(
  fc.record({ say: frame }),
  fc.record({ raw: fc.string() }),
  fc.record({ close: fc.constantFrom(1000, 1001, 1006, 1008, 1011, 1012, 1013, 4000, 4999) }),
  fc.record({ wait: fc.integer({ min: 0, max: 40_000 }) }),
  fc.record({ page: fc.constantFrom('offline', 'online', 'hidden', 'visible', 'pageshow') }),
);

const happen = (
  talking: Talking,
  socket: FakeSocket | undefined,
  what: Record<string, unknown>,
) => {
  if ('say' in what) socket?.say(what.say as Record<string, unknown>);
  else if ('raw' in what) socket?.say(what.raw as string);
  else if ('close' in what) socket?.drop(what.close as number);
  else if ('page' in what) talking.host.emit(what.page as 'online');
};

describe('a hostile server', () => {
  it('in any order causes no exception, no growth, and no quicker retry than the bound', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 1e6 }),
        async (steps, welcomes, seed) => {
          const talking = new Talking({
            document: { ...WITH_CHANNEL, spread: 1 },
            page: { seed },
            server: (socket) => (welcomes ? kind(socket) : socket.accept()),
          });
          await talking.advance(1_000);
          for (const what of steps) {
            talking.send('hand', {}, { key: 'hand' });
            happen(talking, talking.socket, what);
            await talking.advance('wait' in what ? Number(what.wait) : 10);
          }
          expect(talking.host.clock.uncaught).to.deep.equal([]);
          expect(talking.session.state.outbox.length).to.be.at.most(100);
          expect(talking.host.held.sockets).to.be.at.most(1);
          expect(talking.host.held.timers).to.be.below(20);
          for (const url of new Set(talking.sockets.map((socket) => socket.url))) {
            const own = talking.sockets.filter((socket) => socket.url === url);
            const times = own.map(({ at }) => at);
            times.forEach((at, index) => {
              for (let earlier = 0; earlier < index; earlier++) {
                const within = at - (times[earlier] as number);
                expect(index - earlier).to.be.at.most(TOKENS + 1 + within / TOKEN_INTERVAL_MS);
              }
            });
          }
          talking.session.close();
          await talking.advance(0);
          expect(talking.host.held).to.include({ sockets: 0, timers: 0 });
        },
      ),
      { numRuns: runs(120) },
    ));
});
