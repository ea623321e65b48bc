import { expect } from 'chai';
import fc from 'fast-check';
import { chooseLanguage, readCaption } from '../../../src/captions/caption.ts';
import { parseCueText, plainText } from '../../../src/captions/cue-text.ts';
import { loadSettings, saveSettings } from '../../../src/captions/settings.ts';
import { readCue } from '../../../src/cues/read-cue.ts';
import type { Cue } from '../../../src/policy/cue.ts';
import { FakeStore } from '../../helpers/fake-store.ts';

const tag = (name: string, annotation: string, ...children: unknown[]) => ({
  name,
  annotation,
  children,
});

describe('WebVTT cue text', () => {
  for (const [text, nodes] of [
    ['Hello', ['Hello']],
    ['a <b>b <i>c</i></b> d', ['a ', tag('b', '', 'b ', tag('i', '', 'c')), ' d']],
    ['<v Ada Lovelace>Yes.</v>', [tag('v', 'Ada Lovelace', 'Yes.')]],
    ['<v.loud Ada>Yes.', [tag('v', 'Ada', 'Yes.')]],
    ['<lang ar>سلام</lang>', [tag('lang', 'ar', 'سلام')]],
    ['<c.red.big>Stop</c>', [tag('c', '', 'Stop')]],
    ['<ruby>漢<rt>かん</rt></ruby>', [tag('ruby', '', '漢', tag('rt', '', 'かん'))]],
    ['one <00:00:01.500>two', ['one ', 'two']],
    ['Fish &amp; chips &lt;3', ['Fish & chips <3']],
    ['1 < 2 and 3 > 2', ['1 < 2 and 3 > 2']],
    ['<script>alert(1)</script>', ['<script>alert(1)</script>']],
    ['<img src=x onerror=alert(1)>', ['<img src=x onerror=alert(1)>']],
    ['</b>end', ['end']],
    ['<b>open', [tag('b', '', 'open')]],
  ] as const) {
    it(`reads ${text}`, () => {
      expect(parseCueText(text)).to.deep.equal(nodes);
    });
  }

  it('never loses or makes up text, whatever it holds', () => {
    const pieces = ['<b>', '</b>', '<v A>', '<', '>', '&lt;', 'x', '<ruby>', '</lang>', '<1>', ' '];
    const given = fc.array(fc.constantFrom(...pieces), { maxLength: 60 });
    fc.assert(
      fc.property(given, (list) => {
        const plain = plainText(parseCueText(list.join('')));
        expect(plain.replaceAll(/[^x]/g, '')).to.equal(
          list.filter((piece) => piece === 'x').join(''),
        );
      }),
    );
  });
});

describe('a caption', () => {
  const cueOf = (payload: unknown, type = 'caption') =>
    readCue({ id: 'a', at: 1_000, type, payload }) as Cue;

  it('is read from an untrusted payload', () => {
    expect(readCaption(cueOf({ text: 'Hi', lang: 'de-AT' }))).to.deep.equal({
      text: 'Hi',
      lang: 'de-AT',
    });
    expect(readCaption(cueOf({ text: 'Hi', lang: 'x" onclick=' }))?.lang).to.equal('');
    expect(readCaption(cueOf({ text: 'x'.repeat(5_000) }))?.text).to.have.length(2_000);
    for (const payload of [null, 'Hi', { text: 7 }, []])
      expect(readCaption(cueOf(payload))).to.equal(null);
    expect(readCaption(cueOf({ text: 'Hi' }, 'slide'))).to.equal(null);
  });

  for (const [wanted, known, chosen] of [
    [['de'], ['en', 'de'], 'de'],
    [['de-AT'], ['en', 'de'], 'de'],
    [['pt'], ['en', 'pt-BR'], 'pt-BR'],
    [['fr', 'de'], ['en', 'de'], 'de'],
    [['fr'], ['en', 'de'], 'en'],
    [['fr'], [], ''],
  ] as const) {
    it(`in ${known} for ${wanted} is ${chosen || 'in no language'}`, () => {
      expect(chooseLanguage(wanted, known)).to.equal(chosen);
    });
  }
});

describe('the settings of captions', () => {
  it('are kept, and garbage in the storage is none', () => {
    const store = new FakeStore();
    const first = loadSettings(store);
    expect(first).to.include({ isShown: true, size: '100', colours: 'page', position: 'below' });
    saveSettings(store, { ...first, size: '200', lang: 'de' });
    expect(loadSettings(store)).to.include({ size: '200', lang: 'de' });
    for (const garbage of ['{', '[]', '7', '{"size":"900","colours":{},"lang":7}']) {
      store.set('earshot:captions', garbage);
      expect(loadSettings(store)).to.deep.equal(first);
    }
  });

  it('without storage are those of a first visit', () => {
    const broken = {
      get(): never {
        throw new Error('forbidden');
      },
      set(): never {
        throw new Error('forbidden');
      },
      remove() {},
    };
    expect(loadSettings(broken).isShown).to.equal(true);
    expect(() => saveSettings(broken, loadSettings(broken))).to.not.throw();
  });
});
