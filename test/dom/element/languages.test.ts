import { sendKeys } from '@web/test-runner-commands';
import { expect } from 'chai';
import { de } from '../../../src/locales/de.ts';
import { OnPage, type OnPageOptions, SPOKEN } from '../../helpers/element-states.ts';
import { noAnswer } from '../../helpers/fake-fetch.ts';
import { A, TWO_CDNS } from '../../helpers/listening.ts';

describe('the menu of languages', () => {
  let one: OnPage;
  afterEach(() => one.remove());

  const hears = async (options: OnPageOptions = {}) => {
    one = await new OnPage({ document: { sources: SPOKEN }, lang: 'en', ...options }).hears();
  };
  const menu = () => one.part<HTMLSelectElement>('language');
  const labels = () => [...menu().options].map(({ textContent }) => textContent);
  const playing = () => one.element.state?.source?.lang;
  const choose = (tag: string) => {
    menu().value = tag;
    menu().dispatchEvent(new Event('change', { bubbles: true }));
  };
  const plays = (tag: string | undefined) => one.host.clock.until(() => playing() === tag, 60_000);

  it('lists each language once, by its own name, with its role in words', async () => {
    await hears();
    expect(labels()).to.deep.equal([
      '\u2068العربية\u2069 – interpretation',
      'English',
      '\u2068Español\u2069 – interpretation',
    ]);
    expect([...menu().options].map(({ lang }) => lang)).to.deep.equal(['ar', 'en', 'es']);
    expect(menu().value).to.equal('en');
    expect(menu().ariaLabel).to.equal('Language');
    expect(one.part('language-row').hidden).to.equal(false);
  });

  it('changes to the language at the word, and back', async () => {
    await hears();
    const word = one.element.state?.programTime ?? 0;
    const at = one.host.now();
    choose('es');
    expect(one.element.session?.lang).to.equal('es');
    await one.advance(1_000);
    expect(menu().value, 'while it is on its way').to.equal('es');
    expect(await plays('es')).to.equal(true);
    await one.advance(3_000);
    const passed = one.host.now() - at;
    expect((one.element.state?.programTime ?? 0) - word).to.be.closeTo(passed, 1_500);
    choose('en');
    expect(await plays('en')).to.equal(true);
    expect(menu().value).to.equal('en');
  });

  it('is worked by keyboard, and its keys do not wind back', async () => {
    await hears();
    menu().focus();
    const word = one.element.state?.programTime ?? 0;
    await sendKeys({ press: 'ArrowDown' });
    expect(menu().value).to.equal('es');
    expect(await plays('es')).to.equal(true);
    await one.advance(1_000);
    expect(one.element.state?.programTime).to.be.above(word);
    expect(one.element.shadowRoot?.activeElement === menu()).to.equal(true);
  });

  it('shows what plays if the chosen language cannot be had', async () => {
    await hears();
    one.origins.faults.set(`${A}/es.m3u8`, () => noAnswer());
    choose('es');
    const isBack = () => menu().value === 'en';
    expect(menu().value).to.equal('es');
    expect(await one.host.clock.until(isBack, 60_000)).to.equal(true);
    expect(playing()).to.equal('en');
    expect(one.status).to.equal('hearing');
  });

  it('does not change while nothing else does, so that an open menu stays open', async () => {
    await hears();
    const changes: string[] = [];
    const watch = new MutationObserver((all) => {
      for (const { type, attributeName } of all) changes.push(attributeName ?? type);
    });
    watch.observe(menu(), { attributes: true, childList: true, subtree: true });
    await one.advance(10_000);
    expect(changes).to.deep.equal([]);
    watch.disconnect();
  });

  it('has the words of the page', async () => {
    await hears({ attributes: { lang: 'de' } });
    one.element.words = de;
    expect(menu().ariaLabel).to.equal('Sprache');
    expect(labels()[2]).to.equal('\u2068Español\u2069 – Verdolmetschung');
  });

  it('treats a tag and a role as text: neither invalid nor hostile ones break it', async () => {
    const sources = [
      ...SPOKEN.slice(0, 1),
      { ...SPOKEN[1], lang: '<img src=x>', role: 'constructor' },
      { ...SPOKEN[2], lang: 'x', role: '__proto__' },
    ];
    await hears({ document: { sources } });
    expect(labels()).to.deep.equal(['<img src=x>', 'English', 'x']);
    expect(menu().querySelector('img')).to.equal(null);
  });

  it('lists audio descriptions only if the listener has asked for them', async () => {
    const sources = [...SPOKEN, { ...SPOKEN[0], url: `${A}/told.m3u8`, role: 'description' }];
    await hears({ document: { sources } });
    expect(labels()).to.have.length(3);
    one.remove();
    const other = { ...SPOKEN[1], url: `${A}/told-es.m3u8`, role: 'description' };
    await hears({ document: { sources: [...sources, other] }, role: 'description' });
    expect(labels()).to.deep.equal([
      '\u2068English\u2069 – audio description',
      '\u2068Español\u2069 – audio description',
    ]);
  });

  it('is not there for one language, nor for none, nor after the end', async () => {
    await hears({ document: { sources: SPOKEN.slice(0, 1) } });
    expect(one.part('language-row').hidden).to.equal(true);
    one.remove();
    await hears({ document: TWO_CDNS });
    expect(one.element.shadowRoot?.querySelector('select')).to.equal(null);
    one.remove();
    await hears();
    one.element.src = '';
    expect(one.part('language-row').hidden).to.equal(true);
  });

  it('begins another session with the language of the options', async () => {
    await hears();
    choose('es');
    expect(await plays('es')).to.equal(true);
    one.element.load();
    await one.reaches('hearing');
    await one.advance(1_000);
    expect(menu().value).to.equal('en');
  });
});
