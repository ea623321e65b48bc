// Writes a mocha test that replays a record and says which statuses are right.
import type { StatusChange } from './replaying.ts';

/** @param record the path of the record, and @param replaying that of replaying.ts, both relative to the test. */
export const testOf = (
  name: string,
  record: string,
  replaying: string,
  changes: readonly StatusChange[],
): string => `import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseRecord, type StatusChange, statusesOf } from '${replaying}';

const FILE = new URL('${record}', import.meta.url);

// What the reducer does today, in seconds since the start of the record. Write here what it should do: the test then
// fails until the code does it. Later events stay as they were recorded, so look at the first difference.
const EXPECTED: StatusChange[] = [
${changes.map(lineOf).join('\n')}
];

it('${name}: the recorded session has the expected statuses', () => {
  expect(statusesOf(parseRecord(readFileSync(FILE, 'utf8')))).to.deep.equal(EXPECTED);
});
`;

const LONGEST_LINE = 100;

const quoted = (text: string): string =>
  `'${text.replace(/[\\']/g, '\\$&').replace(/[\n\r\u2028\u2029]/g, ' ')}'`;

const lineOf = ([seconds, status, source]: StatusChange): string => {
  const parts = [`${seconds}`, quoted(status), source === null ? 'null' : quoted(source)];
  const line = `  [${parts.join(', ')}],`;
  return line.length <= LONGEST_LINE
    ? line
    : ['  [', ...parts.map((part) => `    ${part},`), '  ],'].join('\n');
};
