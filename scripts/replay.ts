// Replays a record of `session.record()` through the reducer, prints what happened, and compares each decision and
// status with the record. Exit 1 at a difference, 2 if the file is no record. `--test FILE` writes a test of it;
// `--quiet` prints only the verdict.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { SessionRecord } from '../src/session/api.ts';
import { parseRecord, replay, statusesOf } from './replay/replaying.ts';
import { testOf } from './replay/test-file.ts';
import { wordsOf } from './replay/words.ts';

const USAGE = 'npm run replay -- FILE [--test FILE.test.ts] [--quiet]';

const { values, positionals } = parseArgs({
  options: { test: { type: 'string' }, quiet: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const refuse = (why: string): never => {
  console.error(why);
  process.exit(2);
};

const read = (file: string): SessionRecord => {
  try {
    return parseRecord(readFileSync(file, 'utf8'));
  } catch (error) {
    return refuse(`${file}: ${(error as Error).message}`);
  }
};

const [file = refuse(USAGE), ...more] = positionals;
if (more.length) refuse(USAGE);
const record = read(file);

const clock = (at: number): string => new Date(at).toISOString().slice(11, 23);
let differences = 0;
let statuses = 0;
let decisions = 0;
for (const step of replay(record)) {
  const words = wordsOf(step);
  const { at, shown, effects = [] } = step.entry;
  if (shown) statuses++;
  decisions += effects.length;
  if (words && !values.quiet) console.log(`${clock(at)}  ${words}`);
  if (!step.difference) continue;
  differences++;
  if (differences === 1) console.error(`${clock(at)}  DIFFERENCE: ${step.difference}`);
}

const { earshot, entries, since } = record;
const seconds = (((entries.at(-1) as { at: number } | undefined)?.at ?? since) - since) / 1_000;
const all = `${entries.length} entries, ${seconds.toFixed(1)} s, recorded by Earshot ${earshot}`;
if (differences) console.error(`${all}: ${differences} differences; the first is above.`);
else console.log(`${all}: all ${statuses} statuses and all ${decisions} decisions are the same.`);
process.exitCode = differences ? 1 : 0;

if (values.test) {
  const test = resolve(values.test);
  if (!test.endsWith('.test.ts')) refuse('--test: the name must end in .test.ts');
  const name = basename(test, '.test.ts');
  const copy = resolve(dirname(test), `${name}.record`);
  if (existsSync(test) || existsSync(copy)) refuse(`${test} or ${copy} already exists.`);
  mkdirSync(dirname(test), { recursive: true });
  copyFileSync(file, copy);
  const path = relative(
    dirname(test),
    fileURLToPath(new URL('replay/replaying.ts', import.meta.url)),
  );
  const own = path.split(sep).join('/');
  const from = own.startsWith('.') ? own : `./${own}`;
  writeFileSync(
    test,
    testOf(name.replace(/[\\']/g, ' '), `./${name}.record`, from, statusesOf(record)),
  );
  console.log(`${test} and ${copy} are written. Run: npx mocha --no-config ${relative('.', test)}`);
}
