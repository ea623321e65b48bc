// The names that the build shortens are seen by Earshot's own modules only.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { NAMES, SHORT } from '../../scripts/short-names.ts';

const readAll = (pattern: string): [file: string, text: string][] => {
  const files = globSync(pattern);
  assert.ok(files.length, `nothing is at ${pattern}: npm run build makes it`);
  return files.map((file) => [file, readFileSync(file, 'utf8')]);
};

const findIn = (text: string, names: readonly string[]): string[] =>
  names.filter((name) => new RegExp(`(?<![\\w$])${name.replace('$', '\\$')}(?![\\w$])`).test(text));

const withoutComments = (code: string): string =>
  code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

const STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;

describe('the short names of the build', () => {
  it('belong to no public type, and to nothing that is stored or sent', () => {
    // What the public types lead to.
    const modules = 'governor/{api,tokens},channel/channel,sources/*,stage/*';
    const types = `dist/types/{${modules}}.d.ts`;
    for (const pattern of ['docs/api/*.md', 'src/**/*.schema.json', 'src/host/*.ts', types]) {
      for (const [file, text] of readAll(pattern)) assert.deepEqual(findIn(text, NAMES), [], file);
    }
  });

  it('belong to no interface of a browser, of the language or of hls.js', () => {
    const libraries = [
      'node_modules/@typescript/*/lib/lib.*.d.ts',
      'node_modules/hls.js/dist/hls.d.ts',
    ];
    for (const pattern of [...libraries, 'node_modules/eventemitter3/index.d.ts']) {
      for (const [file, text] of readAll(pattern)) assert.deepEqual(findIn(text, NAMES), [], file);
    }
  });

  it('stand in no string, and take the place of no other name', () => {
    const shorts = [...SHORT.values()];
    // The bundles of the demo's pages lie beside the modules, and the server keeps its names.
    const modules = readAll('.build/**/*.js').filter(
      ([file]) => !/pages|stage-server|\bcli\b/.test(file),
    );
    for (const [file, text] of modules) {
      const code = withoutComments(text);
      const strings = (code.match(STRING) ?? []).join('\n');
      assert.deepEqual(findIn(strings, NAMES), [], file);
      assert.deepEqual(findIn(code, shorts), [], file);
    }
  });

  it('are used in every chunk alike', () => {
    const chunks = readAll('dist/*.js').filter(([file]) => !/stage-server|cli|herd/.test(file));
    for (const [file, text] of chunks) {
      assert.deepEqual(findIn(withoutComments(text), NAMES), [], file);
    }
  });
});
