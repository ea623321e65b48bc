import { expect } from 'chai';
import fc from 'fast-check';
import { type BackoffOptions, backoff } from '../../../src/policy/backoff.ts';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { EarshotError } from '../../../src/policy/errors.ts';
import { runs } from '../../helpers/effort.ts';
import { thrown } from '../../helpers/outcome.ts';
import { seeded } from '../../helpers/random.ts';
import { restOf, windowOf } from '../../helpers/windows.ts';

const error = new EarshotError('network', 'No answer.');

const ms = (least: number, most: number) =>
  fc.double({ min: least, max: most, noNaN: true, noDefaultInfinity: true });

const anyOptions = fc.record(
  {
    first: ms(1, 1e6),
    factor: fc.oneof(ms(1, 10), ms(1, 1e300)),
    cap: ms(1, 1e8),
    capWhileSilent: ms(1, 1e8),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<BackoffOptions>;

const anyContext = fc.record({
  attempt: fc.integer({ min: 1, max: 32 }),
  elapsed: ms(0, 1e9),
  floor: fc.oneof(fc.constant(0), ms(0, DEFAULTS.maxFloor)),
  spread: fc.option(ms(1_000, 3_600_000)),
  hearing: fc.boolean(),
});

type Context = typeof anyContext extends fc.Arbitrary<infer Value> ? Value : never;

const delay = (options: BackoffOptions, context: Context, draw: number): number =>
  backoff(options)({ ...context, error, random: () => draw }) as number;

const holds = (property: (options: BackoffOptions, context: Context, draw: number) => void) =>
  fc.assert(fc.property(anyOptions, anyContext, ms(0, 0.999_999), property), {
    numRuns: runs(1_000),
  });

const isNear = (actual: number, expected: number) =>
  expect(actual).to.be.closeTo(expected, 1e-6 * Math.max(1, expected));

describe('backoff() at any options', () => {
  it('never comes before the floor nor before 250 ms, nor before the rest of the round', () =>
    holds((options, context) => {
      const earliest = Math.max(DEFAULTS.minimum, context.floor) + restOf(context, options);
      isNear(delay(options, context, 0), earliest);
    }));

  it('lays the draw on top of the floor: the same floor for all piles nobody up', () =>
    holds((options, context, draw) => {
      const bare = delay(options, { ...context, floor: 0 }, draw) - DEFAULTS.minimum;
      isNear(delay(options, context, draw) - Math.max(DEFAULTS.minimum, context.floor), bare);
    }));

  it('draws after the cap, uniformly over the window of the round', () =>
    holds((options, context, draw) => {
      const drawn = delay(options, context, draw) - delay(options, context, 0);
      isNear(drawn, draw * windowOf(context, options));
    }));

  it('draws once', () =>
    holds((options, context) => {
      let draws = 0;
      backoff(options)({ ...context, error, random: () => ++draws / 10 });
      expect(draws).to.equal(1);
    }));

  it('never has a window smaller than the first, nor one that shrinks', () =>
    holds((options, context, draw) => {
      const next = { ...context, attempt: context.attempt + 1 };
      expect(delay(options, next, draw)).to.be.at.least(delay(options, context, draw));
    }));

  it('waits a finite time', () =>
    holds((options, context, draw) => {
      expect(delay(options, context, draw)).to.be.finite;
    }));
});

it('a cap below the first window is kept to: no window is larger than the first', () => {
  const options = { first: 10_000, cap: 5_000 };
  for (let attempt = 1; attempt <= 32; attempt++) {
    const context = { attempt, elapsed: 0, floor: 0, spread: null, hearing: true };
    const most = DEFAULTS.minimum + restOf(context, options) + 10_000;
    expect(windowOf(context, options)).to.equal(10_000);
    expect(delay(options, context, 0.999)).to.be.at.most(most);
  }
});

it('the defaults are those of the design', () => {
  const context = { elapsed: 0, floor: 0, spread: null };
  const window = (attempt: number, hearing: boolean) => {
    const at = (draw: number) => delay({}, { ...context, attempt, hearing }, draw);
    return Math.round(at(0.5) - at(0)) * 2;
  };
  expect([1, 2, 3, 4].map((attempt) => window(attempt, true))).to.deep.equal([
    5_000, 10_000, 20_000, 40_000,
  ]);
  const longest = (hearing: boolean) =>
    delay({}, { ...context, attempt: 32, hearing }, 1) - DEFAULTS.minimum;
  expect(longest(true)).to.equal(600_000);
  expect(longest(false)).to.equal(120_000);
});

it('in any round the delays are spread evenly: tenths of the window within 5 sigma', () => {
  const [draws, tenths] = [20_000, 10];
  const random = seeded(7);
  for (const attempt of [1, 2, 5, 10, 32]) {
    const counts = Array<number>(tenths).fill(0);
    const context = { attempt, elapsed: 0, floor: 0, spread: null, hearing: false };
    const window = windowOf(context, {});
    for (let count = 0; count < draws; count++) {
      const drawn = delay({}, context, random()) - delay({}, context, 0);
      const tenth = Math.floor((drawn / window) * tenths);
      counts[tenth] = (counts[tenth] ?? 0) + 1;
    }
    const mean = draws / tenths;
    for (const count of counts) expect(count).to.be.closeTo(mean, 5 * Math.sqrt(mean));
  }
});

describe('backoff() refuses options that are none, and names them', () => {
  const bad: Record<keyof BackoffOptions, unknown[]> = {
    first: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5000', null],
    factor: [0.99, 0, -2, Number.NaN, Number.POSITIVE_INFINITY, '2', null],
    cap: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5000', null],
    capWhileSilent: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5000', null],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      it(`${name}: ${typeof value === 'string' ? `'${value}'` : String(value)}`, () => {
        const refused: unknown = thrown(() => backoff({ [name]: value } as never));
        expect(refused).to.be.instanceOf(RangeError);
        expect((refused as RangeError).message).to.match(new RegExp(`\\b${name}\\b`));
      });
    }
  }
});
