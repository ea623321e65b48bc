import { sendKeys } from '@web/test-runner-commands';
import { expect } from 'chai';
import { ELEMENT_STATES, OnPage } from '../../helpers/element-states.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';

describe('pressing', () => {
  let one: OnPage;
  afterEach(() => one.remove());

  it('nothing is requested, and nothing held, before the first press', async () => {
    one = new OnPage();
    await one.advance(60_000);
    expect(one.host.requests).to.deep.equal([]);
    expect(one.host.held).to.deep.equal(NOTHING_HELD);
    expect(one.status).to.equal(null);
    expect(one.element).to.include({ paused: true, hearing: false });
  });

  it('a press listens, the next one pauses, the third one goes on', async () => {
    one = await new OnPage().hears();
    expect(one.part('press').ariaLabel).to.equal('Pause');
    one.press();
    expect(one.status).to.equal('paused');
    expect(one.part('press').ariaLabel).to.equal('Resume');
    one.press();
    await one.reaches('hearing');
    expect(one.events.slice(-3)).to.deep.equal(['pause', 'play', 'playing']);
  });

  it('everything can be done with the keyboard alone, in the order that it is read', async () => {
    one = new OnPage();
    const focus = () => one.element.shadowRoot?.activeElement?.getAttribute('part');
    await sendKeys({ press: 'Tab' });
    expect(focus()).to.equal('press');
    await sendKeys({ press: 'Enter' });
    await one.reaches('hearing');
    expect(focus()).to.equal('press');
    await one.advance(1_000);
    await sendKeys({ press: 'Tab' });
    expect(focus()).to.equal('timeline');
    await sendKeys({ press: 'Tab' });
    expect(focus()).to.equal('back');
    await sendKeys({ press: 'Tab' });
    expect(focus()).to.equal('mute');
    await sendKeys({ press: 'Space' });
    await one.reaches('muted');
    expect(one.part('mute').ariaPressed).to.equal('true');
    await sendKeys({ press: 'Space' });
    await sendKeys({ press: 'Tab' });
    expect(focus()).to.equal('volume');
    await sendKeys({ press: 'ArrowLeft' });
    expect(one.element.volume).to.equal(0.95);
    await sendKeys({ press: 'Tab' });
    expect(focus()).to.equal('live');
    await sendKeys({ press: 'Shift+Tab' });
    expect(focus()).to.equal('volume');
  });

  it('the large button is described by what the element does now', async () => {
    one = await new OnPage().hears();
    const id = one.part('press').getAttribute('aria-describedby');
    expect(one.element.shadowRoot?.getElementById(id ?? '')).to.equal(one.part('headline'));
    expect(one.text('headline')).to.equal('Listening live');
  });

  it('focus() is the large button', () => {
    one = new OnPage();
    one.element.focus();
    expect(one.element.shadowRoot?.activeElement).to.equal(one.part('press'));
  });

  it('goes to live if that gains something, and keeps the focus', async () => {
    one = await new OnPage().hears();
    const live = one.part('live');
    expect(live.ariaDisabled).to.equal('true');
    const at = one.element.state?.behindLive ?? 0;
    live.click();
    await one.advance(1_000);
    expect(one.element.state?.behindLive).to.be.closeTo(at, 1_500);
    one.press();
    await one.advance(30_000);
    one.press();
    await one.advance(2_000);
    expect(one.element.state?.behindLive).to.be.above(at + 25_000);
    expect(live.ariaDisabled).to.equal(null);
    live.focus();
    live.click();
    await one.reaches('hearing');
    await one.advance(2_000);
    expect(one.element.state?.behindLive).to.be.below(at + 5_000);
    expect(live.ariaDisabled).to.equal('true');
    expect(one.element.shadowRoot?.activeElement).to.equal(live);
  });

  for (const name of ['opening', 'scheduled']) {
    it(`${name}: where nothing can be paused yet, a press stops, and nothing is asked any more`, async () => {
      one = (await ELEMENT_STATES[name]?.({})) as OnPage;
      expect(one.part('press').ariaLabel).to.equal('Stop');
      one.press();
      expect(one.status).to.equal(null);
      expect(one.element.paused).to.equal(true);
      expect(one.part('press').ariaLabel).to.equal('Listen');
      expect(one.events.slice(-2)).to.deep.equal(['pause', 'emptied']);
      const asked = one.host.requests.length;
      await one.advance(60_000);
      expect(one.host.requests).to.have.length(asked);
      expect(one.host.held).to.deep.equal(NOTHING_HELD);
    });
  }

  it('what is blocked goes on with a press', async () => {
    one = new OnPage({ autoplay: 'muted' });
    one.press();
    await one.reaches('blocked');
    expect(one.part('press').ariaLabel).to.equal('Turn on sound');
    for (const media of one.host.media) media.autoplay = 'allowed';
    one.press();
    await one.reaches('hearing');
  });

  it('what is over can be listened to again', async () => {
    one = await new OnPage().hears();
    one.element.session?.close();
    expect(one.part('press').ariaLabel).to.equal('Listen again');
    const { session } = one.element;
    one.press();
    await one.reaches('hearing');
    expect(one.element.session === session).to.equal(false);
  });
});

describe('what a screen reader is told', () => {
  let one: OnPage;
  afterEach(() => one.remove());

  it('each status that stays, once, and no number that moves', async () => {
    one = new OnPage();
    const told: string[] = [];
    const region = one.element.shadowRoot?.querySelector('[role="status"]') as Element;
    const watch = new MutationObserver(() => told.push(one.told));
    watch.observe(region, { childList: true, characterData: true, subtree: true });
    await one.hears();
    await one.advance(30_000);
    one.press();
    await one.advance(10_000);
    one.press();
    await one.advance(10_000);
    watch.disconnect();
    expect(told).to.deep.equal(['Listening live.', 'Paused.', 'Listening live.']);
  });

  it('the turn at a door once, not each minute that it comes closer', async () => {
    one = (await ELEMENT_STATES['hearing in the queue']?.({})) as OnPage;
    const before = one.told;
    expect(before).to.contain('Your turn is at about');
    one.element.words = { queue: ({ left }) => `Your turn is in ${left}.` };
    await one.advance(1_000);
    const then = one.text('queue');
    await one.advance(120_000);
    expect(one.text('queue')).not.to.equal(then);
    expect(one.told).to.equal(before);
  });

  it('nothing of what passes by', async () => {
    one = await new OnPage().hears();
    one.press();
    await one.advance(100);
    one.press();
    await one.advance(10_000);
    expect(one.told).to.equal('Listening live.');
  });
});
