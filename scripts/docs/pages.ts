// The pages of the documentation, in the order of the site.
import { readFile } from 'node:fs/promises';

export const ROOT = new URL('../../', import.meta.url);

/** Markdown files of the repository that the site shows, by section. */
export const SECTIONS: readonly (readonly [string, readonly string[]])[] = [
  ['Start', ['getting-started', 'media-servers', 'faq', 'glossary']],
  [
    'Guides',
    [
      'recipes',
      'element',
      'states',
      'errors',
      'whep',
      'video',
      'publishing',
      'monitoring',
      'testing-your-app',
      'migrating',
      'upgrading',
    ],
  ],
  ['Large events', ['operations', 'door', 'server', 'incidents', 'retry-policy']],
  [
    'Reference',
    [
      'stage-document',
      'events',
      'cues',
      'protocol',
      'browsers',
      'size',
      'custom-source',
      'architecture',
    ],
  ],
  ['Why', ['comparison', 'benchmarks']],
];

/** One page: where its Markdown is, below the root of the repository, and what it says. */
export interface Page {
  readonly file: string;
  readonly text: string;
}

const read = async (file: string): Promise<Page> => ({
  file,
  text: await readFile(new URL(file, ROOT), 'utf8'),
});

/** All that is checked; the site shows those of the sections. */
export const pages = async (files: readonly string[]): Promise<Page[]> =>
  Promise.all(files.map(read));

export const shown = (): string[] =>
  SECTIONS.flatMap(([, names]) => names.map((name) => `docs/${name}.md`));

export const titleOf = ({ text, file }: Page): string =>
  /^# (?:\d+\. )?(.+)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? file;
