import { expect } from 'chai';
import { codeOf } from '../../../demo/page/lab/code.ts';
import {
  heartbeat,
  moduleOf,
  outcomeFrom,
  watched,
  wordsOf,
} from '../../../demo/page/lab/pasted.ts';
import { earshotOf, peerOf, type Run, scenarioOf } from '../../../demo/page/lab/run.ts';
import { INITIAL } from '../../../demo/page/lab/settings.ts';
import { clocked, duration, percent, verdictOf } from '../../../demo/page/lab/words.ts';
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
    ];
    for (const sent of hostile) expect(outcomeFrom(sent)).to.equal(null);
  });
});
