import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './exports.ts';

const STAGE = 'https://cdn.example/talk.m3u8';

const text = readFileSync(join(ROOT, 'README.md'), 'utf8');

const only = (what: string, found: readonly (string | undefined)[]): string => {
  const [first, ...more] = found;
  if (first === undefined || more.length) throw new Error(`README.md has not one ${what}`);
  return first;
};

/** The code of the README's blocks in one language, in their order. */
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );

/** What the README's first lines leave to the page: they say `button` and `render`. */
const PAGE = `const button = document.querySelector('button');
const render = ({ status }) => {
  document.querySelector('output').value = status;
};
`;

/** The README's five lines, with a stage that exists, and what they leave to the page. */
export const fiveLines = (stage: string): string => {
  const code = blocks('ts')[0] ?? '';
  only(
    `'${STAGE}' in its first code block`,
    [...code.matchAll(new RegExp(STAGE, 'g'))].map(String),
  );
  return `${PAGE}\n${code.replace(STAGE, stage)}`;
};

/** The README's import map. */
export const importMap = (): string => {
  const found = blocks('html').flatMap((code) =>
    [...code.matchAll(/<script type="importmap">([\s\S]*?)<\/script>/g)].map(([, map]) => map),
  );
  return only('import map', found);
};

/** The policy that the README promises, where the media come from `cdn`. */
export const policyOf = (cdn: string): string => {
  const found = blocks('http').map((code) => code.replace(/^Content-Security-Policy:/, ''));
  return only('policy', found).replaceAll('https://cdn.example', cdn).replace(/\s+/g, ' ').trim();
};

/** What the README says to type, as words after `npm`, for the tarball. */
export const installing = (tarball: string): string[] =>
  only('`npm install earshot`', text.match(/^ {4}npm install earshot$/gm) ?? [])
    .trim()
    .split(' ')
    .slice(1)
    .map((word) => (word === 'earshot' ? tarball : word));
