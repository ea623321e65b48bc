import { expect } from 'chai';
import type { RetryContext, RetryPolicy } from '../../../src/policy/backoff.ts';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { noAnswer, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { A, Governed } from '../../helpers/governed.ts';

const unusable: Record<string, RetryPolicy> = {
  NaN: () => Number.NaN,
  'a negative number': () => -1,
  Infinity: () => Number.POSITIVE_INFINITY,
  undefined: () => undefined as never,
  'a promise': () => Promise.resolve(5_000) as never,
  'a string': () => '5000' as never,
  'a bigint': () => 5_000n as never,
  'a symbol thrown': () => {
    throw Symbol('broken');
  },
  'an object thrown that is no text': () => {
    throw Object.create(null);
  },
  'an error thrown': () => {
    throw new Error('It is broken.');
  },
};

for (const [name, policy] of Object.entries(unusable)) {
  it(`a policy that gives ${name} is reported, and backoff() stands in`, async () => {
    const page = new Governed({ script: () => noAnswer(), policy });
    page.ask('/x');
    await page.host.advance(0);
    expect(page.errors.map(({ code }) => code)).to.deep.equal(['bad-policy']);
    const wait = page.until - page.host.now();
    expect(wait).to.be.within(DEFAULTS.minimum, DEFAULTS.minimum + DEFAULTS.first);
    page.host.network.script = () => reply(200, 'ok');
    const next = page.ask('/x');
    await page.host.advance(wait);
    expect(next.value?.status).to.equal(200);
  });
}

describe('a policy that gives null', () => {
  it('ends the request with "stopped"', async () => {
    const page = new Governed({ script: () => noAnswer(), policy: () => null });
    const outcome = page.ask('/x');
    await page.host.advance(0);
    expect(outcome.error?.code).to.equal('stopped');
    expect((outcome.error?.cause as { code: string }).code).to.equal('network');
    await page.host.advance(DEFAULTS.cap);
    expect(page.requests).to.have.length(1);
    expect(page.host.held.timers).to.equal(0);
  });

  it('on the second failure lets one retry through', async () => {
    const policy: RetryPolicy = ({ attempt }) => (attempt > 1 ? null : 1_000);
    const page = new Governed({ script: () => noAnswer(), policy });
    const outcome = page.ask('/x');
    await page.host.advance(DEFAULTS.cap);
    expect(page.requests).to.have.length(2);
    expect(outcome.error?.code).to.equal('stopped');
  });

  it('harms no later request', async () => {
    let given: number | null = null;
    const page = new Governed({ script: () => noAnswer(), policy: () => given });
    page.ask('/x');
    await page.host.advance(0);
    given = 1_000;
    page.host.network.script = () => reply(200, 'ok');
    const next = page.ask('/x');
    await page.host.advance(DEFAULTS.cap);
    expect(next.value?.status).to.equal(200);
  });

  it('does not make penalize() throw', () => {
    const page = new Governed({ policy: () => null });
    const error = new Error('It stalled.') as never;
    expect(() => page.governor.penalize(`${A}/x`, error)).not.to.throw();
  });
});

it('a policy is told all it may look at', async () => {
  const contexts: RetryContext[] = [];
  const policy: RetryPolicy = (context) => {
    contexts.push(context);
    return 1_000;
  };
  const page = new Governed({ script: () => reply(503, '', { 'retry-after': '4' }), policy });
  page.governor.spread = 30_000;
  page.governor.hearing = true;
  page.ask('/x');
  await page.host.advance(0);
  const [first] = contexts;
  expect(first).to.include({ attempt: 1, elapsed: 0, floor: 4_000, spread: 30_000, hearing: true });
  expect(first?.error.code).to.equal('overload');
  expect(first?.error.status).to.equal(503);
  expect(first?.random()).to.be.within(0, 1);
  await page.host.advance(60_000);
  expect(contexts.at(-1)?.attempt).to.be.above(1);
  expect(contexts.at(-1)?.elapsed).to.be.above(4_000);
});

it('no policy makes a wait longer than a day, and none shorter than the minimum', async () => {
  for (const [given, least, most] of [
    [1e300, DEFAULTS.maxWait, DEFAULTS.maxWait],
    [0, DEFAULTS.minimum, 2 * DEFAULTS.minimum],
  ] as const) {
    const page = new Governed({ script: () => noAnswer(), policy: () => given });
    page.ask('/x');
    await page.host.advance(0);
    expect(page.until - page.host.now()).to.be.within(least, most);
  }
});

it('the host is called as an object, not by functions torn from it', async () => {
  const host = new FakeHost({ script: () => noAnswer() });
  const strict: FakeHost = new Proxy(host, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return function (this: unknown, ...args: unknown[]) {
        if (this !== strict) throw new TypeError(`${String(name)}() lost its host`);
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
  const own = new Governed({ host: strict });
  const outcome = own.ask('/x');
  await host.advance(0);
  expect(outcome.settled).to.equal(false);
  expect(own.errors).to.deep.equal([]);
  expect(own.until).to.be.above(host.now());
});
