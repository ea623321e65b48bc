// The API reference: each subpath's exports, their signatures and what their TSDoc says, as Markdown.
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { typed } from '../../test/package/exports.ts';
import { type Page, ROOT } from './pages.ts';

/** What API Extractor's model holds of an export or a member, so far as it is shown. */
interface Item {
  readonly kind: string;
  readonly name?: string;
  readonly docComment?: string;
  readonly excerptTokens?: readonly { readonly text: string }[];
  readonly members?: readonly Item[];
}

const MODELS = new URL('.build/api/', ROOT);

export const referenceFile = (name: string): string => `docs/reference/${name}.md`;

/** TSDoc as Markdown: links as code, blocks in words. */
const prose = (comment = ''): string =>
  comment
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .replace(/^[ \t]*\*[ \t]?/gm, '')
    .replace(/\{@link ([^}|]+?)\s*(?:\|[^}]*)?\}/g, '`$1`')
    .replace(/``(.+?)``/g, '`$1`')
    .replace(/^@param (\w+)(?: -)?\s+/gm, '\n- `$1`: ')
    .replace(/^@returns?\s+/gm, '\nReturns ')
    .replace(/^@throws\s+/gm, '\nThrows ')
    .trim();

const signature = ({ excerptTokens = [] }: Item): string =>
  excerptTokens
    .map(({ text }) => text)
    .join('')
    .replace(/^export declare /, '')
    .trim();

const code = (text: string): string => `\`\`\`typescript\n${text}\n\`\`\``;

const nameOf = ({ kind, name }: Item): string =>
  kind === 'Constructor' ? 'constructor' : (name ?? kind);

const isCall = ({ kind }: Item): boolean => /^(Function|Method)/.test(kind);

const member = (item: Item): string =>
  [
    `#### ${nameOf(item)}${isCall(item) ? '()' : ''}`,
    code(signature(item)),
    prose(item.docComment),
  ].join('\n\n');

const section = (item: Item): string =>
  [
    `### ${nameOf(item)}${isCall(item) ? '()' : ''}`,
    prose(item.docComment),
    code(signature(item)),
    ...(item.members ?? []).map(member),
  ].join('\n\n');

const GROUPS: readonly (readonly [string, RegExp])[] = [
  ['Functions', /^Function/],
  ['Classes', /^Class/],
  ['Values', /^Variable/],
  ['Types', /^(Interface|TypeAlias|Enum)/],
];

const pageOf = (specifier: string, name: string, items: readonly Item[]): Page => {
  const groups = GROUPS.flatMap(([title, kind]) => {
    const own = items.filter((item) => kind.test(item.kind));
    const sorted = own.sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
    return own.length ? [`## ${title}`, ...sorted.map(section)] : [];
  });
  const text = [`# ${specifier}`, `What \`import … from '${specifier}'\` gives.`, ...groups];
  return { file: referenceFile(name), text: text.join('\n\n') };
};

/** A page for each subpath that has types of its own. Needs the built types. */
export const reference = async (): Promise<Page[]> => {
  const script = new URL('scripts/api.mjs', ROOT).pathname;
  execFileSync(process.execPath, [script, '--check', '--models', MODELS.pathname], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return Promise.all(
    typed.map(async ({ name, specifier }) => {
      const model: Item = JSON.parse(await readFile(new URL(`${name}.api.json`, MODELS), 'utf8'));
      return pageOf(specifier, name, model.members?.[0]?.members ?? []);
    }),
  );
};
