import { expect } from 'chai';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import {
  A,
  B,
  Listening,
  type ListeningOptions,
  STAGE,
  TWO_CDNS,
} from '../../helpers/listening.ts';

const URL_OF_STAGE = `${STAGE}/stage.json`;

const staged = (document: unknown, options: ListeningOptions = {}) => {
  const origins = new FakeOrigins();
  origins.document = document;
  return new Listening({ stage: URL_OF_STAGE, origins, ...options });
};

const MEGABYTE = 1_048_576;

/** Ten megabytes that are sent only as fast as they are read. */
const huge = () => {
  const seen = { read: 0, cancelled: false };
  const chunk = new Uint8Array(65_536).fill(32);
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(out) {
        seen.read += chunk.length;
        out.enqueue(chunk);
        if (seen.read >= 10 * MEGABYTE) out.close();
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
};

describe('a stage document', () => {
  it('says what is played', async () => {
    const listening = staged(TWO_CDNS);
    expect(listening.state.status).to.equal('opening');
    await listening.reaches('hearing');
    expect(listening.state.ladder.map(({ url }) => url)).to.deep.equal(
      TWO_CDNS.sources.map(({ url }) => url),
    );
  });

  it('may be at a relative URL', async () => {
    const listening = new Listening({ stage: '/stage.json' });
    await listening.advance(100);
    expect(listening.host.requests[0]?.url).to.equal('https://page.example/stage.json');
  });

  it('that is scheduled lets nothing be asked of the sources', async () => {
    const startsAt = '2026-11-22T21:00:00Z';
    const listening = staged({ ...TWO_CDNS, state: 'scheduled', startsAt });
    await listening.advance(300_000);
    expect(listening.state.status).to.equal('scheduled');
    expect(listening.state.stage.startsAt).to.equal(Date.parse(startsAt));
    expect(listening.asked(A) + listening.asked(B)).to.equal(0);
    listening.origins.document = { ...TWO_CDNS, sequence: 2 };
    await listening.reaches('hearing', 180_000);
  });

  const looks = ({ host }: Listening): number[] =>
    host.requests.filter(({ origin }) => origin === STAGE).map(({ at }) => at);
  const gaps = (times: readonly number[]): number[] =>
    times.slice(1).map((at, index) => at - (times[index] as number));

  it('is looked at ever more seldom while it shows nothing new in kind', async () => {
    const listening = staged({ ...TWO_CDNS, refresh: 10 });
    await listening.advance(3_600_000);
    const seen = gaps(looks(listening));
    expect(seen.length).to.be.within(24, 50);
    [10, 20, 40, 80, 160, 160].forEach((seconds, index) => {
      expect(seen[index]).to.be.within(seconds * 500, seconds * 1_000 + 100);
    });
    expect(new Set(seen.map(Math.round)).size).to.be.above(seen.length / 2);
    const { document } = listening.origins;
    listening.origins.document = { ...(document as object), sequence: 2, state: 'held' };
    await listening.advance(161_000);
    expect(listening.state.stage.state).to.equal('held');
    await listening.advance(60_000);
    expect(Math.min(...gaps(looks(listening)).slice(seen.length))).to.be.below(10_200);
  });

  it('that comes forty-five minutes late costs a few looks and no join', async () => {
    const listening = staged({ ...TWO_CDNS, state: 'scheduled', refresh: 10 });
    await listening.reaches('scheduled');
    const now = listening.host.now();
    const startsAt = new Date(now + 300_000).toISOString();
    listening.origins.document = { ...TWO_CDNS, sequence: 2, state: 'scheduled', startsAt };
    await listening.advance(300_000 + 45 * 60_000);
    expect(looks(listening).length).to.be.at.most(40);
    expect(listening.asked()).to.equal(looks(listening).length);
    listening.origins.document = { ...TWO_CDNS, sequence: 3 };
    await listening.reaches('hearing', 180_000);
  });

  it('is looked at soon after a source was lost, but not at once', async () => {
    const listening = staged({ ...TWO_CDNS, refresh: 10, spread: 20 });
    await listening.reaches('hearing');
    await listening.advance(3_600_000);
    const before = looks(listening).length;
    const lostAt = listening.host.now();
    listening.origins.faults.set(A, () => reply(404));
    await listening.advance(60_000);
    const [first] = looks(listening).slice(before);
    expect((first ?? Infinity) - lostAt).to.be.within(5_000, 46_000);
  });

  it('that is of an older edition is ignored', async () => {
    const listening = staged({ ...TWO_CDNS, sequence: 7, refresh: 5 });
    await listening.reaches('hearing');
    listening.origins.document = { ...TWO_CDNS, sequence: 6, state: 'held' };
    await listening.advance(8_000);
    expect(listening.state.stage.state).to.equal('live');
  });

  it('that is of an older edition is ignored however often it comes, where the times of making tell', async () => {
    const serverTime = (minutes: number) =>
      new Date(Date.UTC(2026, 10, 22, 19, minutes)).toISOString();
    const edition = (sequence: number, minutes: number, state: string) => ({
      ...TWO_CDNS,
      ...{ sequence, state, refresh: 5, serverTime: serverTime(minutes) },
    });
    const listening = staged(edition(7, 30, 'live'));
    await listening.reaches('hearing');
    listening.origins.document = edition(6, 29, 'held');
    await listening.advance(600_000);
    expect(listening.state.stage.state).to.equal('live');
    // A stage that began anew counts from the start.
    listening.origins.document = edition(1, 31, 'held');
    await listening.advance(100_000);
    expect(listening.state.stage.state).to.equal('held');
  });

  it('that no policy looks at any more is told', async () => {
    const listening = staged({ ...TWO_CDNS, refresh: 5 }, { retry: () => null });
    await listening.reaches('hearing');
    listening.origins.faults.set(STAGE, () => reply(404));
    await listening.advance(120_000);
    expect(listening.errors.map(({ code }) => code)).to.include('stopped');
    expect(listening.state.status).to.equal('hearing');
  });

  it('lifts what was left when it changes, without a sequence too', async () => {
    const { sequence: _, ...plain } = TWO_CDNS;
    const listening = staged({ ...plain, refresh: 5 }, { retry: () => null });
    listening.origins.faults.set(A, () => reply(404));
    await listening.reaches('hearing');
    expect(listening.state.ladder[0]?.status).to.equal('excluded');
    listening.origins.faults.delete(A);
    await listening.advance(120_000);
    expect(listening.state.ladder[0]?.status, 'the same document').to.equal('excluded');
    const more = { kind: 'hls', url: 'https://c.example/talk.m3u8' };
    listening.origins.document = { ...plain, refresh: 5, sources: [...plain.sources, more] };
    await listening.advance(120_000);
    expect(listening.state.ladder[0]?.status).not.to.equal('excluded');
  });

  it('that drops the source which is heard moves the listener on', async () => {
    const listening = staged({ ...TWO_CDNS, refresh: 5 });
    await listening.reaches('hearing');
    const sources = TWO_CDNS.sources.slice(1);
    listening.origins.document = { ...TWO_CDNS, sequence: 2, sources };
    await listening.advance(20_000);
    expect(listening.state.status).to.equal('hearing');
    expect(listening.state.source?.url).to.equal(`${B}/talk.m3u8`);
  });
});

describe('a document that is no use', () => {
  const useless: Record<string, () => Response> = {
    'is no JSON': () => reply(200, '<html>'),
    'is empty': () => reply(200),
    'is of another version': () => reply(200, JSON.stringify({ ...TWO_CDNS, version: 2 })),
    'is of 10 MB': () => reply(200, huge().body),
    'says that it is of 10 MB': () =>
      reply(200, huge().body, { 'content-length': String(10 * MEGABYTE) }),
  };
  for (const [name, answer] of Object.entries(useless)) {
    it(`since it ${name} is reported, and the last good one stays in force`, async () => {
      const listening = staged({ ...TWO_CDNS, refresh: 5 });
      await listening.reaches('hearing');
      listening.origins.faults.set(STAGE, answer);
      await listening.advance(60_000);
      expect(listening.errors.map(({ code }) => code)).to.include('bad-document');
      expect(listening.state.documentWait?.error.code).to.equal('bad-document');
      expect(listening.state.status).to.equal('hearing');
      expect(listening.state.ladder).to.have.length(3);
      listening.origins.faults.clear();
      await listening.host.clock.until(() => listening.state.documentWait === null, 600_000);
      expect(listening.state.documentWait).to.equal(null);
    });

    it(`since it ${name} is asked for again, ever more slowly, and then obeyed`, async () => {
      const origins = new FakeOrigins();
      origins.faults.set(STAGE, answer);
      const listening = new Listening({ stage: URL_OF_STAGE, origins });
      await listening.advance(120_000);
      expect(listening.state.status).to.equal('waiting');
      expect(listening.asked()).to.be.within(3, 20);
      origins.document = TWO_CDNS;
      origins.faults.clear();
      await listening.reaches('hearing', 240_000);
    });
  }

  it('of 10 MB is not read whole, and its body is given up', async () => {
    const origins = new FakeOrigins();
    const { body, seen } = huge();
    origins.faults.set(STAGE, () => reply(200, body));
    const listening = new Listening({ stage: URL_OF_STAGE, origins });
    const { signal } = await (async () => {
      await listening.advance(200);
      return listening.host.requests[0] as { signal: AbortSignal };
    })();
    expect(seen.read).to.be.within(1, MEGABYTE);
    expect(seen.cancelled || signal.aborted).to.equal(true);
    expect(listening.errors[0]?.code).to.equal('bad-document');
  });
});

describe('a document that cannot be had', () => {
  it('is waited for, with a reason', async () => {
    const origins = new FakeOrigins();
    origins.faults.set(STAGE, () => noAnswer());
    const listening = new Listening({ stage: URL_OF_STAGE, origins });
    await listening.reaches('waiting', 1_000);
    expect(listening.state.documentWait?.error.code).to.equal('network');
  });

  it('keeps a listener who hears hearing, for hours', async () => {
    const listening = staged({ ...TWO_CDNS, refresh: 5 });
    await listening.reaches('hearing');
    listening.origins.faults.set(STAGE, () => reply(410));
    await listening.advance(3_600_000);
    expect(listening.state.status).to.equal('hearing');
  });

  it('ends a session that has none, only after its patience, when it is refused', async () => {
    const origins = new FakeOrigins();
    origins.faults.set(STAGE, () => reply(404));
    const listening = new Listening({ stage: URL_OF_STAGE, origins });
    await listening.advance(299_000);
    expect(listening.state.status).to.equal('waiting');
    await listening.reaches('closed', 600_000);
    const { state } = listening;
    expect(state.status === 'closed' && state.error?.code).to.equal('gone');
  });

  it('never ends a session while it is overload, not refusal', async () => {
    const origins = new FakeOrigins();
    origins.faults.set(STAGE, () => reply(503));
    const listening = new Listening({ stage: URL_OF_STAGE, origins });
    await listening.advance(6 * 3_600_000);
    expect(listening.state.status).to.equal('waiting');
  });
});

it('a policy that says stop ends a session that knows of no stage, with "stopped"', async () => {
  const origins = new FakeOrigins();
  origins.faults.set(STAGE, () => noAnswer());
  const listening = new Listening({ stage: URL_OF_STAGE, origins, retry: () => null });
  await listening.reaches('closed', 1_000);
  const { state } = listening;
  expect(state.status === 'closed' && state.error?.code).to.equal('stopped');
});

it('a policy that says stop on every source ends the session', async () => {
  const listening = new Listening({ retry: () => null });
  listening.origins.faults.set(A, () => noAnswer()).set(B, () => noAnswer());
  await listening.reaches('closed', 60_000);
  const { state } = listening;
  expect(state.status === 'closed' && state.error?.code).to.equal('stopped');
});

it('sources that nothing here plays end the session with "unsupported"', async () => {
  const sources = [{ kind: 'smell', url: `${A}/x` }];
  const listening = new Listening({ stage: { version: 1, sources } });
  await listening.reaches('closed', 1_000);
  const { state } = listening;
  expect(state.status === 'closed' && state.error?.code).to.equal('unsupported');
});
