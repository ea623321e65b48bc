import { expect } from 'chai';
import { createFormat } from '../../../src/element/format.ts';
import { EarshotListener } from '../../../src/element/index.ts';
import { ELEMENT_STATES, OnPage } from '../../helpers/element-states.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { STAGE } from '../../helpers/listening.ts';

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

  it('tell the turn in the language of the element', async () => {
    const queue = ELEMENT_STATES['hearing in the queue'];
    one = (await queue?.({ attributes: { lang: 'de' } })) as OnPage;
    one.element.words = {
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
  });
});
