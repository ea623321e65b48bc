// Breaks each line of test/mutations on purpose, in a copy, and shows which test went red. Exit 1 if one stays green.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTATIONS } from '../test/mutations/mutations.mjs';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const chosen = MUTATIONS.filter(({ name }) => !values.only || name.includes(values.only));
if (!chosen.length) throw new Error('--only: no mutation is named so');

const COPIED = ['src', 'test', 'demo', 'bench', 'package.json', 'tsconfig.json'];
const MOCHA = resolve('node_modules/mocha/bin/mocha.js');
const SETTINGS = ['--no-config', '--bail', '--reporter', 'json', '--timeout', '600000'];
const HELPERS = ['effort', 'rejections'].flatMap((name) => [
  '--require',
  `test/helpers/${name}.ts`,
]);

const copy = mkdtempSync(join(tmpdir(), 'earshot-mutations-'));
for (const path of COPIED) cpSync(path, join(copy, path), { recursive: true });
symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));

/** The title of the first test that is red; `null`: none is. */
const redOf = (tests) => {
  const args = [MOCHA, ...SETTINGS, ...HELPERS, ...tests];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status === 0) return null;
  const start = stdout.indexOf('{\n');
  const failures = start < 0 ? [] : JSON.parse(stdout.slice(start)).failures;
  if (!failures.length) throw new Error(`no test ran: ${stderr.slice(0, 2_000)}`);
  return failures[0].fullTitle;
};

let survived = 0;
try {
  for (const { name, file, from, to, tests } of chosen) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${name}: not once in ${file}: ${from}`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    const red = redOf(tests);
    writeFileSync(path, text);
    if (!red) survived++;
    console.log(`${red ? 'red' : 'GREEN'}: ${name}${red ? `\n     ${red}` : ''}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - survived} of ${chosen.length} went red`);
process.exitCode = survived ? 1 : 0;
