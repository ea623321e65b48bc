import { expect } from 'chai';
import { EarshotError } from '../../../src/policy/errors.ts';
import type { Source, SourceContext } from '../../../src/sources/source.ts';
import { Clock } from '../../helpers/clock.ts';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { FakeMedia } from '../../helpers/fake-media.ts';
import { FakeOrigins, type Fault } from '../../helpers/fake-origins.ts';
import { A, B, hearing, Listening, STAGE, TWO_CDNS } from '../../helpers/listening.ts';

const isSegment = (path: string) => path.endsWith('.seg');

const deaths: Record<string, Fault> = {
  'refuses connections': () => noAnswer(),
  'answers 503': () => reply(503),
  'answers 503 and asks for a minute': () => reply(503, '', { 'retry-after': '60' }),
  hangs: () => 'never',
  'serves no segment': ({ path }) => (isSegment(path) ? reply(404) : undefined),
  'serves segments that are corrupt': ({ path }) =>
    isSegment(path) ? reply(200, 'noise') : undefined,
};

/** Ms in which nothing was heard while `during` passed. */
const silenceOf = async (listening: Listening, during: () => Promise<void>): Promise<number> => {
  let silent = 0;
  let at = listening.host.now();
  listening.host.clock.onStep = () => {
    const playing = listening.host.media.some((media) => media.isPlaying && !media.muted);
    if (!playing) silent += listening.host.now() - at;
    at = listening.host.now();
  };
  await during();
  return silent;
};

describe('a CDN that dies while another serves', () => {
  for (const [name, fault] of Object.entries(deaths)) {
    it(`${name}: the listener goes on hearing, from the other one`, async () => {
      const listening = await hearing();
      listening.origins.faults.set(A, fault);
      const silent = await silenceOf(listening, () => listening.advance(90_000));
      expect(listening.state.status).to.equal('hearing');
      expect(listening.state.source?.url).to.equal(`${B}/talk.m3u8`);
      expect(silent).to.be.at.most(name.includes('corrupt') ? 1_500 : 0);
    });
  }

  it('not a word is lost: the other one starts at the word last heard', async () => {
    const listening = await hearing();
    listening.origins.faults.set(A, () => noAnswer());
    await listening.host.clock.until(() => listening.switches.length > 0, 120_000);
    const [change] = listening.switches;
    expect(change?.from?.url).to.equal(`${A}/talk.m3u8`);
    expect(change?.to.url).to.equal(`${B}/talk.m3u8`);
    expect(change?.skippedMs).to.be.within(0, 40);
    expect(change?.repeatedMs).to.be.within(0, 40);
  });

  it('with an element of the developer the other one plays in it', async () => {
    const clock = new Clock();
    const media = new FakeMedia(clock);
    const listening = await hearing({ media: media.element, page: { clock } });
    listening.origins.faults.set(A, () => noAnswer());
    await listening.advance(90_000);
    expect(listening.state.status).to.equal('hearing');
    expect(listening.state.source?.url).to.equal(`${B}/talk.m3u8`);
    expect(media.src).to.equal(`${B}/talk.m3u8`);
  });

  it('is left without a seam at any volume', async () => {
    for (let percent = 5; percent <= 100; percent += 5) {
      const listening = await hearing();
      listening.session.volume = percent / 100;
      listening.origins.faults.set(A, () => noAnswer());
      const silent = await silenceOf(listening, () => listening.advance(20_000));
      // The attempts at the one that died, and nothing else.
      const told = listening.errors.map(({ code, purpose, url }) => [code, purpose, url]);
      for (const one of told) expect(one).to.deep.equal(['network', one[1], one[2]]);
      expect(told.every(([, purpose, url]) => purpose && url?.startsWith(A))).to.equal(true);
      expect(told).to.have.length.within(1, 4);
      expect(listening.switches, `at ${percent} %`).to.have.length(1);
      expect(silent, `at ${percent} %`).to.equal(0);
    }
  });
});

it('a handover that fails leaves the source heard that was', async () => {
  const listening = await hearing({ retry: () => 8_000 });
  for (const media of listening.host.media) if (media.paused) media.autoplay = 'blocked';
  let failed = 0;
  listening.origins.faults.set(A, () => (failed++ === 0 ? reply(503) : undefined));
  const silent = await silenceOf(listening, () => listening.advance(7_000));
  expect(listening.errors.length, 'it failed').to.be.above(0);
  expect(silent).to.equal(0);
  expect(listening.state.status).to.equal('hearing');
});

describe('a source that fails while it takes over', () => {
  const failing = async (step: number, media?: FakeMedia): Promise<Listening> => {
    const clock = new Clock();
    let steps = Number.POSITIVE_INFINITY;
    const onOpen = ({ description, fail }: SourceContext) => {
      if (!description.url.startsWith(B) || steps < Number.POSITIVE_INFINITY) return;
      steps = clock.steps + step;
      clock.onStep = () => {
        if (clock.steps === steps) fail(new EarshotError('media', 'It cannot be decoded.'));
      };
    };
    const listening = await hearing({
      page: { clock },
      source: { onOpen },
      retry: () => 8_000,
      ...(media && { media: media.element }),
    });
    let failed = 0;
    listening.origins.faults.set(A, () => (failed++ === 0 ? reply(503) : undefined));
    return listening;
  };

  it('at any moment: what hearing says is true, and in the end it is heard', async () => {
    for (let step = 0; step < 60; step++) {
      const listening = await failing(step);
      for (let ms = 0; ms < 60_000; ms += 1_000) {
        await listening.advance(1_000);
        // What is claimed is a second old at the most.
        const { hearing } = listening.state;
        if (listening.isAudible) continue;
        await listening.advance(1_250);
        const still = hearing && listening.state.hearing && !listening.isAudible;
        expect(still, `step ${step}: it claims to hear`).to.equal(false);
      }
      expect(listening.isAudible, `step ${step}`).to.equal(true);
      expect(listening.state.status, `step ${step}`).to.equal('hearing');
    }
  });

  it('at any moment, silences nobody whose own source still plays', async () => {
    for (let step = 0; step < 60; step++) {
      const listening = await failing(step);
      const silent = await silenceOf(listening, () => listening.advance(20_000));
      expect(silent, `step ${step}`).to.be.at.most(50);
    }
  });
});

it('a playlist that freezes is left', async () => {
  const listening = await hearing();
  const frozenAt = listening.host.now();
  const edge = Math.floor(frozenAt / 4_000) * 4_000;
  const playlist = JSON.stringify({ first: edge - 120_000, edge, ended: false });
  listening.origins.faults.set(A, ({ path }) =>
    path.endsWith('.m3u8') ? reply(200, playlist) : undefined,
  );
  await listening.advance(60_000);
  expect(listening.state.source?.url).to.equal(`${B}/talk.m3u8`);
  expect(listening.state.status).to.equal('hearing');
});

it('one failed request with plenty of buffer moves nobody', async () => {
  const listening = await hearing({ retry: () => 1_000 });
  let failed = 0;
  listening.origins.faults.set(A, () => (failed++ === 0 ? reply(503) : undefined));
  await listening.advance(60_000);
  expect(failed).to.be.above(1);
  expect(listening.switches).to.deep.equal([]);
  expect(listening.asked(B)).to.equal(0);
});

it('while every CDN is down it asks ever more slowly, and hears again after it', async () => {
  const listening = await hearing();
  listening.origins.faults.set(A, () => noAnswer()).set(B, () => noAnswer());
  await listening.reaches('waiting', 60_000);
  const before = listening.asked();
  await listening.advance(600_000);
  expect(listening.asked() - before).to.be.at.most(40);
  listening.origins.faults.clear();
  await listening.reaches('hearing', 300_000);
});

it('the better source is climbed back to, no sooner than after a minute of hearing', async () => {
  const listening = await hearing();
  listening.origins.faults.set(A, () => noAnswer());
  await listening.host.clock.until(() => listening.switches.length > 0, 120_000);
  const fell = listening.host.now();
  listening.origins.faults.clear();
  await listening.host.clock.until(() => listening.switches.length > 1, 900_000);
  expect(listening.switches[1]?.to.url).to.equal(`${A}/talk.m3u8`);
  expect(listening.host.now() - fell).to.be.at.least(60_000);
  expect(listening.state.status).to.equal('hearing');
});

describe('the end', () => {
  it('of the playlist, heard to its last word, is "ended"', async () => {
    const listening = await hearing();
    listening.origins.endsAt = listening.host.now();
    await listening.reaches('ended', 60_000);
    expect((await listening.session.ended).status).to.equal('ended');
    expect(listening.host.held).to.include({ timers: 0, fetches: 0, playing: 0 });
  });

  it('of one playlist while the document says live moves to the other CDN without a gap', async () => {
    const origins = new FakeOrigins();
    origins.document = TWO_CDNS;
    const listening = await hearing({ stage: `${STAGE}/stage.json`, origins });
    const over = listening.host.now();
    origins.faults.set(`${A}/talk.m3u8`, () =>
      reply(
        200,
        JSON.stringify({ first: over - 120_000, edge: over - (over % 4_000), ended: true }),
      ),
    );
    let silent = 0;
    for (let ms = 0; ms < 60_000; ms += 100) {
      await listening.advance(100);
      if (!listening.isAudible) silent += 100;
    }
    expect(listening.state).to.include({ status: 'hearing' });
    expect(listening.state.source?.url).to.equal(`${B}/talk.m3u8`);
    expect(silent, 'ms of silence').to.be.at.most(200);
    const asked = listening.host.requests.filter(({ origin, at }) => origin === STAGE && at > over);
    expect(asked.length, 'looks at the document').to.be.within(1, 12);
  });

  it('of a stage whose origin is switched off comes at once, and nothing more is asked', async () => {
    const origins = new FakeOrigins();
    const [first] = TWO_CDNS.sources;
    origins.document = { ...TWO_CDNS, sources: [first] };
    const listening = await hearing({ stage: `${STAGE}/stage.json`, origins });
    origins.document = { ...TWO_CDNS, sequence: 2, state: 'ended', sources: [first] };
    origins.faults.set(A, () => noAnswer());
    await listening.reaches('ended', 120_000);
    const asked = listening.asked();
    await listening.advance(3_600_000);
    expect(listening.asked() - asked).to.equal(0);
  });

  it('of a stage that is over when one comes: the recording', async () => {
    const listening = new Listening({ stage: { ...TWO_CDNS, state: 'ended' } });
    await listening.reaches('hearing');
    expect(listening.state.source?.kind).to.equal('recording');
  });
});

it('a source that opens while the one before it dies is heard', async () => {
  for (let opensIn = 250; opensIn <= 15_000; opensIn *= 2) {
    const listening = await hearing({ source: { opensIn } });
    let asked = 0;
    const dying: Fault = ({ path }) =>
      isSegment(path) && asked++ > 0 ? reply(200, 'noise') : reply(503);
    listening.origins.faults.set(A, dying);
    await listening.advance(120_000);
    expect(listening.state.status, `opens in ${opensIn} ms`).to.equal('hearing');
  }
});

describe('a source that cannot be opened', () => {
  const failures: Record<string, () => Promise<never>> = {
    'it throws at once': () => {
      throw new EarshotError('network', 'hls.js could not be loaded.');
    },
    'it throws something else': () => {
      throw new TypeError('undefined is not a function');
    },
    'it rejects': () => Promise.reject(new EarshotError('media', 'It is broken.')),
  };
  for (const [name, fail] of Object.entries(failures)) {
    it(`is not tried again and again without a pause: ${name}`, async () => {
      let opened = 0;
      const source: Source = {
        kinds: ['hls', 'recording'],
        supports: () => true,
        // The limit is for the test's own sake: a loop without a pause would never end.
        open: () => (++opened > 100 ? new Promise(() => {}) : fail()),
      };
      const listening = new Listening({ sources: [source] });
      await listening.advance(60_000);
      expect(opened).to.be.within(2, 40);
      expect(listening.state.status).to.equal('waiting');
    });
  }
});
