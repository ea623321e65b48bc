import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = 'docs/architecture.md';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** What stands between backticks on one line. */
const quoted = [...read(PAGE).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);

const folders = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** True for a path below one of the folders of the repository. */
const isPath = (text: string): boolean =>
  /^[\w-]+(\/[\w.-]+)*\/?$/.test(text) && folders.includes(text.split('/')[0] ?? '');

const functionName = (text: string): string | undefined => /^(\w+)\(\)$/.exec(text)?.[1];

/** True if the code defines the name as a function, a constant or a method. */
const isDefined = (code: string, name: string): boolean =>
  new RegExp(
    `(?:\\b(?:function|const|class) |^\\s*(?:async |readonly )?)${name}\\b\\s*[=(:<]`,
    'm',
  ).test(code);

test('every file and folder that the page names exists', () => {
  const paths = quoted.filter(isPath);
  assert.ok(paths.length > 20, 'the page names few files: is it still the right one?');
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
});

test('every function that the page names is defined in src', () => {
  const code = globSync('src/**/*.ts', { cwd: ROOT }).map(read).join('\n');
  const names = quoted.map(functionName).filter((name) => name !== undefined);
  assert.ok(names.length > 5, 'the page names few functions: is it still the right one?');
  assert.deepEqual(
    names.filter((name) => !isDefined(code, name)),
    [],
  );
});

test('every folder of src is on the map', () => {
  const all = readdirSync(join(ROOT, 'src'), { withFileTypes: true });
  assert.deepEqual(
    all
      .filter((entry) => entry.isDirectory() && !quoted.includes(`src/${entry.name}`))
      .map(({ name }) => name),
    [],
  );
});

test('what does not exist is found', () => {
  assert.equal(isDefined('const listening = 1; listen(1);', 'listen'), false);
  assert.equal(isDefined('export const listen = (options) => options;', 'listen'), true);
  assert.equal(isPath('src/nowhere.ts') && existsSync(join(ROOT, 'src/nowhere.ts')), false);
});
