import { expect } from 'chai';
import type { State } from '../../../src/policy/state.ts';
import { Clock } from '../../helpers/clock.ts';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { FakeMedia } from '../../helpers/fake-media.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import {
  A,
  B,
  Listening,
  type ListeningOptions,
  STAGE,
  TWO_CDNS,
} from '../../helpers/listening.ts';
import { Talking } from '../../helpers/talking.ts';

const MOMENTS = 300;

/** What happens to a listener in an eventful half minute. */
const scenario = async (listening: Listening): Promise<void> => {
  const { clock } = listening.host;
  await clock.advance(6_000);
  listening.origins.faults.set(A, () => noAnswer());
  await clock.advance(9_000);
  listening.session.pause();
  await clock.advance(1_000);
  listening.session.resume();
  listening.origins.faults.set(B, () => 'never');
  await clock.advance(20_000);
};

/** Closes after the n-th callback of the scenario, and looks at what is left. */
const closeAfter = async (step: number, make: () => Listening): Promise<boolean> => {
  const listening = make();
  const { clock } = listening.host;
  const last: State[] = [];
  void listening.session.ended.then((state) => last.push(state));
  let closed = false;
  const close = () => {
    listening.session.close();
    closed = true;
  };
  if (step === 0) close();
  clock.onStep = () => {
    if (clock.steps === step) close();
  };
  await scenario(listening);
  const reached = closed;
  if (!reached) close();
  await clock.advance(0);
  expect(listening.host.held, `after step ${step}`).to.deep.equal(NOTHING_HELD);
  expect(last.map(({ status }) => status)).to.deep.equal(['closed']);
  expect(clock.uncaught).to.deep.equal([]);
  for (const media of listening.host.media) expect(media.src, `after step ${step}`).to.equal('');
  return reached;
};

const closesAtEveryMoment = async (make: () => Listening): Promise<void> => {
  let moments = 0;
  for (let step = 0; step < MOMENTS; step++) if (await closeAfter(step, make)) moments++;
  expect(moments).to.be.above(100);
};

describe('close() at every moment leaves no timer, request, listener or sound behind', () => {
  const document = () => {
    const origins = new FakeOrigins();
    origins.document = { ...TWO_CDNS, refresh: 5 };
    return origins;
  };
  const sessions: Record<string, () => ListeningOptions> = {
    'of an inline document': () => ({}),
    'of a document URL': () => ({ stage: `${STAGE}/stage.json`, origins: document() }),
    'of a source that opens slowly': () => ({ source: { opensIn: 1_500 } }),
    'with a token that takes a while': () => ({
      token: () => new Promise((resolve) => queueMicrotask(() => resolve('token'))),
    }),
    'with a token that never comes': () => ({ token: () => new Promise(() => {}) }),
    'that is blocked': () => ({ autoplay: 'muted' }),
  };
  for (const [name, options] of Object.entries(sessions)) {
    it(name, () => closesAtEveryMoment(() => new Listening(options())));
  }

  it('with an element of the developer', async () => {
    for (let step = 0; step < MOMENTS; step++) {
      const clock = new Clock();
      const media = new FakeMedia(clock);
      const make = () => new Listening({ media: media.element, page: { clock } });
      await closeAfter(step, make);
      expect(media.isPlaying, `after step ${step}`).to.equal(false);
      expect(media.listeners, `after step ${step}`).to.equal(0);
      expect(media.src, `after step ${step}`).to.equal('');
    }
  });
});

describe('close()', () => {
  it('is idempotent, and the last word', async () => {
    const listening = new Listening();
    const told: string[] = [];
    listening.session.on('state', ({ status }) => told.push(status));
    await listening.reaches('hearing');
    listening.session.close();
    const { state } = listening;
    listening.session.close();
    listening.session.resume();
    listening.session.pause();
    listening.session.goLive();
    listening.session.muted = true;
    listening.session.close();
    await listening.advance(60_000);
    expect(listening.state).to.equal(state);
    expect(state).to.include({ status: 'closed', error: null, hearing: false });
    expect(told.filter((status) => status === 'closed')).to.have.length(1);
    expect(listening.host.held).to.deep.equal(NOTHING_HELD);
  });

  it('may be called by a subscriber, at any state', async () => {
    for (const status of ['connecting', 'hearing', 'waiting'] as const) {
      const listening = new Listening({ stage: `${A}/talk.m3u8` });
      listening.session.subscribe((state) => {
        if (state.status === status) listening.session.close();
      });
      await listening.advance(5_000);
      listening.origins.faults.set(A, () => noAnswer());
      await listening.advance(60_000);
      expect(listening.state.status).to.equal('closed');
      expect(listening.host.held).to.deep.equal(NOTHING_HELD);
    }
  });

  for (const what of ['state', 'error', 'switch', 'message'] as const) {
    it(`may be called where a session with a channel tells its n-th ${what}`, async () => {
      let reached = 0;
      for (let n = 1; n <= 60; n++) {
        let told = 0;
        const talking = new Talking();
        const { host, session } = talking;
        const tell = () => {
          if (++told !== n) return;
          reached++;
          session.close();
        };
        if (what === 'state') session.subscribe(tell);
        else session.on(what, tell);
        await host.advance(6_000);
        talking.socket?.say({ op: 'message', type: 'vote', payload: null });
        talking.origins.faults.set(A, () => noAnswer());
        await host.advance(15_000);
        talking.origins.faults.set(B, () => reply(503));
        talking.socket?.drop(1006);
        await host.advance(20_000);
        session.close();
        await host.advance(0);
        expect(host.held, `after ${what} ${n}`).to.deep.equal(NOTHING_HELD);
      }
      expect(reached).to.be.above(what === 'state' ? 20 : 0);
    });
  }

  it('is what an aborted signal does', async () => {
    const controller = new AbortController();
    const listening = new Listening({ signal: controller.signal });
    await listening.reaches('hearing');
    controller.abort();
    expect(listening.state).to.include({ status: 'closed', error: null });
    expect((await listening.session.ended).status).to.equal('closed');
    await listening.advance(0);
    expect(listening.host.held).to.deep.equal(NOTHING_HELD);
  });

  it('has happened at once where the signal is aborted already', async () => {
    const listening = new Listening({ signal: AbortSignal.abort() });
    expect(listening.state.status).to.equal('closed');
    expect((await listening.session.ended).status).to.equal('closed');
    expect(listening.asked()).to.equal(0);
    expect(listening.host.held).to.deep.equal(NOTHING_HELD);
  });
});
