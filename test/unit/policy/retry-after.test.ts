import { expect } from 'chai';
import { minimumWaitFrom } from '../../../src/policy/retry-after.ts';

const NOW = Date.UTC(2026, 10, 22, 20);

const floor = (fields: Record<string, string>) =>
  minimumWaitFrom((name) => fields[name] ?? null, NOW);
const date = (ms: number) => new Date(NOW + ms).toUTCString();

describe('floorOf()', () => {
  const cases: [string, Record<string, string>, number | null][] = [
    ['nothing', {}, null],
    ['seconds', { 'retry-after': '120' }, 120_000],
    ['seconds among spaces', { 'retry-after': ' 5 ' }, 5_000],
    ['zero', { 'retry-after': '0' }, 0],
    ['more than an hour', { 'retry-after': '86400' }, 3_600_000],
    ['more than fits a number', { 'retry-after': '9'.repeat(400) }, 3_600_000],
    ['a date', { 'retry-after': date(30_000) }, 30_000],
    ['a date that has passed', { 'retry-after': date(-30_000) }, 0],
    ['a date by the server clock', { 'retry-after': date(5_000), date: date(-15_000) }, 20_000],
    ['a fraction', { 'retry-after': '1.5' }, null],
    ['a negative number', { 'retry-after': '-5' }, null],
    ['a number in another notation', { 'retry-after': '1e3' }, null],
    ['words', { 'retry-after': 'soon, I hope' }, null],
    [
      'garbage that is followed by a limit',
      { 'retry-after': '??', ratelimit: '"d";r=0;t=9' },
      9_000,
    ],
    ['Retry-After before RateLimit', { 'retry-after': '3', ratelimit: '"d";r=0;t=9' }, 3_000],
    ['a limit that is left', { ratelimit: '"d";r=1;t=9' }, null],
    ['the longest of several limits', { ratelimit: '"a";r=0;t=9, "b";r=0;t=40' }, 40_000],
    ['the older fields', { 'ratelimit-remaining': '0', 'ratelimit-reset': '8' }, 8_000],
    [
      'the older fields, not exhausted',
      { 'ratelimit-remaining': '2', 'ratelimit-reset': '8' },
      null,
    ],
  ];
  for (const [name, fields, expected] of cases) {
    it(`reads ${name}`, () => expect(floor(fields)).to.equal(expected));
  }
});
