import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifest, ROOT } from './exports.ts';

const STAGE = 'https://cdn.example/talk.m3u8';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const START = 'docs/getting-started.md';

const only = (file: string, what: string, found: readonly (string | undefined)[]): string => {
  const [first, ...more] = found;
  if (first === undefined || more.length) throw new Error(`${file} has not one ${what}`);
  return first;
};

/** The code blocks of a page in one language, in their order. */
const blocks = (file: string, language: string): string[] =>
  [...read(file).matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );

/** The first program of the documentation, with a stage that exists. */
export const fiveLines = (stage: string): string => {
  const code = blocks(START, 'ts')[0] ?? '';
  only(
    START,
    `'${STAGE}' in its first code block`,
    [...code.matchAll(new RegExp(STAGE, 'g'))].map(String),
  );
  return code.replace(STAGE, stage);
};

/** The import map of the documentation. */
export const importMap = (): string => {
  const found = blocks(START, 'html').flatMap((code) =>
    [...code.matchAll(/<script type="importmap">([\s\S]*?)<\/script>/g)].map(([, map]) => map),
  );
  return only(START, 'import map', found);
};

/** The policy that the documentation promises, where the media come from `cdn`. */
export const policyOf = (cdn: string): string => {
  const found = blocks(START, 'http').map((code) => code.replace(/^Content-Security-Policy:/, ''));
  return only(START, 'policy', found)
    .replaceAll('https://cdn.example', cdn)
    .replace(/\s+/g, ' ')
    .trim();
};

const DEMO = 'http://127.0.0.1:4173/stage.json';

/** The page of the README, with the document of a stage that runs. */
export const readmePage = (documentUrl: string): string =>
  only(
    'README.md',
    `page with ${DEMO}`,
    blocks('README.md', 'html').filter((code) => code.includes(`src="${DEMO}"`)),
  ).replace(DEMO, documentUrl);

/** As `npm pack` names it. */
const TARBALL = `./earshot-${manifest.version}.tgz`;

/** What the README says to type, as words after `npm`, for the tarball. */
export const installing = (tarball: string): string[] =>
  only(
    'README.md',
    `\`npm install ${TARBALL}\``,
    read('README.md')
      .split('\n')
      .filter((line) => line === `    npm install ${TARBALL}`),
  )
    .trim()
    .split(' ')
    .slice(1)
    .map((word) => (word === TARBALL ? tarball : word));
