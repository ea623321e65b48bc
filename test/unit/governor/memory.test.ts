import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { EarshotError } from '../../../src/policy/errors.ts';
import type { Clock } from '../../helpers/clock.ts';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { FakeStore } from '../../helpers/fake-store.ts';
import { A, Governed } from '../../helpers/governed.ts';

const HOUR = 3_600_000;
/** A request this old at a reload has failed. */
const LATE = 2_000;

/** A page whose origin has just failed, and when it may be asked again. */
const failing = async (seed = 1) => {
  const page = new Governed({ script: () => noAnswer(), seed });
  page.ask('/x');
  await page.host.advance(0);
  return { page, until: page.until };
};

const expectSilence = async (clock: Clock, until: number, pages: Governed[]) => {
  const before = pages.map(({ requests }) => requests.length);
  await clock.advance(until - clock.now() - 1);
  expect(pages.map(({ requests }) => requests.length)).to.deep.equal(before);
};

describe('a reload', () => {
  it('waits for the deadline that stood', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { page, until } = await failing(seed);
      const reloaded = page.reload();
      reloaded.ask('/x');
      await expectSilence(page.host.clock, until, [reloaded]);
      await page.host.advance(2 * DEFAULTS.first);
      expect(reloaded.requests.length, 'then it asks').to.be.above(0);
    }
  });

  it('waits for it again and again', async () => {
    const { page, until } = await failing();
    let reloaded = page;
    for (let times = 0; times < 5; times++) {
      reloaded = reloaded.reload();
      reloaded.ask('/x');
      await page.host.advance(10);
      expect(reloaded.requests).to.have.length(0);
      expect(reloaded.until).to.be.at.least(until);
    }
  });

  it('in the middle of a probe gains nothing', async () => {
    const { page, until } = await failing();
    page.host.network.script = () => 'never';
    await page.host.advance(until - page.host.now());
    expect(page.requests).to.have.length(2);
    const reloaded = page.reload();
    reloaded.ask('/x');
    await page.host.advance(DEFAULTS.minimum - 1);
    expect(reloaded.requests).to.have.length(0);
    expect(reloaded.governor.waitOf(`${A}/x`)?.attempt).to.equal(2);
  });

  it('of a page that crashed in the middle of a probe gains nothing', async () => {
    const { page, until } = await failing();
    page.host.network.script = () => 'never';
    await page.host.advance(until - page.host.now());
    page.host.crash();
    const reloaded = page.reload();
    reloaded.ask('/x');
    await page.host.advance(DEFAULTS.minimum - 1);
    expect(reloaded.requests).to.have.length(0);
  });

  it('while a request hangs counts as a timeout', async () => {
    const page = new Governed({ script: () => 'never' });
    page.ask('/x');
    await page.host.advance(LATE + 1);
    const reloaded = page.reload();
    reloaded.ask('/x');
    await page.host.advance(DEFAULTS.minimum - 1);
    expect(reloaded.requests).to.have.length(0);
    expect(reloaded.governor.waitOf(`${A}/x`)?.error.code).to.equal('timeout');
  });

  for (const purpose of ['playlist', 'segment', 'document'] as const) {
    it(`while a ${purpose} comes slowly is no failure`, async () => {
      let more: (bytes: Uint8Array<ArrayBuffer>) => void = () => {};
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        start: (controller) => {
          more = (bytes) => controller.enqueue(bytes);
        },
      });
      const page = new Governed({ script: () => reply(200, body) });
      page.ask('/x', { purpose });
      for (let times = 0; times < 5; times++) {
        await page.host.advance(LATE - 1);
        more(new Uint8Array(10));
      }
      const reloaded = page.reload();
      expect(reloaded.governor.waitOf(`${A}/x`)).to.equal(null);
    });
  }

  it('after the body stopped coming counts as a timeout', async () => {
    const page = new Governed({ script: () => reply(200, new ReadableStream()) });
    page.ask('/x');
    await page.host.advance(LATE + 1);
    expect(page.reload().governor.waitOf(`${A}/x`)?.error.code).to.equal('timeout');
  });

  it('while others are answered by the same origin is no failure', async () => {
    const page = new Governed({
      script: ({ path }) => (path === '/x' ? 'never' : reply(200, 'well')),
    });
    page.ask('/x');
    await page.host.advance(LATE);
    page.ask('/part', { purpose: 'segment' });
    await page.host.advance(LATE);
    expect(page.reload().governor.waitOf(`${A}/x`)).to.equal(null);
  });

  it('while a blocking reload of a playlist is held is no failure', async () => {
    const page = new Governed({ script: () => 'never' });
    page.ask('/x?_HLS_msn=7&_HLS_part=2');
    await page.host.advance(3 * LATE);
    expect(page.reload().governor.waitOf(`${A}/x`)).to.equal(null);
  });

  it('while a request has only just left is no failure', async () => {
    const page = new Governed({ script: () => 'never' });
    page.ask('/x');
    await page.host.advance(LATE / 2);
    const reloaded = page.reload();
    reloaded.ask('/x');
    await page.host.advance(0);
    expect(reloaded.requests).to.have.length(1);
  });

  it('keeps the longest deadline, however many segments were lost', async () => {
    let lose: () => void = () => {};
    const lost = new Promise<void>((resolve) => {
      lose = resolve;
    });
    const page = new Governed({
      async script({ path }) {
        if (path === '/x') return reply(429, '', { 'retry-after': '1003' });
        await lost;
        return reply(404);
      },
    });
    for (let n = 0; n < 100; n++) page.ask(`/${n}.ts`, { purpose: 'segment', tries: 1 });
    page.ask('/x');
    await page.host.advance(0);
    lose();
    await page.host.advance(1_000);
    const reloaded = page.reload();
    reloaded.ask('/x');
    expect(reloaded.until - page.host.now()).to.be.above(1_000_000);
  });

  it('takes no attempt off, neither after a failure nor after a success', async () => {
    const { page } = await failing();
    page.host.network.script = () => reply(200, 'ok');
    await page.host.advance(2 * DEFAULTS.first);
    expect(page.requests, 'it succeeded').to.have.length(2);
    const reloaded = page.reload();
    reloaded.host.network.script = () => noAnswer();
    reloaded.ask('/x');
    await page.host.advance(0);
    expect(reloaded.governor.waitOf(`${A}/x`)?.attempt).to.equal(2);
  });

  it('is told the reason', async () => {
    const { page } = await failing();
    const wait = page.reload().governor.waitOf(`${A}/x`);
    expect(wait?.error.code).to.equal('network');
  });
});

describe('the tabs of one browser', () => {
  it('keep one deadline', async () => {
    const { page, until } = await failing();
    const other = page.openTab();
    other.ask('/x');
    await expectSilence(page.host.clock, until, [other]);
  });

  it('keep the deadline that another tab drew while they were open', async () => {
    const page = new Governed({ script: () => noAnswer() });
    const other = page.openTab();
    other.host.network.script = () => reply(200, 'ok');
    other.ask('/before');
    await page.host.advance(1_000);
    page.ask('/x');
    await page.host.advance(0);
    other.ask('/after');
    await expectSilence(page.host.clock, page.until, [other]);
  });

  it('let go of a deadline that another tab booked, once that tab is answered', async () => {
    let ms = 0;
    const host = new FakeHost({ script: () => noAnswer(), latency: () => ms });
    const page = new Governed({ host });
    const other = page.openTab();
    other.host.network.script = () => reply(200, 'ok');
    other.ask('/before');
    page.ask('/x');
    await host.advance(0);
    ms = 1_500;
    host.network.script = () => reply(200, 'ok');
    await host.advance(page.until - host.now());
    other.ask('/after');
    await host.advance(0);
    expect(page.requests, 'the probe').to.have.length(2);
    expect(other.until - host.now(), 'what it booked').to.be.above(5_000);
    await host.advance(5_000);
    const asked = other.requests[1]?.at ?? Infinity;
    expect(asked - (page.requests[1]?.at ?? 0) - ms).to.be.within(DEFAULTS.minimum, 3_500);
  });

  it('keep what a server asked for beside its answer to another tab', async () => {
    const page = new Governed({ script: () => noAnswer() });
    page.ask('/x');
    await page.host.advance(0);
    const other = page.openTab();
    other.host.network.script = () => reply(200, 'ok');
    other.ask('/x');
    page.host.network.script = () => reply(200, 'ok', { 'retry-after': '600' });
    await page.host.advance(page.until - page.host.now());
    const answered = page.host.now();
    await page.host.advance(900_000);
    expect((other.requests[0]?.at ?? 0) - answered).to.be.at.least(600_000);
  });

  it('do not come back in the same instant', async () => {
    const host = new FakeHost({ script: () => noAnswer(), latency: () => 100 });
    const page = new Governed({ host });
    page.ask('/x');
    await host.advance(1_000);
    host.crash();
    const tabs = [1, 2, 3, 4].map(() => page.openTab());
    for (const tab of tabs) {
      tab.host.network.script = () => reply(200, 'ok');
      tab.ask('/x');
    }
    for (const [index, tab] of tabs.entries()) tab.host.draws.push(...Array(9).fill(index / 4));
    await host.advance(10 * DEFAULTS.first);
    const first = tabs.map(({ requests }) => requests[0]?.at);
    expect(new Set(first).size).to.equal(tabs.length);
    expect(first).not.to.include(undefined);
  });

  it('are not the tabs of another browser', async () => {
    await failing();
    const stranger = new Governed({ script: () => reply(200, 'ok') });
    stranger.ask('/x');
    await stranger.host.advance(0);
    expect(stranger.requests).to.have.length(1);
  });
});

describe('storage', () => {
  for (const mood of ['throws', 'full'] as const) {
    it(`that ${mood === 'full' ? 'is full' : 'throws'} costs memory, not function`, async () => {
      const page = new Governed({ script: () => noAnswer() });
      page.host.store('tab').mood = page.host.store('browser').mood = mood;
      page.ask('/x');
      await page.host.advance(0);
      const { until } = page;
      expect(until).to.be.above(page.host.now());
      await expectSilence(page.host.clock, until, [page]);
      page.host.network.script = () => reply(200, 'ok');
      const next = page.ask('/y');
      await page.host.advance(DEFAULTS.first);
      expect(next.value?.status).to.equal(200);
    });
  }

  it('holds no query, which may carry a signature, and no token', async () => {
    const page = new Governed({
      script: ({ path }) => reply(path === '/x' ? 404 : 503),
      token: () => 'token-secret',
    });
    page.ask('/x?signature=secret');
    await page.host.advance(0);
    page.ask('/y?signature=secret');
    await page.host.advance(0);
    for (const name of ['tab', 'browser'] as const) {
      const stored = [...page.host.store(name).values.values()].join();
      expect(stored).to.contain(A).and.not.contain('secret');
    }
  });

  it('stays small, however many URLs fail', async () => {
    const page = new Governed({ script: () => reply(404) });
    for (let index = 0; index < 300; index++) page.ask(`/${index}`, { tries: 1 });
    await page.host.advance(0);
    const { values } = page.host.store('browser');
    expect(values.size).to.equal(1);
    expect(([...values.values()][0] as string).length).to.be.within(1, 16_384);
  });

  it('holds nothing once all was lived down, and every retry that was spent has come back', async () => {
    const { page } = await failing();
    page.host.network.script = () => reply(200, 'ok');
    await page.host.advance(DEFAULTS.first * 2);
    page.governor.creditHearing(DEFAULTS.stepDownAfter);
    for (const name of ['tab', 'browser'] as const) {
      expect(page.host.store(name).values.size).to.equal(1);
    }
    await page.host.advance(DEFAULTS.tokens * DEFAULTS.tokenEvery);
    const error = new EarshotError('gone', 'Gone.');
    page.governor.penalize('https://b.example/x', error);
    for (const name of ['tab', 'browser'] as const) {
      expect([...page.host.store(name).values.values()].join()).not.to.contain(A);
    }
  });
});

it('the page itself remembers a bounded number of gates', async () => {
  const page = new Governed({ script: () => reply(404) });
  const urls = Array.from({ length: 1_000 }, (_, index) => `${A}/${index}`);
  for (const url of urls) page.ask(url, { tries: 1 });
  await page.host.advance(0);
  const remembered = urls.filter((url) => page.governor.waitOf(url) !== null);
  expect(remembered.length).to.be.within(1, 256);
});

/** `value` with each of its leaves, one at a time, replaced by `leaf`. */
const spoilt = (value: unknown, leaf: unknown): unknown[] => {
  if (typeof value !== 'object' || value === null) return [leaf];
  return Object.entries(value).flatMap(([key, inner]) =>
    spoilt(inner, leaf).map((other) => {
      const copy: unknown = structuredClone(value);
      (copy as Record<string, unknown>)[key] = other;
      return copy;
    }),
  );
};

describe('what storage holds is not trusted', () => {
  const hostile: Record<string, unknown> = {
    'a million': 1e6,
    '1e9': 1e9,
    'the year 9999': 253_370_764_800_000,
    '1e308': 1e308,
    'a negative number': -1e12,
    'a fraction': 1.5,
    null: null,
    true: true,
    'a text': '<script>',
    'a text of a number': '99999999999999',
    'a prototype key': '__proto__',
    'an array': [1, 2],
    'an object': { __proto__: null, constructor: 1 },
  };

  const expectSane = async (stores: Record<'tab' | 'browser', FakeStore>, what: string) => {
    const page = new Governed({ host: new FakeHost({ stores, script: () => noAnswer() }) });
    page.ask('/x');
    await page.host.advance(HOUR);
    expect(page.requests.length, what).to.be.within(1, 120);
    const wait = page.governor.waitOf(`${A}/x`);
    expect(wait?.attempt, what).to.be.within(1, 32);
    expect((wait?.attempt ?? 0) % 1, what).to.equal(0);
    expect(wait?.until, what).to.be.within(page.host.now(), page.host.now() + DEFAULTS.cap);
    expect(page.errors, what).to.deep.equal([]);
  };

  /** What two tabs' storage holds after `change` was made to what a failing page has stored. */
  const storesAfter = async (change: (text: string) => string[]) => {
    const { page } = await failing();
    const [stored] = page.host.store('tab').values;
    const [key, text] = stored as [string, string];
    return change(text).map((changed) => {
      const stores = { tab: new FakeStore(), browser: new FakeStore() };
      stores.tab.set(key, changed);
      stores.browser.set(key, changed);
      return stores;
    });
  };

  for (const [name, leaf] of Object.entries(hostile)) {
    it(`${name}, in any place: it asks within an hour and counts from a sane number`, async () => {
      const change = (text: string) =>
        spoilt(JSON.parse(text), leaf).map((value) => JSON.stringify(value));
      for (const stores of await storesAfter(change)) {
        await expectSane(stores, stores.tab.values.values().next().value ?? '');
      }
    });
  }

  const texts = [
    '',
    '{"',
    'null',
    '7',
    '"text"',
    '[]',
    '{}',
    '[1,2]',
    '[[]]',
    '[[1,2,3]]',
    '[null]',
  ];
  for (const garbage of [
    ...texts,
    '{"__proto__":{"until":1}}',
    `{"${A}":null}`,
    `[["${A}",null]]`,
  ]) {
    it(`${garbage || 'an empty text'}: it asks within an hour`, async () => {
      for (const stores of await storesAfter(() => [garbage])) await expectSane(stores, garbage);
    });
  }

  it('a number beyond all numbers, in any place: it asks within an hour', async () => {
    const change = (text: string) =>
      spoilt(JSON.parse(text), 'HUGE').map((value) =>
        JSON.stringify(value).replace('"HUGE"', '1e999'),
      );
    for (const stores of await storesAfter(change)) await expectSane(stores, 'HUGE');
  });
});

it('what was refused long ago is forgotten: hours of lost segments leave no heap of gates', async () => {
  const page = new Governed({ script: () => reply(404) });
  const each = 4_000;
  for (let segment = 0; segment < (3 * HOUR) / each; segment++) {
    page.ask(`/lost/${segment}.aac`, { tries: 1 });
    await page.host.advance(each);
  }
  expect(page.errors).to.deep.equal([]);
  expect([...page.governor.parts.gates.all()].length).to.be.below((1.2 * HOUR) / each);
});
