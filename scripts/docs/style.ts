// Checks the prose of the documentation: short sentences, and no form that a reader has to read twice.
import MarkdownIt, { type MarkdownIt as Markdown } from 'markdown-it';
import type { Page } from './pages.ts';

const MOST_WORDS = 30;
const MOST_WORDS_ON_AVERAGE = 20;

/** README, CONTRIBUTING and the pages of docs. Decisions and the changelog are records, and keep their words. */
const IS_READ = /^(?:README|CONTRIBUTING|docs\/[\w-]+)\.md$/;

/** Forms to avoid, and what to write instead. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bthat which\b/, 'name the thing'],
  [/\bshort of\b/, 'except, until'],
  [/\bof (?:its|their|your|our|his|her|one's) own\b|\bone's own\b/, 'its own X, your own X'],
  [/\b(?:is|are) none\b/, 'is not a X, there is no X'],
  [/(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|\w+er than\b)/, 'is not a X'],
  [/\bask(?:s|ed|ing)? of\b/, 'requires, needs'],
  [/\b(?:is|are|was|were|be|been) (?:asked|told|looked at)\b/, 'say who asks, reports, polls'],
  [/\b(?:is|are) heard that\b/, 'Earshot plays X'],
  [/\bwhat is (?:now )?heard\b/, 'the sound, what the listener hears'],
  [/\bwho(?:ever)? (?:comes|came)\b/, 'new listeners'],
  [/\btalking back\b/, 'sending messages'],
  [/\bby (?:WHEP|WebRTC|HLS|LL-HLS)\b/, 'over WHEP'],
  [/\bto be had\b|\bcan be had\b/, 'is available'],
  [/\bbears?\b/, 'can take'],
  [/\banew\b/, 'again'],
  [/\bseldom\b|\bever more\b/, 'less and less often'],
  [/\bin hand\b/, 'buffered'],
  [/\ball the same\b/, 'anyway'],
  [/\bso far as\b/, 'if, as far as'],
  [/\bmends? itself\b/, 'corrects itself'],
  [/\bwhen it burns\b|\bnight of the event\b/, 'during an incident, during the event'],
  [/\b(?:not|never) (?:un(?!til|less|der|i)\w+|without)\b/, 'no double negation'],
  [
    /\b(?:nobody|nothing|none|never|not) (?:(?!and|or|but|if)\w+ ){0,3}(?:not|nothing|never|nobody|none)\b/,
    'no double negation',
  ],
];

/** Openings of a sentence that delay its subject. */
const BANNED_BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^(?:who|what|where|which)(?:ever)?\b(?!.*[?:]\W*$)/s, 'begin with the subject'],
  [
    /^(?:so|nor|neither) (?:is|are|was|were|do|does|did|has|have|can|will)\b(?! not\b)/,
    'subject first',
  ],
];

/** A paragraph, an item of a list, or a cell of a table. */
interface Piece {
  readonly text: string;
  /** The line of its first word, from 1. */
  readonly line: number;
  readonly isCell: boolean;
}

type Token = ReturnType<Markdown['parse']>[number];

/** Stands for inline code, which counts as one word. */
const CODE = '\uFFFC';

const textOf = (tokens: readonly Token[]): string =>
  tokens
    .map(({ type, content }) => {
      if (type === 'code_inline') return CODE;
      return type === 'softbreak' || type === 'hardbreak' ? '\n' : type === 'text' ? content : '';
    })
    .join('');

const piecesOf = (text: string): Piece[] => {
  const pieces: Piece[] = [];
  let line = 1;
  let container = '';
  for (const { type, map, children } of new MarkdownIt({ html: true }).parse(text, {})) {
    if (map) line = map[0] + 1;
    if (type.endsWith('_open')) container = type;
    if (type !== 'inline' || container === 'heading_open') continue;
    pieces.push({ text: textOf(children ?? []), line, isCell: /^t[dh]_/.test(container) });
  }
  return pieces;
};

const ABBREVIATION = String.raw`\b(?:e\.g|i\.e|vs|cf|approx)`;
const BETWEEN_SENTENCES = new RegExp(
  String.raw`((?<=(?<!${ABBREVIATION})[.!?]["')\]]*)\s+(?=["'(\[]*(?:[\p{Lu}\p{N}${CODE}]|hls\.js)))`,
  'u',
);
/** A cell of a table holds phrases, and a semicolon ends one. */
const BETWEEN_PHRASES = /((?<=[.!?;]["')\]]*)\s+)/;

const sentencesOf = (piece: Piece): Piece[] => {
  let { line } = piece;
  return piece.text
    .split(piece.isCell ? BETWEEN_PHRASES : BETWEEN_SENTENCES)
    .flatMap((text, index) => {
      const sentence = { ...piece, text, line };
      line += text.split('\n').length - 1;
      return index % 2 ? [] : [sentence];
    });
};

const wordsIn = (text: string): number =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}\uFFFC]/u.test(word)).length;

const faultsOf = ({ text, isCell }: Piece): string[] => {
  const words = wordsIn(text);
  const plain = text.replace(/\s+/g, ' ');
  const forms = isCell ? BANNED : [...BANNED, ...BANNED_BEGINNINGS];
  return [
    ...(words > MOST_WORDS ? [`${words} words in a sentence, ${MOST_WORDS} at most`] : []),
    ...forms.flatMap(([form, instead]) => {
      const [found] = new RegExp(form, `${form.flags}i`).exec(plain) ?? [];
      return found ? [`"${found.trim()}": ${instead}`] : [];
    }),
  ];
};

const beginningOf = (text: string): string =>
  text.replaceAll(CODE, '`…`').split(/\s+/).slice(0, 6).join(' ');

/** The style faults of one page, each as `file:line: fault`. */
export function faultsOfPage({ file, text }: Page): string[] {
  const sentences = piecesOf(text).flatMap(sentencesOf);
  const faults = sentences.flatMap((sentence) =>
    faultsOf(sentence).map(
      (fault) => `${file}:${sentence.line}: ${fault} (${beginningOf(sentence.text)} …)`,
    ),
  );
  const whole = sentences.filter(({ text, isCell }) => !isCell && /[.!?]["')\]]*$/.test(text));
  const words = whole.reduce((sum, { text }) => sum + wordsIn(text), 0);
  const average = words / (whole.length || 1);
  if (average <= MOST_WORDS_ON_AVERAGE) return faults;
  const found = `${average.toFixed(1)} words a sentence on average, ${MOST_WORDS_ON_AVERAGE} at most`;
  return [...faults, `${file}:1: ${found}`];
}

/** The style faults of all pages that the style is binding for. */
export function styleErrors(pages: readonly Page[]): string[] {
  return pages.filter(({ file }) => IS_READ.test(file)).flatMap(faultsOfPage);
}
