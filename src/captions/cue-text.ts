/** A part of a caption: text, or a tag with its content. */
export type CueNode = string | CueTag;

/** A tag of WebVTT cue text (W3C WebVTT, section 4.2.2). */
export interface CueTag {
  /** `c` is a class, `v` a voice. */
  readonly name: 'b' | 'i' | 'u' | 'c' | 'v' | 'lang' | 'ruby' | 'rt';
  /** The speaker of `v`, the language of `lang`; empty for others. */
  readonly annotation: string;
  readonly children: CueNode[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
};
const TAG = /<(\/?)(b|i|u|c|v|lang|ruby|rt)((?:\.[^\s.<>]*)*)(?:[ \t\n]([^<>]*))?>|<\d[\d:.]*>/g;
const DEEPEST = 8;

const decode = (text: string): string =>
  text.replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name) => ENTITIES[name] ?? '');

/**
 * Parses WebVTT cue text. Unknown tags stay as text, so that `a < b` needs no escape. Classes and timestamps are left
 * out.
 */
export const parseCueText = (text: string): readonly CueNode[] => {
  const root: CueNode[] = [];
  const open: CueTag[] = [];
  let at = 0;
  const add = (node: CueNode) => (open.at(-1)?.children ?? root).push(node);
  for (const match of text.matchAll(TAG)) {
    const [whole, slash, name, , annotation = ''] = match;
    if (match.index > at) add(decode(text.slice(at, match.index)));
    at = match.index + whole.length;
    if (!name) continue;
    if (slash) {
      const last = open.map((tag): string => tag.name).lastIndexOf(name);
      if (last >= 0) open.splice(last);
    } else if (open.length < DEEPEST) {
      const tag = { name, annotation: decode(annotation).trim(), children: [] } as CueTag;
      add(tag);
      open.push(tag);
    }
  }
  if (at < text.length) add(decode(text.slice(at)));
  return root;
};

/** The text alone, for a list of lines or a braille display. */
export const plainText = (nodes: readonly CueNode[]): string =>
  nodes
    .map((node) =>
      typeof node === 'string' ? node : node.name === 'rt' ? '' : plainText(node.children),
    )
    .join('');

const ELEMENTS: Readonly<Record<CueTag['name'], string>> = {
  b: 'b',
  i: 'i',
  u: 'u',
  c: 'span',
  v: 'span',
  lang: 'span',
  ruby: 'ruby',
  rt: 'rt',
};

/** Makes DOM nodes of it, without parsing HTML. A voice begins with the speaker's name. */
export const renderCueText = (document: Document, nodes: readonly CueNode[]): Node[] =>
  nodes.map((node) => {
    if (typeof node === 'string') return document.createTextNode(node);
    const { name, annotation, children } = node;
    const made = document.createElement(ELEMENTS[name]);
    if (name === 'lang' && annotation) made.lang = annotation;
    if (name === 'v' && annotation) {
      const speaker = document.createElement('b');
      speaker.setAttribute('part', 'speaker');
      speaker.append(`${annotation}: `);
      made.append(speaker);
    }
    made.append(...renderCueText(document, children));
    return made;
  });
