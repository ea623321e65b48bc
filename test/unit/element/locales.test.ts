import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createFormat } from '../../../src/element/format.ts';
import { type Spoken, WORDS, type Words } from '../../../src/element/words.ts';

const ROOT = new URL('../../../', import.meta.url);
const NAMES = readdirSync(new URL('src/locales/', ROOT)).map((file) => file.replace('.ts', ''));

const loaded = await Promise.all(
  NAMES.map(async (name) => {
    const module = (await import(new URL(`src/locales/${name}.ts`, ROOT).href)) as {
      [name: string]: Words;
    };
    return [name, module] as const;
  }),
);

const NOW = Date.UTC(2026, 10, 22, 12);
const SECOND = 1_000;
/** One, two, few, many and a hundred: the plurals of Polish and Arabic. */
const SPANS = [1, 2, 5, 12, 99, 100 * 60].map((seconds) => seconds * SECOND);
const UNKNOWN: Spoken = { by: null, at: null, left: null, relative: null };

/** All that a sentence may be given, in the language of the words. */
const given = ({ lang, kinds }: Words): Spoken[] => {
  const format = createFormat(lang);
  const at = format.at(NOW + SECOND, NOW);
  const known = SPANS.map((ms) => ({
    ...{ by: kinds.hls ?? null, at, left: format.span(ms), relative: format.relative(ms) },
  }));
  return [UNKNOWN, { ...UNKNOWN, at }, ...known];
};

/** Every sentence that has something put in, by what it is called. */
const sentences = (words: Words): [name: string, text: string][] => {
  const { hearing, scheduled, waiting, rejoining, queue, busy } = words;
  return given(words).flatMap((spoken): [string, string][] => [
    ['hearing', hearing(words.kinds.hls ?? '', spoken.left)],
    ['scheduled', scheduled(spoken)],
    ['waiting', waiting(busy, spoken)],
    ['rejoining', rejoining(spoken)],
    ['queue', queue(spoken)],
  ]);
};

/** Every text that stands by itself, as `headlines.paused`. */
const texts = (words: object, path = ''): [name: string, text: string][] =>
  Object.entries(words).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string'
      ? [[path + key, value]]
      : typeof value === 'object'
        ? texts(value, `${path}${key}.`)
        : [],
  );

const keys = (words: object, path = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' ? keys(value, `${path}${key}.`) : [`${path}${key} ${typeof value}`],
  );

/** Names, and words that other languages have too. */
const INTERNATIONAL = ['WebRTC', 'HLS', 'Pause', 'Volume'];
const ENGLISH =
  /\b(the|you|your|press|starts?|until|retrying|automatically|is|not|sound|listen|live audio|seconds?)\b/i;
/** Words of other languages that look English. */
const NOT_ENGLISH: Record<string, RegExp> = { nl: /\bis\b/gi };
const WRITTEN: Record<string, RegExp> = {
  ar: /\p{Script=Arabic}/u,
  ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
  zh: /\p{Script=Han}/u,
};

describe('the words in English', () => {
  for (const [name, text] of sentences(WORDS)) {
    it(`${name}: ${text}`, () => {
      expect(text).to.match(/^[A-Z].*\.$/);
      expect(text).not.to.match(/null|undefined| {2}/);
    });
  }
});

describe('each language', () => {
  it('is exported by its name from a subpath of its own', () => {
    const { exports } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
    const subpaths = Object.keys(exports).filter((path) => path.startsWith('./locales/'));
    expect(subpaths).to.deep.equal(NAMES.map((name) => `./locales/${name}`));
    for (const [name, module] of loaded) {
      expect(Object.keys(module)).to.deep.equal([name]);
      expect(module[name]?.lang).to.equal(name);
      expect(exports[`./locales/${name}`]).to.deep.equal({
        types: `./dist/types/locales/${name}.d.ts`,
        default: `./dist/locales/${name}.js`,
      });
    }
  });

  for (const [name, module] of loaded) {
    const words = module[name] as Words;

    it(`${name}: has every word, and no other`, () => {
      expect(keys(words).sort()).to.deep.equal(keys(WORDS).sort());
    });

    it(`${name}: says something with whatever is known, and nothing that is not`, () => {
      for (const [sentence, text] of sentences(words)) {
        expect(text, sentence).to.match(/^[^.。].*[.。]$/);
        expect(text, sentence).not.to.match(/\bnull\b|undefined| {2}|\.\./);
      }
      const format = createFormat(name);
      const relative = format.relative(12 * SECOND);
      expect(words.waiting(words.busy, { ...UNKNOWN, relative })).to.contain(words.busy);
      for (const say of [words.rejoining, (one: Spoken) => words.waiting('', one)])
        expect(say({ ...UNKNOWN, relative })).to.contain(relative);
      expect(words.queue({ ...UNKNOWN, at: '20:14', by: 'HLS' })).to.match(/20:14.*HLS/);
      expect(words.scheduled({ ...UNKNOWN, at: '20:14', relative })).to.contain(relative);
      expect(words.hearing('HLS', format.span(14 * SECOND))).to.contain(format.span(14 * SECOND));
    });

    it(`${name}: has no English left`, () => {
      const all = [...texts(words).filter(([key]) => key !== 'lang'), ...sentences(words)];
      const english = new Set(texts(WORDS).map(([, text]) => text));
      for (const [key, text] of all) {
        if (INTERNATIONAL.includes(text)) continue;
        expect(english.has(text), `${key}: ${text}`).to.equal(false);
        expect(text.replace(NOT_ENGLISH[name] ?? '', ''), key).not.to.match(ENGLISH);
        expect(text, key).to.match(WRITTEN[name] ?? /\p{Script=Latin}/u);
      }
    });

    it(`${name}: a text alone is not empty, and a reason is a whole sentence`, () => {
      for (const [key, text] of texts(words)) {
        expect(text.trim(), key).to.equal(text).and.not.equal('');
        const isSentence = /^(details|why)\.|^(busy|retrying|invitation)$/.test(key);
        expect(/[.。]$/.test(text), `${key}: ${text}`).to.equal(isSentence);
      }
    });
  }
});
