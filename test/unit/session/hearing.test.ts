import { expect } from 'chai';
import { noAnswer } from '../../helpers/fake-fetch.ts';
import type { FakeMedia } from '../../helpers/fake-media.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { A, hearing, Listening, STAGE, TWO_CDNS } from '../../helpers/listening.ts';

const ONE = `${A}/talk.m3u8`;

const heardElement = ({ host }: Listening): FakeMedia =>
  host.media.find((media) => !media.paused) as FakeMedia;

describe('hearing is measured', () => {
  it('it is not claimed before sound has advanced', async () => {
    const listening = new Listening();
    const claimed: number[] = [];
    const first = () => heardElement(listening)?.buffered.length ?? 0;
    listening.session.subscribe(({ hearing }) => {
      if (hearing) claimed.push(listening.host.media[0]?.currentTime ?? 0);
    });
    expect(listening.state.status).to.equal('connecting');
    await listening.host.clock.until(() => first() > 0, 10_000);
    expect(claimed).to.deep.equal([]);
    await listening.reaches('hearing');
    expect(listening.state.hearing).to.equal(true);
  });

  it('it ends within 1.5 s when an element says that it plays and does not advance', async () => {
    const listening = await hearing({ stage: ONE });
    heardElement(listening).stuck = true;
    await listening.advance(1_500);
    expect(heardElement(listening).paused).to.equal(false);
    expect(listening.state.hearing).to.equal(false);
    expect(listening.state.status).to.equal('stalled');
  });

  it('it is back when the element advances again', async () => {
    const listening = await hearing({ stage: ONE });
    const element = heardElement(listening);
    element.stuck = true;
    await listening.advance(1_500);
    element.stuck = false;
    await listening.advance(1_000);
    expect(listening.state.status).to.equal('hearing');
  });

  it('the program time is that of the element, and behindLive its age', async () => {
    const listening = await hearing();
    const { programTime, behindLive } = listening.state;
    expect((programTime ?? 0) + (behindLive ?? 0)).to.be.closeTo(listening.host.now(), 260);
    expect(behindLive).to.be.within(8_000, 17_000);
  });
});

describe("a device's clock that is set while the stage is heard", () => {
  for (const hours of [1, -1, 24 * 365]) {
    it(`by ${hours} h: the source goes on, and nothing is asked for besides`, async () => {
      const listening = await hearing({ stage: ONE });
      const element = heardElement(listening);
      // So that the last look before and the first one after are no proof of sound by themselves.
      element.playbackRate = 0.9;
      await listening.advance(3_000);
      const { currentTime } = element;
      const asked = listening.asked();
      listening.host.clock.setWall(hours * 3_600_000);
      for (let look = 0; look < 12; look++) {
        await listening.advance(250);
        expect(listening.state.status).to.equal('hearing');
      }
      expect(heardElement(listening)).to.equal(element);
      expect(element.currentTime).to.be.closeTo(currentTime + 2.7, 0.3);
      expect(listening.asked() - asked).to.be.at.most(2);
      expect(listening.errors).to.deep.equal([]);
    });
  }
});

describe('what is not heard', () => {
  const silencings: Record<string, (listening: Listening) => void> = {
    'muted by the session': ({ session }) => {
      session.muted = true;
    },
    'volume 0 by the session': ({ session }) => {
      session.volume = 0;
    },
    'muted at the element': (listening) => {
      heardElement(listening).muted = true;
    },
    'volume 0 at the element': (listening) => {
      heardElement(listening).volume = 0;
    },
  };
  for (const [name, silence] of Object.entries(silencings)) {
    it(`${name}: "muted", and not hearing`, async () => {
      const listening = await hearing();
      silence(listening);
      await listening.advance(500);
      expect(listening.state.status).to.equal('muted');
      expect(listening.state.hearing).to.equal(false);
      listening.session.muted = false;
      listening.session.volume = 0.5;
      await listening.advance(500);
      expect(listening.state.status).to.equal('hearing');
      expect(listening.state.volume).to.equal(0.5);
    });
  }

  it('paused: "paused", until resume()', async () => {
    const listening = await hearing();
    listening.session.pause();
    expect(listening.state.status).to.equal('paused');
    expect(listening.state.hearing).to.equal(false);
    await listening.advance(10_000);
    expect(listening.state.status).to.equal('paused');
    listening.session.resume();
    await listening.reaches('hearing', 5_000);
  });

  it('paused before the stage is known, or has begun, is told too', async () => {
    const origins = new FakeOrigins();
    origins.document = { ...TWO_CDNS, state: 'scheduled' };
    const listening = new Listening({ origins, stage: `${STAGE}/stage.json` });
    expect(listening.state.status).to.equal('opening');
    listening.session.pause();
    expect(listening.state.status).to.equal('paused');
    await listening.advance(5_000);
    expect(listening.state).to.deep.include({
      status: 'paused',
      stage: { state: 'scheduled', startsAt: null },
    });
    listening.session.resume();
    expect(listening.state.status).to.equal('scheduled');
    listening.session.pause();
    origins.document = { ...TWO_CDNS, sequence: 2 };
    await listening.advance(60_000);
    expect(listening.state.status).to.equal('paused');
    expect(listening.isAudible).to.equal(false);
    listening.session.resume();
    await listening.reaches('hearing', 5_000);
  });

  it('paused at the element, by its own controls, is paused too', async () => {
    const listening = await hearing();
    const element = heardElement(listening);
    element.pause();
    await listening.advance(500);
    expect(listening.state.status).to.equal('paused');
    await element.play();
    await listening.reaches('hearing', 5_000);
  });

  it('blocked: "blocked", until resume() in a gesture', async () => {
    const listening = new Listening({ autoplay: 'muted' });
    await listening.reaches('blocked', 10_000);
    expect(listening.state.hearing).to.equal(false);
    await listening.advance(30_000);
    expect(listening.state.status).to.equal('blocked');
    for (const media of listening.host.media) media.autoplay = 'allowed';
    listening.session.resume();
    await listening.reaches('hearing', 10_000);
  });

  it('blocked again in a gesture that does not count: still blocked', async () => {
    const listening = new Listening({ autoplay: 'muted' });
    await listening.reaches('blocked', 10_000);
    listening.session.resume();
    await listening.advance(2_000);
    expect(listening.state.status).to.equal('blocked');
  });
});

it('a browser that stops the next element as it gets loud has blocked it: no pause', async () => {
  const listening = await hearing();
  listening.session.on('switch', () => {
    for (const media of listening.host.media) {
      media.autoplay = 'muted';
      if (!media.muted) media.pause();
    }
  });
  listening.origins.faults.set(A, () => new TypeError('Failed to fetch'));
  await listening.reaches('blocked', 120_000);
  for (const media of listening.host.media) media.autoplay = 'allowed';
  listening.session.resume();
  await listening.reaches('hearing', 10_000);
});

it('a listener who pauses right after a change of source has paused', async () => {
  const listening = await hearing();
  listening.session.on('switch', () => listening.session.pause());
  listening.origins.faults.set(A, () => new TypeError('Failed to fetch'));
  await listening.reaches('paused', 120_000);
  await listening.advance(10_000);
  expect(listening.state.status).to.equal('paused');
  expect(listening.isAudible).to.equal(false);
});

it('a session that is blocked is no burden: it moves no source and gives none up', async () => {
  const listening = new Listening({ autoplay: 'muted' });
  await listening.advance(600_000);
  expect(listening.state.status).to.equal('blocked');
  expect(listening.switches).to.deep.equal([]);
  expect(listening.errors).to.deep.equal([]);
});

it('the choice of mute and volume outlives a change of source', async () => {
  const listening = await hearing();
  listening.session.volume = 0.4;
  listening.session.muted = true;
  listening.origins.faults.set(A, () => new TypeError('Failed to fetch'));
  await listening.host.clock.until(() => listening.switches.length > 0, 120_000);
  await listening.advance(1_000);
  expect(listening.switches).to.have.length(1);
  expect(listening.state).to.include({ volume: 0.4, muted: true, status: 'muted' });
  expect(heardElement(listening)).to.include({ volume: 0.4, muted: true });
});

describe('a state', () => {
  const isFrozen = (value: unknown): boolean =>
    typeof value !== 'object' ||
    value === null ||
    value instanceof Error ||
    (Object.isFrozen(value) && Object.values(value).every(isFrozen));

  it('is frozen and complete, whatever happens', async () => {
    const listening = new Listening();
    const keys = new Set<string>();
    listening.session.subscribe((state) => {
      expect(isFrozen(state)).to.equal(true);
      const { status, wait: _wait, error: _error, ...common } = { wait: 0, error: 0, ...state };
      expect(status).to.be.a('string');
      keys.add(Object.keys(common).sort().join());
    });
    await listening.advance(20_000);
    listening.origins.faults.set(A, () => new TypeError('Failed to fetch'));
    listening.origins.faults.set('https://b.example', () => new TypeError('Failed to fetch'));
    await listening.advance(60_000);
    expect(listening.state.status).to.equal('waiting');
    listening.session.close();
    expect(keys.size).to.equal(1);
    expect([...keys][0]).to.contain(
      'ahead,behindLive,channel,climbsAt,cues,documentWait,hearing,ladder',
    );
  });

  it('that waits says for what, why, until when and which attempt', async () => {
    const listening = await hearing({ stage: ONE });
    listening.origins.faults.set(A, () => new TypeError('Failed to fetch'));
    await listening.reaches('waiting', 60_000);
    const { state } = listening;
    if (state.status !== 'waiting') throw new Error('It does not wait.');
    expect(state.wait.error.code).to.equal('network');
    expect(state.wait.attempt).to.be.at.least(1);
    expect(state.wait.until).to.be.above(listening.host.now());
    const before = listening.asked();
    await listening.advance(state.wait.until - listening.host.now() - 1);
    expect(listening.asked()).to.equal(before);
  });
});

it('a clock that is set back an hour does not keep an attempt from being lived down', async () => {
  const listening = await hearing({ stage: ONE });
  const { host, origins } = listening;
  const attempt = (): number => {
    const kept: [string, { attempt: number }][] = JSON.parse(
      host.store('browser').get('earshot:gates') ?? '[]',
    );
    return new Map(kept).get(A)?.attempt ?? 0;
  };
  origins.faults.set(A, () => noAnswer());
  expect(await host.clock.until(() => attempt() > 0, 30_000)).to.equal(true);
  origins.faults.clear();
  await listening.advance(20_000);
  expect(attempt()).to.equal(1);
  host.clock.setWall(-3_600_000);
  await listening.advance(3 * 60_000);
  expect(listening.state.status).to.equal('hearing');
  expect(attempt()).to.equal(0);
});

describe('where volumes are read-only, as on iOS', () => {
  const onIos = async () => {
    const listening = await hearing();
    for (const media of listening.host.media) media.hasFixedVolume = true;
    return listening;
  };

  it('a volume of 0 is silent, and says so', async () => {
    const listening = await onIos();
    listening.session.volume = 0;
    await listening.advance(5_000);
    expect(listening.state).to.include({ status: 'muted', hearing: false, volume: 0 });
    expect(heardElement(listening).muted).to.equal(true);
    listening.session.volume = 0.5;
    await listening.advance(5_000);
    expect(listening.state).to.include({ status: 'hearing', hearing: true, muted: false });
    expect(heardElement(listening).muted).to.equal(false);
  });

  it('no other volume is claimed than the one that sounds', async () => {
    const listening = await onIos();
    listening.session.volume = 0.5;
    await listening.advance(5_000);
    expect(listening.state).to.include({ hearing: true, volume: 1 });
    listening.session.muted = true;
    await listening.advance(1_000);
    expect(listening.state).to.include({ status: 'muted', muted: true, volume: 1 });
  });

  it('a volume of 0 stays silent through a change of source', async () => {
    const listening = await onIos();
    listening.session.volume = 0;
    listening.origins.faults.set(A, () => noAnswer());
    await listening.advance(60_000);
    expect(listening.state.source?.url).not.to.equal(ONE);
    expect(listening.state.status).to.equal('muted');
    expect(listening.isAudible).to.equal(false);
  });
});
