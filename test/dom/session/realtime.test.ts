import { expect } from 'chai';
import { whep } from '../../../src/sources/whep.ts';
// A chunk that is still on its way would take real time, while virtual time passes.
import '../../../src/sources/whep-run.ts';
import { Clock } from '../../helpers/clock.ts';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { FakeMedia } from '../../helpers/fake-media.ts';
import { fakeSource } from '../../helpers/fake-source.ts';
import { FakeWhep } from '../../helpers/fake-whep.ts';
import { A, B, Listening, type ListeningOptions, STAGE } from '../../helpers/listening.ts';

const WHEP = `${STAGE}/whep`;

const LADDER = {
  version: 1,
  sequence: 1,
  spread: 30,
  sources: [
    { kind: 'whep', url: WHEP },
    { kind: 'hls', url: `${A}/talk.m3u8` },
  ],
};

/** As above, on two CDNs. */
const TWO_BELOW = {
  ...LADDER,
  sources: [...LADDER.sources, { kind: 'hls', url: `${B}/talk.m3u8` }],
};

interface Realtime {
  readonly listening: Listening;
  readonly server: FakeWhep;
}

const start = (options: ListeningOptions = {}, setUp = (_server: FakeWhep) => {}): Realtime => {
  const clock = new Clock();
  const server = new FakeWhep(clock);
  setUp(server);
  const { page, ...rest } = options;
  const listening = new Listening({
    stage: LADDER,
    sources: [whep(), fakeSource()],
    page: { clock, realtime: server.realtime, ...page },
    ...rest,
  });
  listening.origins.faults.set(STAGE, server.serve);
  return { listening, server };
};

const hearing = async (options: ListeningOptions = {}): Promise<Realtime> => {
  const started = start(options);
  await started.listening.reaches('hearing');
  await started.listening.advance(5_000);
  return started;
};

/** What is heard, of what really sounds. */
const kindOf = ({ listening }: Realtime) => listening.state.source?.kind;

const asked = ({ listening }: Realtime, method: string) =>
  listening.host.requests.filter((one) => one.origin === STAGE && one.method === method);

/** Ms in which nothing sounded while `during` passed, in all. */
const silenceOf = async (
  { listening, server }: Realtime,
  during: () => Promise<void>,
): Promise<number> => {
  let silent = 0;
  let at = listening.host.now();
  listening.host.clock.onStep = () => {
    const sounds = listening.host.media.some(
      (media) => media.isPlaying && !media.muted && (!media.srcObject || server.isSounding),
    );
    if (!sounds) silent += listening.host.now() - at;
    at = listening.host.now();
  };
  await during();
  return silent;
};

describe('a listener by WHEP', () => {
  it('hears it as soon as packets come', async () => {
    const started = start();
    await started.listening.reaches('hearing', 2_000);
    expect(kindOf(started)).to.equal('whep');
    expect(started.listening.state.behindLive).to.be.within(0, 100);
    expect(asked(started, 'POST')).to.have.length(1);
    expect(started.listening.asked(A)).to.equal(0);
  });

  for (const how of ['kill', 'stop'] as const) {
    it(`falls within 0.6 s, and loses no word, when the server's packets ${how}`, async () => {
      const started = await hearing();
      started.server[how]();
      const silent = await silenceOf(started, () => started.listening.advance(10_000));
      expect(silent).to.be.at.most(600);
      expect(kindOf(started)).to.equal('hls');
      expect(started.listening.switches[0]?.skippedMs).to.equal(0);
      expect(started.listening.errors.map(({ code }) => code)).to.deep.equal(['stalled']);
    });
  }

  for (const [what, setUp] of [
    [
      'no answer',
      (server: FakeWhep) => {
        server.fault = () => 'never';
      },
    ],
    ['an answer and no packet', (server: FakeWhep) => server.stop()],
  ] as const) {
    it(`hears HLS within four seconds where the endpoint gives ${what}, and asks it no more`, async () => {
      const started = start({}, setUp);
      await started.listening.reaches('hearing', 4_000);
      expect(kindOf(started)).to.equal('hls');
      expect(started.listening.errors.map(({ code }) => code)).to.deep.equal(['stalled']);
      await started.listening.advance(55_000);
      expect(asked(started, 'POST')).to.have.length(1);
      expect(started.listening.state.hearing).to.equal(true);
    });
  }

  it('waits for packets that come late, while nothing else can be heard', async () => {
    const started = start({ stage: { ...LADDER, sources: [LADDER.sources[0]] } }, (server) =>
      server.stop(),
    );
    await started.listening.advance(9_000);
    started.server.start();
    await started.listening.reaches('hearing', 1_000);
    expect(asked(started, 'POST')).to.have.length(1);
  });

  describe('with nothing else to hear', () => {
    const alone = { ...LADDER, spread: null, sources: LADDER.sources.slice(0, 1) };

    /** Ms from now until there is sound again. */
    const silence = async ({ listening, server }: Realtime): Promise<number> => {
      const { clock } = listening.host;
      const from = listening.host.now();
      await clock.until(() => !listening.state.hearing, 2_000);
      const isBack = () => listening.state.hearing && server.isSounding;
      expect(await clock.until(isBack, 60_000)).to.equal(true);
      return listening.host.now() - from;
    };

    it('asks for another session as soon as the policy lets it, once its own has ended', async () => {
      const started = await hearing({ stage: alone });
      const { listening, server } = started;
      for (const peer of server.peers) peer.die();
      // The policy draws the first half of its window.
      listening.host.draws.push(...new Array(40).fill(0.3));
      const from = listening.host.now();
      await silence(started);
      const second = asked(started, 'POST')[1];
      expect((second?.at ?? 0) - from).to.be.below(3_000);
      expect(asked(started, 'POST')).to.have.length(2);
      await listening.advance(5_000);
      expect(server.open).to.have.length(1);
      expect(listening.state.hearing).to.equal(true);
    });

    it('hears a publisher that comes back to the session that it has', async () => {
      const started = await hearing({ stage: alone });
      const { listening, server } = started;
      server.fault = () => reply(404);
      server.stop();
      await listening.advance(20_000);
      expect(listening.state.hearing).to.equal(false);
      server.start();
      expect(await silence(started)).to.be.below(1_500);
      expect(asked(started, 'POST').length).to.be.within(2, 5);
    });
  });

  it('is not tried at the next hitch of what it fell to', async () => {
    const started = await hearing({ stage: TWO_BELOW });
    started.server.stop();
    await started.listening.advance(2_000);
    started.listening.origins.faults.set(A, () => noAnswer());
    await started.listening.advance(4_000);
    expect(started.listening.state.source?.url).to.contain(B);
    expect(asked(started, 'POST')).to.have.length(1);
  });

  it('stays when packets are late by less than is suspect', async () => {
    const started = await hearing();
    started.server.stop();
    await started.listening.advance(250);
    started.server.start();
    await started.listening.advance(10_000);
    expect(kindOf(started)).to.equal('whep');
    expect(started.listening.asked(A)).to.equal(0);
  });

  it('drops what it had prepared when packets come again in time', async () => {
    const started = await hearing({ page: { latency: () => 200 } });
    started.server.stop();
    await started.listening.advance(450);
    expect(started.listening.asked(A)).to.be.above(0);
    started.server.start();
    await started.listening.advance(10_000);
    expect(kindOf(started)).to.equal('whep');
    expect(started.listening.switches).to.deep.equal([]);
    expect(started.listening.host.media.filter(({ paused }) => !paused)).to.have.length(1);
  });

  it('climbs back after a minute of hearing and a draw, and leaves nothing open', async () => {
    const started = await hearing();
    started.server.kill();
    await started.listening.advance(2_000);
    started.server.revive();
    const fell = started.listening.host.now();
    const isBack = () => kindOf(started) === 'whep';
    const silent = await silenceOf(started, async () => {
      expect(await started.listening.host.clock.until(isBack, 180_000)).to.equal(true);
    });
    expect(started.listening.host.now() - fell).to.be.at.least(58_000);
    expect(silent).to.equal(0);
    expect(started.server.open).to.have.length(1);
  });

  for (let seed = 1; seed <= 8; seed++) {
    it(`is heard throughout 10 min of 5 s up and 5 s down, with 8 attempts at most (${seed})`, async () => {
      const started = await hearing({ page: { seed } });
      const first = asked(started, 'POST').length;
      const silent = await silenceOf(started, async () => {
        for (let round = 0; round < 60; round++) {
          started.server.kill();
          await started.listening.advance(5_000);
          started.server.revive();
          await started.listening.advance(5_000);
        }
      });
      expect(asked(started, 'POST').length - first).to.be.at.most(8);
      expect(silent).to.be.at.most(600 * started.listening.switches.length);
      expect(started.listening.state.hearing).to.equal(true);
    });
  }
});

describe('in an element of the developer', () => {
  it('a fall and a climb happen in place, and the element keeps no stream of theirs', async () => {
    const clock = new Clock();
    const server = new FakeWhep(clock);
    const media = new FakeMedia(clock);
    const page = { clock, realtime: server.realtime };
    const listening = new Listening({
      stage: LADDER,
      sources: [whep(), fakeSource()],
      media: media.element,
      page,
    });
    listening.origins.faults.set(STAGE, server.serve);
    await listening.reaches('hearing');
    expect(media.srcObject).to.be.instanceOf(MediaStream);
    server.stop();
    await listening.advance(5_000);
    expect(listening.state.source?.kind).to.equal('hls');
    expect(media.srcObject).to.equal(null);
    expect(media.src).to.equal(`${A}/talk.m3u8`);
    server.start();
    const isBack = () => listening.state.source?.kind === 'whep' && listening.state.hearing;
    expect(await clock.until(isBack, 180_000)).to.equal(true);
    expect(media.src).to.equal('');
    listening.session.close();
    expect(media.srcObject).to.equal(null);
    expect(server.open).to.have.length(0);
  });
});

describe('a WHEP endpoint that does not let in', () => {
  it('is asked once until its Retry-After is over; HLS is heard meanwhile', async () => {
    const started = start({}, (server) => {
      server.fault = () => reply(503, '', { 'retry-after': '600' });
    });
    await started.listening.reaches('hearing', 5_000);
    await started.listening.advance(590_000);
    expect(kindOf(started)).to.equal('hls');
    expect(asked(started, 'POST')).to.have.length(1);
  });

  it('is left at once after 503 with nothing said, and asked ever more slowly', async () => {
    const started = start({}, (server) => server.kill());
    await started.listening.reaches('hearing', 2_000);
    await started.listening.advance(600_000);
    expect(asked(started, 'POST').length).to.be.within(2, 8);
  });

  it('and says 409 is asked again after its Retry-After', async () => {
    const started = start(
      { stage: { ...LADDER, sources: LADDER.sources.slice(0, 1) } },
      (server) => {
        server.fault = ({ at }) =>
          at < opens ? reply(409, '', { 'retry-after': '5' }) : undefined;
      },
    );
    const opens = started.listening.host.now() + 4_000;
    await started.listening.reaches('hearing', 60_000);
    const [first, second] = asked(started, 'POST');
    expect((second?.at ?? 0) - (first?.at ?? 0)).to.be.at.least(5_000);
  });

  it('and does not send a packet within 8 s is given up for what is below it', async () => {
    const started = start({}, (server) => server.stop());
    const isHls = () => kindOf(started) === 'hls';
    await started.listening.host.clock.until(isHls, 20_000);
    await started.listening.reaches('hearing', 5_000);
    expect(started.server.open).to.have.length(0);
  });

  for (const location of ['javascript:alert(1)', 'http://', '/whep/\u0000']) {
    it(`or says nonsense of where the session is (${JSON.stringify(location)}) is heard all the same`, async () => {
      const started = start({}, (server) => {
        server.fault = ({ method }) => {
          const answer = reply(201, 'v=0');
          if (method !== 'POST') return undefined;
          Object.defineProperty(answer.headers, 'get', {
            value: (name: string) => (name === 'location' ? location : null),
          });
          return answer;
        };
      });
      await started.listening.reaches('hearing', 5_000);
      expect(kindOf(started)).to.equal('whep');
      started.listening.session.close();
      await started.listening.advance(1_000);
      const asked = started.listening.host.requests.map(({ url }) => url);
      expect(asked.filter((url) => !/^https?:/.test(url))).to.deep.equal([]);
    });
  }

  it('with an answer that is no SDP is reported, and left', async () => {
    const started = start({}, (server) => {
      server.fault = ({ method }) =>
        method === 'POST' ? reply(201, '<html>', { location: '/whep/1' }) : undefined;
    });
    await started.listening.reaches('hearing', 5_000);
    expect(kindOf(started)).to.equal('hls');
    expect(started.listening.errors[0]?.code).to.equal('media');
    expect(started.server.open).to.have.length(0);
    await started.listening.advance(31_000);
    expect(asked(started, 'DELETE')).to.have.length(1);
  });
});

describe('what is said to a WHEP endpoint', () => {
  it('a counter-offer is answered by PATCH', async () => {
    const started = start({}, (server) => {
      server.counters = true;
    });
    await started.listening.reaches('hearing', 5_000);
    const [patch] = asked(started, 'PATCH');
    expect(patch?.path).to.equal('/whep/1');
    expect(patch?.headers.get('content-type')).to.equal('application/sdp');
  });

  for (const [name, answer, what] of [
    ['that is a page', () => reply(406, '<html>', { 'content-type': 'text/html' }), 'text/html'],
    ['without a place', () => reply(406, 'v=0', { 'content-type': 'application/sdp' }), 'Location'],
  ] as const) {
    it(`a 406 ${name} is told with what came, and HLS is heard`, async () => {
      const { listening } = start({}, (server) => {
        server.fault = answer;
      });
      await listening.reaches('hearing', 30_000);
      const [error] = listening.errors;
      expect(error).to.include({ code: 'media', status: 406 });
      expect(error?.url).to.match(/\/whep$/);
      expect(error?.message).to.include('HTTP 406').and.include(what);
    });
  }

  it('the token goes along, and is asked for once more after a 401', async () => {
    let given = 0;
    const started = start({ token: () => `secret-${++given}` }, (server) => {
      server.fault = ({ headers }) =>
        headers.get('authorization') === 'Bearer secret-2' ? undefined : reply(401);
    });
    await started.listening.reaches('hearing', 5_000);
    const sent = asked(started, 'POST').map(({ headers }) => headers.get('authorization'));
    expect(sent).to.deep.equal(['Bearer secret-1', 'Bearer secret-2']);
    expect(kindOf(started)).to.equal('whep');
  });

  it('close() says goodbye at once, and holds nothing', async () => {
    const started = await hearing();
    started.listening.session.close();
    await started.listening.advance(100);
    const [goodbye] = asked(started, 'DELETE');
    expect(goodbye?.path).to.equal('/whep/1');
    expect(started.server.open).to.have.length(0);
    expect(started.listening.host.held).to.deep.equal(NOTHING_HELD);
  });

  it('so does a page that goes', async () => {
    const started = await hearing();
    started.listening.host.emit('pagehide');
    await started.listening.advance(100);
    expect(asked(started, 'DELETE')).to.have.length(1);
  });

  it('those who fell together say goodbye within the spread, not together', async () => {
    const delays: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const started = await hearing({ page: { seed } });
      started.server.stop();
      const fell = started.listening.host.now();
      await started.listening.advance(32_000);
      delays.push((asked(started, 'DELETE')[0]?.at ?? Number.NaN) - fell);
    }
    expect(Math.max(...delays)).to.be.within(15_000, 31_500);
    expect(Math.min(...delays)).to.be.within(300, 15_000);
  });
});

it('a browser without WebRTC goes to HLS at once, with no error', async () => {
  const listening = new Listening({ stage: LADDER, sources: [whep(), fakeSource()] });
  await listening.reaches('hearing', 2_000);
  expect(listening.state.source?.kind).to.equal('hls');
  expect(listening.errors).to.deep.equal([]);
  expect(listening.asked(STAGE)).to.equal(0);
});

describe('the RTP clock is that of the codec', () => {
  const codecs = { 'Opus, mono or stereo': 48_000, 'PCMU and PCMA': 8_000 };
  for (const [name, clockRate] of Object.entries(codecs)) {
    for (const tellsCodecs of [true, false]) {
      it(`${name}, told by ${tellsCodecs ? 'the receiver' : 'statistics alone'}`, async () => {
        const stage = { ...LADDER, sources: LADDER.sources.slice(0, 1) };
        const { listening, server } = start({ stage }, (one) => {
          one.codec = { clockRate, tellsCodecs };
        });
        await listening.reaches('hearing', 3_000);
        await listening.advance(60_000);
        expect(listening.state.status).to.equal('hearing');
        expect(server.peers, 'one session').to.have.length(1);
        expect(listening.errors).to.deep.equal([]);
      });
    }
  }
});

it('a session whose answer is too large is ended at the server', async () => {
  const started = start({}, (server) => {
    server.fault = ({ method, path }) =>
      method === 'POST' ? reply(201, 'x'.repeat(300_000), { location: `${path}/1` }) : undefined;
  });
  await started.listening.advance(60_000);
  expect(asked(started, 'DELETE').length).to.be.above(0);
  expect(kindOf(started)).to.equal('hls');
});
