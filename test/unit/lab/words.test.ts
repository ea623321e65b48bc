import { expect } from 'chai';
import { chartsOf } from '../../../demo/page/lab/charts.ts';
import { codeOf } from '../../../demo/page/lab/code.ts';
import { duration } from '../../../demo/page/lab/duration.ts';
import {
  heartbeat,
  moduleOf,
  outcomeFrom,
  watched,
  wordsOf,
} from '../../../demo/page/lab/pasted.ts';
import {
  caption,
  earshotOf,
  horizonOf,
  limitOf,
  peerKey,
  peerOf,
  type Run,
  scenarioOf,
} from '../../../demo/page/lab/run.ts';
import { INITIAL, type Settings } from '../../../demo/page/lab/settings.ts';
import { clocked, percent, verdictOf } from '../../../demo/page/lab/words.ts';
import { type CrowdPolicy, simulateSync } from '../../../src/herd/index.ts';
import type { RetryContext, RetryPolicy } from '../../../src/policy/backoff.ts';

const context = { attempt: 3, random: () => 0.5 } as unknown as RetryContext;
const policy = (given: unknown) => (() => given) as unknown as RetryPolicy;

const run = (name: string, crowd: CrowdPolicy): Run => ({
  name,
  kind: crowd.kind,
  simulated: 2_000,
  outcome: simulateSync(scenarioOf(INITIAL, crowd, 2_000)),
});

describe('the words of the lab', () => {
  it('say times as people do', () => {
    expect([0.5, 9.96, 59.6, 60, 547.3, 3_600, 3_725].map(duration)).to.deep.equal([
      ...['0.5 s', '10 s', '1 min', '1 min', '9 min 7 s', '1 h', '1 h 2 min'],
    ]);
    expect([7, 547.3, 3_725].map(clocked)).to.deep.equal(['0:07', '9:07', '1:02:05']);
  });

  it('never say none or all of what is not', () => {
    expect([0, 0.00001, 0.013, 0.5, 0.9996, 1].map(percent)).to.deep.equal([
      ...['0 %', 'under 0.01 %', '1.3 %', '50 %', 'over 99.9 %', '100 %'],
    ]);
  });

  it('begin with the most important result: the client that never recovers', () => {
    const peers = ['partysocket', 'livekit-client'].map((name) =>
      run(name, peerOf(name) as CrowdPolicy),
    );
    const { headline, rest } = verdictOf([run('Earshot', earshotOf(INITIAL)), ...peers], INITIAL);
    expect(headline).to.match(/^With partysocket, the origin never recovers: .+ % admitted/);
    expect(rest).to.match(/^With Earshot, 99\.9 % of 1,000,000 are admitted \d+ min/);
    expect(rest).to.contain('livekit-client');
  });

  it('write the options as code', () => {
    const code = codeOf({ ...INITIAL, first: 7.5, cap: 1_800 }, false);
    expect(code).to.contain('backoff({ first: 7_500, factor: 2, cap: 1_800_000 })');
    const own = codeOf({ ...INITIAL, code: '() => 5' }, true);
    expect(own).to.contain('const retry = (\n() => 5\n)').and.not.contain('backoff');
  });
});

describe('a limit of people inside', () => {
  const limited = { ...INITIAL, listeners: 20_000, capacity: 100, most: 2_000, stay: 1_800 };
  const without = { ...limited, most: 1e9, stay: 1e9 };
  const earshot = (settings: Settings): Run => ({
    ...{ name: 'Earshot', kind: 'earshot', simulated: settings.listeners },
    outcome: simulateSync(scenarioOf(settings, earshotOf(settings), settings.listeners)),
  });

  it('makes the shortest possible time longer, or there is none', () => {
    expect(limitOf(without)).to.equal(200);
    expect(limitOf({ ...limited, most: 20_000 })).to.equal(200);
    expect(limitOf({ ...limited, stay: 1e9 })).to.equal(Infinity);
    // 20 s to fill it, and 18,000 who wait for 2,000 / 1,800 places a second.
    expect(limitOf(limited)).to.be.closeTo(20 + 18_000 / (2_000 / 1_800), 50);
    for (const settings of [limited, { ...limited, stay: 1e9 }])
      expect(horizonOf(settings)).to.be.within(3_600, 21_600);
    expect(horizonOf(without)).to.equal(3_600);
  });

  it('is of a sample in proportion, and absent where there is none', () => {
    const scenario = scenarioOf(limited, earshotOf(limited), 2_000);
    expect([scenario.most, scenario.stay]).to.deep.equal([200, 1_800]);
    expect(scenarioOf(without, earshotOf(without), 2_000)).not.to.include.keys('most', 'stay');
    expect(scenarioOf(limited, earshotOf(limited), 1).most).to.equal(1);
  });

  it('decides what a client comes to, so no client is simulated once for two limits', () => {
    const keys = [limited, without, { ...limited, stay: 60 }, { ...limited, most: 100 }];
    expect(new Set(keys.map(peerKey)).size).to.equal(4);
  });

  it('is in the words, the caption, the plot and its description', () => {
    const settings = { ...limited, stay: 1e9 };
    const runs = [earshot(settings)];
    const { headline, brief } = verdictOf(runs, settings);
    expect(headline).to.match(/^With Earshot, (9\.9|10) % of 20,000 are admitted after an hour: /);
    expect(headline).to.match(/: (1,99\d|2,000) people are inside, 2,000 fit\.$/);
    expect(brief).to.match(/^Earshot: (9\.9|10) % in$/);
    expect(caption(limited)).to.contain(
      'At most 2,000 people inside. They stay 30 min on average.',
    );
    const [, listeners] = chartsOf(runs, settings);
    const line = listeners.lines.find(({ tone }) => tone === 'inside');
    expect(line?.name).to.equal('Earshot: people inside');
    expect(line?.points.at(-1)?.[1]).to.be.closeTo(0.1, 0.002);
    expect(listeners.ground.points.at(-1)?.[1]).to.be.closeTo(0.1, 0.002);
    expect(listeners.description).to.contain('At most 2,000 people are inside');
    const [, plain] = chartsOf([earshot(without)], without);
    expect(plain.lines.map(({ tone }) => tone)).not.to.include('inside');
    expect(plain.description).not.to.contain('inside');
  });

  it('admits the more in the same time, the shorter they stay', () => {
    const { headline } = verdictOf([earshot(limited)], limited);
    expect(headline).to.match(
      /99\.9 % of 20,000 are admitted .+: 1\.\d+ × the shortest possible time\.$/,
    );
  });
});

describe('a pasted policy', () => {
  it('becomes a module, whether it is a function or one already', () => {
    expect(moduleOf('() => 5;', 'x')).to.equal('export default (\n() => 5\n)');
    const module = `import { backoff } from 'earshot';\nexport default backoff();`;
    expect(moduleOf(module, 'http://here/earshot.js')).to.contain('from "http://here/earshot.js"');
  });

  it('that takes a second for each answer is slow, and does not count as hung', () => {
    let now = 0;
    let told = 0;
    const slow: RetryPolicy = () => {
      now += 1_000;
      return 5;
    };
    const beat = heartbeat(
      () => now,
      () => told++,
    );
    const { retry } = watched(slow, beat);
    for (let i = 0; i < 6; i++) retry(context);
    expect(told).to.equal(5);
  });

  it('is told of in words when it throws, or gives what is no time', () => {
    for (const given of [Number.NaN, Infinity, -1, '5', undefined, {}, Symbol('s'), 5n]) {
      const { retry, report } = watched(policy(given));
      expect(retry(context)).to.be.NaN;
      expect(wordsOf(report)).to.match(/^No result was usable \(attempt 3: it returned /);
    }
    const { retry, report } = watched(() => {
      throw Object.create(null);
    });
    expect(retry(context)).to.be.NaN;
    expect(wordsOf(report)).to.contain('it threw').and.contain('backoff() was used instead');
    const fine = watched(policy(null));
    expect(fine.retry(context)).to.equal(null);
    expect(wordsOf(fine.report)).to.equal('');
  });

  it('can send nothing but figures', () => {
    const { outcome } = run('Earshot', earshotOf(INITIAL));
    expect(outcomeFrom(outcome)).to.deep.equal(outcome);
    const hostile: unknown[] = [
      null,
      {},
      { ...outcome, peak: '<svg onload=x>' },
      { ...outcome, wait: Number.NaN },
      { ...outcome, admitted: { ...outcome.admitted, p50: {} } },
      { ...outcome, series: { ...outcome.series, arrivals: [1, 2] } },
      { ...outcome, series: { ...outcome.series, hearing: new Float64Array([-1]) } },
      { ...outcome, series: { ...outcome.series, hearing: new Float64Array(1e6) } },
      { ...outcome, series: { ...outcome.series, inside: undefined } },
      { ...outcome, refusedFull: '0' },
    ];
    for (const sent of hostile) expect(outcomeFrom(sent)).to.equal(null);
  });
});
