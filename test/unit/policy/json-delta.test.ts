import { expect } from 'chai';
import fc from 'fast-check';
import { diff, type Json, patch } from '../../../src/policy/json-delta.ts';
import { runs } from '../../helpers/effort.ts';

const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

/** A value, and the same with a few fields changed, as an observation and the next one are. */
const pairs = fc
  .tuple(fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', '0'), json)), json, json)
  .map(([fields, one, other]): [Json, Json] => {
    const same = Object.fromEntries(fields) as { [name: string]: Json };
    return [
      { ...same, list: [one, 1, other] },
      { ...same, list: [other, 1, one] },
    ];
  });

it('a change applied to what it was taken from gives the other value', () => {
  fc.assert(
    fc.property(fc.oneof(fc.tuple(json, json), pairs), ([before, after]) => {
      const change = diff(before, after);
      if (change) expect(patch(before, JSON.parse(JSON.stringify(change)))).to.deep.equal(after);
      else expect(before).to.deep.equal(after);
    }),
    { numRuns: runs(500) },
  );
});

it('what has not changed is not in it', () => {
  const before = { now: 1, active: { ahead: 9, wait: null }, waits: [null, { until: 3 }] };
  const after = { now: 1, active: { ahead: 8, wait: null }, waits: [null, { until: 4 }] };
  expect(diff(before, after)).to.deep.equal({
    active: { ahead: [8] },
    waits: { 1: { until: [4] } },
  });
  expect(diff(before, { ...before })).to.equal(null);
});

it('a field that has gone, and a list of another length, are told', () => {
  expect(diff({ a: 1, b: 2 }, { a: 1 })).to.deep.equal({ b: 0 });
  expect(diff([1, 2], [1])).to.deep.equal([[1]]);
});
