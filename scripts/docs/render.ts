// Markdown to pages, and whether every link in them leads somewhere.
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import MarkdownIt, { type MarkdownIt as Markdown } from 'markdown-it';
import anchor from 'markdown-it-anchor';
import { type Page, ROOT, SECTIONS, shown, titleOf } from './pages.ts';

const REPOSITORY_ONLY = /^(src|demo|test|bench|scripts|lint)\//;

const REFERENCE = 'docs/reference/';

const slug = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const markdown = (): Markdown => new MarkdownIt({ html: false }).use(anchor, { slugify: slug });

/** The ids of a page's headings. */
export const anchorsOf = ({ text }: Page): Set<string> =>
  new Set(
    [
      ...markdown()
        .render(text)
        .matchAll(/<h\d id="([^"]+)"/g),
    ].map(([, id = '']) => id),
  );

interface Target {
  /** Below the root of the repository. */
  readonly file: string;
  readonly hash: string;
}

const targetOf = (href: string, from: string): Target | null => {
  if (/^[a-z]+:/i.test(href)) return null;
  const [path = '', hash = ''] = href.split('#');
  return { file: path ? posix.join(posix.dirname(from), path) : from, hash };
};

const linksOf = (page: Page): string[] =>
  markdown()
    .parse(page.text, {})
    .flatMap(({ children }) => children ?? [])
    .flatMap(({ type, attrs }) => {
      const name = type === 'link_open' ? 'href' : type === 'image' ? 'src' : null;
      return attrs?.filter(([key]) => key === name).map(([, value]) => String(value)) ?? [];
    });

/** Links to files that are not there, and to headings that are not in them. */
export const linkErrors = (pages: readonly Page[]): string[] =>
  pages.flatMap((page) =>
    linksOf(page).flatMap((href) => {
      const target = targetOf(decodeURI(href), page.file);
      if (!target) return [];
      const { file, hash } = target;
      const other = pages.find((one) => one.file === file);
      if (!other && !existsSync(new URL(file, ROOT)))
        return [`${page.file}: ${href} leads nowhere`];
      if (hash && other && !anchorsOf(other).has(hash))
        return [`${page.file}: ${href} has no such heading`];
      return [];
    }),
  );

/** Where a file of the repository is on the site; `null`: it is not. */
export const placeOf = (file: string): string | null => {
  if (file === 'README.md') return 'index.html';
  if (REPOSITORY_ONLY.test(file)) return null;
  if (file.endsWith('.md')) return `${file.replace(/^docs\//, '').slice(0, -3)}.html`;
  return file.startsWith('docs/') ? file.slice('docs/'.length) : null;
};

const quote = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

const navigation = (pages: readonly Page[], current: string, up: string): string => {
  const link = (file: string) => {
    const page = pages.find((one) => one.file === file);
    if (!page) return '';
    const here = file === current ? ' aria-current="page"' : '';
    return `<li><a href="${up}${placeOf(file)}"${here}>${quote(titleOf(page))}</a></li>`;
  };
  const lists = SECTIONS.map(
    ([name, names]) =>
      `<h2>${name}</h2><ul>${names.map((one) => link(`docs/${one}.md`)).join('')}</ul>`,
  );
  const made = pages.filter(({ file }) => file.startsWith(REFERENCE)).map(({ file }) => link(file));
  const all = made.length ? [...lists, `<h2>API</h2><ul>${made.join('')}</ul>`] : lists;
  return `<ul>${link('README.md')}</ul>${all.join('')}`;
};

/** A page of the site, whole. Links to Markdown lead to its pages, all others stay. */
export const render = (page: Page, pages: readonly Page[]): string => {
  const place = placeOf(page.file) ?? '';
  const up = '../'.repeat(place.split('/').length - 1);
  const md = markdown();
  const move = (href: string): string => {
    const target = targetOf(href, page.file);
    const to = target && placeOf(target.file);
    if (!target || !to) return href;
    return `${posix.relative(posix.dirname(place), to) || to}${target.hash && `#${target.hash}`}`;
  };
  for (const [rule, name] of [
    ['link_open', 'href'],
    ['image', 'src'],
  ] as const) {
    const plain = md.renderer.rules[rule];
    md.renderer.rules[rule] = (tokens, index, options, env, self) => {
      const token = tokens[index];
      token?.attrSet(name, move(String(token.attrGet(name) ?? '')));
      return plain?.(tokens, index, options, env, self) ?? self.renderToken(tokens, index, options);
    };
  }
  const body = md
    .render(page.text)
    // What is wider than a phone is scrolled, by keyboard too.
    .replace(/<table>/g, '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>')
    .replace(/<\/table>/g, '</table></div>')
    // An empty corner names no column.
    .replace(/<th( style="[^"]*")?><\/th>/g, '<td></td>')
    .replace(/<pre>/g, '<pre tabindex="0">');
  const order = ['README.md', ...shown()];
  const next = pages.find(({ file }) => file === order[order.indexOf(page.file) + 1]);
  const onwards =
    next && order.includes(page.file)
      ? `<p class="next">Next: <a href="${up}${placeOf(next.file)}">${quote(titleOf(next))}</a></p>`
      : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${quote(titleOf(page))} – Earshot</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="${up}base.css">
<link rel="stylesheet" href="${up}docs.css">
<link rel="icon" href="${up}mark.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
<header class="head"><a class="name" href="${up}index.html">Earshot</a><p>Live audio that survives outages.</p><a class="all" href="#pages">All pages</a></header>
<main id="main" class="text">
${body}${onwards}
</main>
<nav class="pages" id="pages" aria-label="Documentation">${navigation(pages, page.file, up)}</nav>
</body>
</html>
`;
};
