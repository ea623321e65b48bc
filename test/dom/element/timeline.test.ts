import { sendKeys } from '@web/test-runner-commands';
import { expect } from 'chai';
import { ELEMENT_STATES, OnPage } from '../../helpers/element-states.ts';
import { A } from '../../helpers/listening.ts';

describe('going back', () => {
  let one: OnPage;
  afterEach(() => {
    document.documentElement.dir = '';
    one.remove();
  });

  const word = () => one.element.state?.programTime ?? Number.NaN;
  const slider = () => one.part<HTMLInputElement>('timeline');
  const behind = async () => {
    one = (await ELEMENT_STATES.behind?.({})) as OnPage;
  };
  const hears = async () => {
    one = await new OnPage().hears();
  };
  /** By how many ms an action moves the word. */
  const moves = async (act: () => unknown) => {
    const before = word();
    await act();
    await one.host.clock.until(() => Math.abs(word() - before) > 3_000, 1_000);
    return word() - before;
  };
  const key = (press: string) => moves(() => sendKeys({ press }));

  it('has no controls before there is a window', () => {
    one = new OnPage();
    expect(one.element.shadowRoot?.querySelector('[part="back"]')).to.equal(null);
  });

  it('a button goes 15 s back, and the live button tells how far behind live it is', async () => {
    await hears();
    expect(one.part('back').ariaLabel).to.equal('Back 15 seconds');
    expect(one.part('live').dataset.behind).to.equal(undefined);
    expect(await moves(() => one.part('back').click())).to.be.closeTo(-15_000, 600);
    await one.advance(1_000);
    const { behindLive } = one.element.state ?? {};
    const [minutes, seconds] =
      /^−(\d+):(\d\d)$/.exec(one.part('live').dataset.behind ?? '')?.slice(1) ?? [];
    expect((Number(minutes) * 60 + Number(seconds)) * 1_000).to.be.closeTo(behindLive ?? 0, 1_000);
    one.part('live').click();
    await one.advance(2_000);
    expect(one.part('live').dataset.behind).to.equal(undefined);
  });

  it('two presses go twice as far', async () => {
    await hears();
    const back = one.part('back');
    const moved = await moves(() => {
      back.click();
      back.click();
    });
    expect(moved).to.be.closeTo(-30_000, 600);
  });

  it('keys go back, forward, pause and play', async () => {
    await behind();
    one.part('press').focus();
    expect(await key('j')).to.be.closeTo(-10_000, 600);
    expect(await key('ArrowLeft')).to.be.closeTo(-5_000, 600);
    expect(await key('l')).to.be.closeTo(10_000, 600);
    expect(await key('ArrowRight')).to.be.closeTo(5_000, 600);
    await sendKeys({ press: 'k' });
    expect(one.status).to.equal('paused');
    await sendKeys({ press: 'k' });
    await one.reaches('hearing');
    await sendKeys({ press: 'Space' });
    expect(one.status).to.equal('paused');
  });

  it('the left arrow goes back from right to left too', async () => {
    document.documentElement.dir = 'rtl';
    await behind();
    one.part('press').focus();
    expect(await key('ArrowLeft')).to.be.closeTo(-5_000, 600);
    slider().focus();
    expect(await key('ArrowLeft')).to.be.closeTo(-5_000, 600);
    expect(await key('ArrowRight')).to.be.closeTo(5_000, 600);
    expect(getComputedStyle(slider()).direction).to.equal('ltr');
  });

  it('keys of a keyboard in another alphabet count by their place', async () => {
    await behind();
    const event = { key: 'ت', code: 'KeyJ', bubbles: true, composed: true };
    const press = () => one.part('press').dispatchEvent(new KeyboardEvent('keydown', event));
    expect(await moves(press)).to.be.closeTo(-10_000, 600);
  });

  it('leaves keys to fields, to sliders, to shortcuts with a modifier, and outside', async () => {
    await behind();
    const field = document.createElement('input');
    field.slot = 'actions';
    one.element.append(field);
    field.focus();
    expect(await key('j')).to.be.within(0, 1_500);
    expect(field.value).to.equal('j');
    one.part('volume').focus();
    expect(await key('ArrowLeft')).to.be.within(0, 1_500);
    expect(one.element.volume).to.equal(0.95);
    one.part('press').focus();
    expect(await key('Shift+ArrowLeft')).to.be.within(0, 1_500);
    one.part('press').blur();
    expect(await key('j')).to.be.within(0, 1_500);
  });

  it('Space on a button presses that button, and nothing else', async () => {
    await hears();
    one.part('mute').focus();
    await sendKeys({ press: 'Space' });
    expect(one.status).to.equal('muted');
  });

  it('has a timeline that tells the time and the distance from live', async () => {
    await behind();
    expect(slider().ariaLabel).to.equal('Timeline');
    expect(slider().getAttribute('aria-valuetext')).to.match(
      /^\d+:\d\d.* – \d+ seconds behind live$/,
    );
    expect(slider().valueAsNumber).to.be.below(-5);
    expect(Number(slider().max)).to.equal(0);
  });

  it('the timeline goes to where it is put', async () => {
    await behind();
    const to = (one.element.state?.seekable?.to ?? 0) - 40_000;
    slider().valueAsNumber = -40;
    slider().dispatchEvent(new Event('input'));
    expect(await moves(() => one.advance(500))).to.be.above(0);
    slider().dispatchEvent(new Event('change'));
    await one.advance(300);
    expect(word()).to.be.closeTo(to, 1_000);
  });

  it('does not change while it has the focus and plays on, so that a screen reader is quiet', async () => {
    await behind();
    slider().focus();
    const changes: string[] = [];
    const watch = new MutationObserver((all) => {
      for (const { attributeName } of all) changes.push(attributeName ?? '');
    });
    watch.observe(slider(), { attributes: true });
    const value = slider().value;
    await one.advance(20_000);
    expect(slider().value).to.equal(value);
    expect(changes).to.deep.equal([]);
    watch.disconnect();
    expect(await key('ArrowLeft')).to.be.closeTo(-5_000, 600);
    expect(Number(slider().value)).to.be.below(Number(value) - 1);
    expect(one.told).to.equal('Listening live.');
  });

  it('has the whole of a recording', async () => {
    one = new OnPage({ document: { sources: [{ kind: 'recording', url: `${A}/talk.m3u8` }] } });
    one.origins.endsAt = one.host.now();
    await one.hears();
    expect(slider().getAttribute('aria-valuetext')).to.match(/^\d+ seconds \/ \d+ .*s?$/);
    expect(Number(slider().min)).to.equal(0);
    expect(Number(slider().max)).to.be.above(10);
    expect(one.part('timeline-row').textContent).to.match(/^0:\d\d\d+:\d\d$/);
    one.part('press').focus();
    expect(await key('l')).to.be.closeTo(10_000, 1_200);
  });

  it('goes with the session', async () => {
    await behind();
    one.element.load();
    one.element.pause();
    one.element.src = '';
    expect(one.part('timeline-row').hidden).to.equal(true);
    expect(one.part('back').hidden).to.equal(true);
  });
});
