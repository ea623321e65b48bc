import { expect } from 'chai';
import { type WhepOptions, whep } from '../../../src/sources/whep.ts';
// A chunk that is still on its way would take real time, while virtual time passes.
import '../../../src/sources/whep-run.ts';
import { Clock } from '../../helpers/clock.ts';
import { FakeMedia } from '../../helpers/fake-media.ts';
import { fakeSource } from '../../helpers/fake-source.ts';
import { FakeWhep } from '../../helpers/fake-whep.ts';
import { A, Listening, STAGE } from '../../helpers/listening.ts';

const CUSHION = 600;

interface Cushioned {
  readonly listening: Listening;
  readonly server: FakeWhep;
}

interface Wanted {
  readonly options?: WhepOptions;
  /** In the stage document, seconds. */
  readonly cushion?: unknown;
  /** Ms that the endpoint takes to answer. */
  readonly answersIn?: number;
  readonly holds?: boolean;
  readonly isGiven?: boolean;
}

/** A listener whose browser holds back what arrives, and who has heard long enough that the cushion is full. */
const hearing = async (wanted: Wanted = {}): Promise<Cushioned> => {
  const { options = {}, cushion, answersIn = 50, holds = true, isGiven = false } = wanted;
  const clock = new Clock();
  const server = new FakeWhep(clock);
  server.codec = { holds };
  const listening = new Listening({
    stage: {
      version: 1,
      sources: [
        { kind: 'whep', url: `${STAGE}/whep`, ...(cushion !== undefined && { cushion }) },
        { kind: 'hls', url: `${A}/talk.m3u8` },
      ],
    },
    sources: [whep(options), fakeSource()],
    page: { clock, realtime: server.realtime, latency: () => answersIn },
    ...(isGiven && { media: new FakeMedia(clock).element }),
  });
  listening.origins.faults.set(STAGE, server.serve);
  await listening.reaches('hearing');
  await listening.advance(5_000);
  return { listening, server };
};

/** Ms in which nothing sounded while so much time passed. */
const silenceIn = async ({ listening, server }: Cushioned, ms: number): Promise<number> => {
  let silent = 0;
  let at = listening.host.now();
  listening.host.clock.onStep = () => {
    const sounds = listening.host.media.some(
      (media) => media.isPlaying && !media.muted && (!media.srcObject || server.isSounding),
    );
    if (!sounds) silent += listening.host.now() - at;
    at = listening.host.now();
  };
  await listening.advance(ms);
  return silent;
};

describe('the cushion of a listener by WHEP', () => {
  it('is what it is heard behind its arrival, and what the state calls ahead', async () => {
    const { listening, server } = await hearing();
    expect(server.cushion).to.equal(CUSHION);
    expect(listening.state.behindLive).to.be.within(CUSHION - 50, CUSHION + 100);
    expect(listening.state.ahead).to.be.within(CUSHION - 100, CUSHION);
  });

  for (const how of ['kill', 'stop'] as const) {
    it(`covers the fall when the server's packets ${how}: no silence, no word lost`, async () => {
      const cushioned = await hearing();
      cushioned.server[how]();
      expect(await silenceIn(cushioned, 10_000)).to.equal(0);
      const { source, status } = cushioned.listening.state;
      expect([status, source?.kind]).to.deep.equal(['hearing', 'hls']);
      const [change] = cushioned.listening.switches;
      expect(change?.skippedMs).to.equal(0);
    });
  }

  it('covers an outage shorter than itself: the next source is prepared, and not needed', async () => {
    const cushioned = await hearing();
    const { listening, server } = cushioned;
    server.stop();
    expect(await silenceIn(cushioned, 300)).to.equal(0);
    server.start();
    expect(await silenceIn(cushioned, 10_000)).to.equal(0);
    expect(listening.asked(A)).to.be.above(0);
    expect(listening.switches).to.deep.equal([]);
    expect(listening.state.source?.kind).to.equal('whep');
  });

  it('is not spent in an element of the developer: the next source plays the word that is due', async () => {
    const { listening, server } = await hearing({ isGiven: true });
    const heard = listening.state.programTime ?? 0;
    const at = listening.host.now();
    server.stop();
    await listening.host.clock.until(() => listening.state.source?.kind === 'hls', 5_000);
    await listening.reaches('hearing', 5_000);
    const passed = listening.host.now() - at;
    expect((listening.state.programTime ?? 0) - heard).to.be.at.most(passed);
  });

  it('is as long as the developer or the stage document wants, and 0 switches it off', async () => {
    expect((await hearing({ options: { cushion: 1_200 } })).server.cushion).to.equal(1_200);
    expect((await hearing({ options: { cushion: 0 } })).server.cushion).to.equal(0);
    const both = await hearing({ options: { cushion: 1_200 }, cushion: 0.25 });
    expect(both.server.cushion).to.equal(250);
    expect((await hearing({ cushion: 1e9 })).server.cushion).to.equal(4_000);
    expect((await hearing({ cushion: 'long' })).server.cushion).to.equal(CUSHION);
    expect((await hearing({ options: { cushion: Number.NaN } })).server.cushion).to.equal(0);
    expect((await hearing({ options: { cushion: -1 } })).server.cushion).to.equal(0);
  });

  it('grows where the server answers late, since a fall takes longer there', async () => {
    expect((await hearing({ answersIn: 200 })).server.cushion).to.equal(1_200);
    expect((await hearing({ answersIn: 400 })).server.cushion).to.equal(1_500);
  });

  it('is none where the browser cannot hold back', async () => {
    const { listening, server } = await hearing({ holds: false });
    expect(server.cushion).to.equal(null);
    expect(listening.state.ahead).to.equal(0);
    expect(listening.state.behindLive).to.be.within(0, 100);
  });
});
