import { expect } from 'chai';
import { createFormat } from '../../../src/element/format.ts';
import { EarshotListener } from '../../../src/element/index.ts';
import { ar } from '../../../src/locales/ar.ts';
import { de } from '../../../src/locales/de.ts';
import { fr } from '../../../src/locales/fr.ts';
import { pl } from '../../../src/locales/pl.ts';
import { ELEMENT_STATES, OnPage } from '../../helpers/element-states.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { A, B, STAGE } from '../../helpers/listening.ts';

describe('words', () => {
  let one: OnPage;
  afterEach(() => {
    EarshotListener.words = {};
    one.remove();
  });

  it('are replaced for one element, and for all; one element wins', () => {
    one = new OnPage();
    EarshotListener.words = { stage: 'Zuhören', invitation: 'Bitte drücken.' };
    expect(one.text('headline')).to.equal('Zuhören');
    one.element.words = { stage: 'Écouter' };
    expect(one.text('headline')).to.equal('Écouter');
    expect(one.text('detail')).to.equal('Bitte drücken.');
    one.element.words = {};
    EarshotListener.words = {};
    expect(one.text('headline')).to.equal('Listen live');
  });

  it('tell the turn in their own language', async () => {
    const queue = ELEMENT_STATES['hearing in the queue'];
    one = (await queue?.({ attributes: { lang: 'de' } })) as OnPage;
    one.element.words = {
      lang: 'de',
      queue: ({ at, by, left }) => `Sie kommen um ${at} herein, in ${left}, bis dahin ${by}.`,
    };
    expect(one.text('queue')).to.match(
      /^Sie kommen um \d\d:\d\d herein, in \d+ Minuten, bis dahin HLS\.$/,
    );
  });

  it('count down while something is waited for, even if nothing was ever heard', async () => {
    one = new OnPage();
    one.origins.faults.set(STAGE, () => reply(503, '', { 'retry-after': '60' }));
    one.press();
    await one.reaches('waiting');
    await one.advance(1_000);
    const seconds = () => Number(/in (\d+) seconds?/.exec(one.text('detail'))?.[1]);
    const before = seconds();
    await one.advance(2_000);
    expect(before - seconds()).to.equal(2);
  });

  for (const code of ['of-another-version', 'toString', 'constructor', '__proto__']) {
    it(`have a sentence for the stored code ${code}`, async () => {
      one = new OnPage();
      const at = one.host.now();
      const until = at + 3_600_000;
      const stored = { until, attempt: 3, failing: true, since: at, code, tokens: 1, at };
      one.host.store('browser').set('earshot:gates', JSON.stringify([[STAGE, stored]]));
      one.press();
      await one.advance(2_000);
      expect(one.text('detail')).not.to.match(/undefined|function|object/);
      expect(one.text('detail')).to.match(/^[A-Z].*\.$/);
    });
  }

  it('tell how long a pause after a fall lasts, and why', async () => {
    one = (await ELEMENT_STATES.rejoining?.({})) as OnPage;
    await one.advance(1_000);
    expect(one.text('headline')).to.equal('Short pause');
    expect(one.text('detail')).to.match(
      /^The sound continues in \d seconds, so that you do not hear the same words twice\.$/,
    );
    expect(one.told).to.equal('Short pause.');
    await one.reaches('hearing');
    expect(one.events.slice(-2)).to.deep.equal(['waiting', 'playing']);
  });

  it('have numbers of their own language, whatever that of the page is', async () => {
    one = (await ELEMENT_STATES.behind?.({ attributes: { lang: 'de' } })) as OnPage;
    expect(one.text('detail')).to.match(/^Source: HLS, \d+ seconds behind live\.$/);
  });

  for (const [status, headers, why] of [
    [429, {}, 'The server is busy.'],
    [503, { 'retry-after': '60' }, 'The server is busy.'],
    [503, {}, 'The server has a problem.'],
    [500, {}, 'The server has a problem.'],
    [502, { 'retry-after': '60' }, 'The server has a problem.'],
  ] as const) {
    it(`after ${status} with ${JSON.stringify(headers)}: ${why}`, async () => {
      one = new OnPage();
      one.origins.faults.set(STAGE, () => reply(status, '', headers));
      one.press();
      const until = (isTrue: () => boolean) => one.host.clock.until(isTrue, 60_000);
      expect(await until(() => one.text('detail').startsWith(`${why} Retrying`))).to.equal(true);
      const told = `Reconnecting. ${why} Retrying automatically.`;
      expect(await until(() => one.told === told)).to.equal(true);
    });
  }

  it('do not call a server busy that a page remembers only as overloaded', async () => {
    one = new OnPage();
    const at = one.host.now();
    const stored = { until: at + 60_000, attempt: 3, failing: true, since: at, tokens: 1, at };
    const gates = [[STAGE, { ...stored, code: 'overload' }]];
    one.host.store('browser').set('earshot:gates', JSON.stringify(gates));
    one.press();
    await one.reaches('waiting');
    await one.advance(1_000);
    expect(one.text('detail')).to.match(/^The server has a problem\./);
  });

  it('run in their own direction', () => {
    one = new OnPage({ attributes: { heading: 'A talk', artist: 'Ada Lovelace' } });
    for (const name of ['heading', 'artist', 'headline', 'detail', 'live'])
      expect(one.part(name).dir, name).to.equal('auto');
  });

  it('name the group by the heading, or by a word of its own', () => {
    one = new OnPage();
    expect(one.part('frame').ariaLabel).to.equal('Live audio player');
    one.element.heading = 'A talk';
    expect(one.part('frame').ariaLabel).to.equal('A talk');
    expect(one.text('heading')).to.equal('A talk');
  });

  it('from a page are text, never HTML', () => {
    one = new OnPage({ attributes: { heading: '<img src=x onerror=alert(1)>' } });
    expect(one.text('heading')).to.equal('<img src=x onerror=alert(1)>');
    expect(one.element.shadowRoot?.querySelector('img')).to.equal(null);
  });
});

describe('languages', () => {
  let one: OnPage;
  const stage = () => one.text('headline');
  afterEach(() => {
    EarshotListener.locales = [];
    EarshotListener.words = {};
    document.documentElement.removeAttribute('lang');
    one.remove();
  });

  it('follow the nearest lang, among those that were imported', () => {
    one = new OnPage();
    EarshotListener.locales = [de, fr];
    for (const [lang, text] of [
      ['de', de.stage],
      ['fr-CA', fr.stage],
      ['DE-at', de.stage],
      ['deu', de.stage],
      ['den', 'Listen live'],
      ['es', 'Listen live'],
      ['not a language', 'Listen live'],
      ['', 'Listen live'],
    ] as const) {
      one.element.lang = lang;
      expect(stage(), lang).to.equal(text);
    }
    one.element.removeAttribute('lang');
    document.documentElement.lang = 'de';
    EarshotListener.locales = [de, fr];
    expect(stage()).to.equal(de.stage);
    expect(one.part('frame').lang).to.equal('de');
  });

  it('are told to a screen reader, the heading excepted, which is the page’s', () => {
    one = new OnPage({ attributes: { lang: 'es', heading: 'Una charla' } });
    const langOf = (name: string) => one.part(name).closest<HTMLElement>('[lang]')?.lang;
    for (const name of ['press', 'headline', 'detail', 'mute', 'volume', 'live'])
      expect(langOf(name), name).to.equal('en');
    expect(langOf('heading')).to.equal('es');
  });

  it('give way to words of a page and of an element', () => {
    one = new OnPage({ attributes: { lang: 'de' } });
    EarshotListener.locales = [de];
    EarshotListener.words = { stage: 'Zuhören' };
    expect(stage()).to.equal('Zuhören');
    expect(one.text('detail')).to.equal(de.invitation);
    one.element.words = { stage: 'Reinhören' };
    expect(stage()).to.equal('Reinhören');
  });

  it('may be one alone, whatever the page says', async () => {
    one = (await ELEMENT_STATES.behind?.({ attributes: { lang: 'en' } })) as OnPage;
    EarshotListener.words = pl;
    expect(one.text('detail')).to.match(/^Źródło: HLS\. Opóźnienie: \d+ sekund/);
  });

  it('have the cases that a sentence needs', async () => {
    one = new OnPage({ attributes: { lang: 'pl' } });
    EarshotListener.locales = [pl];
    one.origins.faults.set(STAGE, () => reply(503, '', { 'retry-after': '60' }));
    one.press();
    await one.reaches('waiting');
    const wait = () => one.element.state?.status === 'waiting' && one.element.state.wait.until;
    await one.advance(Number(wait()) - one.host.now() - 600);
    expect(one.text('detail')).to.equal('Serwer jest przeciążony. Kolejna próba za 1 sekundę.');
  });

  it('say the volume in percent', () => {
    one = new OnPage({ attributes: { lang: 'de' } });
    one.element.volume = 0.9;
    expect(one.part('volume').ariaValueText).to.equal('90%');
    EarshotListener.locales = [de];
    expect(one.part('volume').ariaValueText).to.equal('90\u00a0%');
  });

  it('from right to left are read so, and English on such a page is not', () => {
    one = new OnPage({ attributes: { lang: 'ar', dir: 'rtl' } });
    expect(one.part('detail').matches(':dir(ltr)')).to.equal(true);
    EarshotListener.locales = [ar];
    expect(one.part('detail').matches(':dir(rtl)')).to.equal(true);
    expect(stage()).to.equal(ar.stage);
  });
});

describe('a wait', () => {
  let one: OnPage;
  afterEach(() => one.remove());

  for (const isHeard of [false, true]) {
    it(`stands for a second, and its end comes no closer until a try${isHeard ? ', after sound' : ''}`, async () => {
      one = new OnPage();
      if (isHeard) await one.hears();
      one.origins.faults.set(A, () => reply(503, '', { 'retry-after': '36' }));
      one.origins.faults.set(B, () => reply(503, '', { 'retry-after': '20' }));
      if (!isHeard) one.press();
      await one.reaches('waiting');
      let [shown, since, due] = ['', 0, 0];
      for (let at = 0; at < 180_000; at += 50) {
        const text = one.text('detail');
        const seconds = /Retrying (?:in (\d+) seconds?|now)\.$/.exec(text);
        const next = seconds ? at + Number(seconds[1] ?? 0) * 1_000 : 0;
        // A number that counts down is the same text.
        const kind = seconds ? 'waiting' : text;
        const isSame = kind === shown && (!seconds || Math.abs(next - due) < 1_500);
        if (!isSame) {
          if (shown) expect(at - since, `${at}: ${shown} ${due}, ${text}`).to.be.at.least(1_000);
          if (kind === 'waiting' && shown === kind) expect(next, text).to.be.above(due);
          since = at;
        }
        [shown, due] = [kind, isSame && seconds ? Math.max(due, next) : next];
        await one.advance(50);
      }
      expect(one.host.requests.length).to.be.above(8);
    });
  }
});

describe('times', () => {
  const NOON = Date.UTC(2026, 10, 22, 12);

  it('are rounded up, and never too fine to be read', () => {
    const { span } = createFormat('en');
    expect(span(-5)).to.equal('0 seconds');
    expect(span(200)).to.equal('1 second');
    expect(span(99_000)).to.equal('99 seconds');
    expect(span(100_000)).to.equal('2 minutes');
    expect(span(100 * 60_000 + 1)).to.equal('2 hours');
  });

  it('tell the day where it is not today', () => {
    const { at } = createFormat('en-GB');
    expect(at(NOON + 60_000, NOON)).to.match(/^\d\d:\d\d$/);
    expect(at(NOON + 5 * 86_400_000, NOON)).to.match(/27 Nov 2026/);
  });

  it('survive a lang that is none', () => {
    expect(createFormat('not a language').span(1_000)).to.be.a('string');
    expect(createFormat('de', 'not a language').span(1_000)).to.equal('1 Sekunde');
  });

  it('follow the region of a page in the same language, and of no other', () => {
    const evening = NOON + 8 * 3_600_000;
    const at = (language: string, page: string) => createFormat(language, page).at(evening, NOON);
    expect(at('en', 'en-GB')).not.to.match(/[AP]M/);
    expect(at('en', 'en-US')).to.match(/[AP]M/);
    expect(at('de', 'en-US')).not.to.match(/[AP]M/);
    expect(createFormat('en', 'de').span(1_000)).to.equal('1 second');
    expect(createFormat('fi', 'fil').span(1_000)).to.equal('1 sekunti');
  });
});
