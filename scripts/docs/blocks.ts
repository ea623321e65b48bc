// The code blocks of the documentation: each is checked by what reads its language.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import MarkdownIt from 'markdown-it';
import { type Page, ROOT } from './pages.ts';

/** A fenced or indented block. */
export interface Block {
  /** `docs/x.md:12`. */
  readonly at: string;
  /** What stands behind the fence; `sh` for an indented one. */
  readonly info: string;
  readonly code: string;
}

const FOLDER = new URL('.build/docs-blocks/', ROOT);
const TYPED = ['ts', 'tsx'];

export const blocksOf = ({ file, text }: Page): Block[] =>
  new MarkdownIt().parse(text, {}).flatMap(({ type, info, content, map }) => {
    if (type !== 'fence' && type !== 'code_block') return [];
    const language = type === 'fence' ? info.trim() : 'sh';
    return [{ at: `${file}:${(map?.[0] ?? 0) + 1}`, info: language, code: content }];
  });

const nameOf = ({ at, info }: Block): string => `${at.replace(/\W+/g, '-')}.${info}`;

/** Compiles each block as a module of its own against the types that are published. */
export const typeErrors = async (blocks: readonly Block[]): Promise<string[]> => {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const typed = blocks.filter(({ info }) => TYPED.includes(info));
  for (const block of typed) {
    // A block without an import is a module all the same.
    await writeFile(new URL(nameOf(block), FOLDER), `${block.code}\nexport {};\n`);
  }
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: {
      types: ['node'],
      jsx: 'react-jsx',
      module: 'ESNext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: false,
      verbatimModuleSyntax: false,
      // Whoever copies a block has options of their own.
      exactOptionalPropertyTypes: false,
      noUncheckedIndexedAccess: false,
    },
    include: ['*.ts', '*.tsx', '../../docs/blocks.d.ts'],
  };
  await writeFile(new URL('tsconfig.json', FOLDER), JSON.stringify(config));
  const tsc = new URL('node_modules/.bin/tsc', ROOT).pathname;
  const { stdout } = await promisify(execFile)(tsc, ['-p', FOLDER.pathname, '--pretty', 'false'], {
    cwd: FOLDER.pathname,
  }).catch((error: { stdout: string }) => error);
  const places = new Map(typed.map((block) => [nameOf(block), block.at]));
  return stdout
    .split('\n')
    .filter((line) => line.trim())
    .map((line) =>
      line.replace(
        /^([\w.-]+)\((\d+),\d+\)/,
        (_, name, row) => `${places.get(name) ?? name}, line ${row}`,
      ),
    );
};

/** Every block of JSON is JSON, and a stage document where it has a version. */
export const jsonErrors = async (blocks: readonly Block[]): Promise<string[]> => {
  const schema = await readFile(new URL('src/stage/stage-document.schema.json', ROOT), 'utf8');
  const ajv = new Ajv2020({ formats: { 'date-time': true, 'uri-reference': true } });
  const isStage = ajv.compile(JSON.parse(schema));
  return blocks.flatMap(({ at, info, code }) => {
    if (info !== 'json') return [];
    try {
      const value = JSON.parse(code);
      if (!('version' in value) || isStage(value)) return [];
      return [`${at}: no stage document: ${ajv.errorsText(isStage.errors)}`];
    } catch (error) {
      return [`${at}: ${(error as Error).message}`];
    }
  });
};

/** Every npm script that is named, anywhere in the text, exists. */
export const scriptErrors = async (pages: readonly Page[]): Promise<string[]> => {
  const { scripts } = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8'));
  return pages.flatMap(({ file, text }) =>
    [...text.matchAll(/npm run ([\w:-]+)/g)].flatMap(([, name = '']) =>
      Object.hasOwn(scripts, name) ? [] : [`${file}: there is no script ${name}`],
    ),
  );
};
