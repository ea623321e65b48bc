import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { WORDS } from '../../../src/element/words.ts';

const PAGE = new URL('../../../docs/errors.md', import.meta.url);

it('docs/errors.md lists every error code, and no other', async () => {
  const page = await readFile(PAGE, 'utf8');
  const rows = [...page.matchAll(/^\| `(?!code`)([a-z-]+)` \|(.+)\|$/gm)];
  // Its type has a word for each code: the compiler holds that.
  expect(rows.map(([, code]) => code).sort()).to.deep.equal(Object.keys(WORDS.why).sort());
  for (const [, code, cells] of rows) {
    const filled = (cells ?? '').split(' | ').filter((cell) => cell.trim());
    expect(filled, `${code}: what happened, what Earshot does, what you can do`).to.have.length(3);
  }
});
