import { expect } from 'chai';
import { OnPage } from '../../helpers/element-states.ts';
import { noAnswer } from '../../helpers/fake-fetch.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { A, B, STAGE } from '../../helpers/listening.ts';
import { watch } from '../../helpers/outcome.ts';

const nameOf = (error: unknown) => (error as Error | undefined)?.name;

describe('as a media element', () => {
  let one: OnPage;
  afterEach(() => one.remove());

  it('play() resolves when media advances, not before', async () => {
    one = new OnPage();
    const outcome = watch(one.element.play());
    await one.advance(0);
    expect(outcome.settled).to.equal(false);
    expect(one.element.paused).to.equal(false);
    await one.reaches('hearing');
    await one.advance(0);
    expect(outcome.settled).to.equal(true);
    expect(outcome.error).to.equal(undefined);
    expect(await one.element.play()).to.equal(undefined);
  });

  it('play() rejects: NotAllowedError where the browser wants a gesture', async () => {
    one = new OnPage({ autoplay: 'muted' });
    const outcome = watch(one.element.play());
    await one.reaches('blocked');
    await one.advance(0);
    expect(nameOf(outcome.error)).to.equal('NotAllowedError');
    expect(one.element.paused).to.equal(true);
  });

  it('play() rejects: AbortError if it is paused, removed or given another src first', async () => {
    const interruptions: ((one: OnPage) => void)[] = [
      ({ element }) => element.pause(),
      ({ element }) => element.remove(),
      ({ element }) => {
        element.src = `${B}/talk.m3u8`;
      },
    ];
    for (const interrupt of interruptions) {
      one = new OnPage({ attributes: { src: `${A}/talk.m3u8` } });
      const outcome = watch(one.element.play());
      interrupt(one);
      await one.advance(0);
      expect(nameOf(outcome.error)).to.equal('AbortError');
      one.remove();
    }
  });

  it('play() rejects, with an event, what listen() cannot use', async () => {
    one = new OnPage({ attributes: { src: '' } });
    const outcome = watch(one.element.play());
    await one.advance(0);
    expect(nameOf(outcome.error)).to.equal('EarshotError');
    expect(one.element.error?.code).to.equal('bad-option');
    expect(one.events).to.deep.equal(['error']);
    await one.advance(1_000);
    expect(one.told).to.equal('Playback stopped. This page is not set up correctly.');
  });

  it('that is put back after load() listens again, if it did', async () => {
    one = new OnPage();
    const { element } = one;
    const parent = element.parentElement as HTMLElement;
    void element.play();
    await one.reaches('hearing');
    element.remove();
    await one.advance(0);
    element.load();
    parent.append(element);
    await one.reaches('hearing');
  });

  it('plays once where a listener of the last event begins another time', async () => {
    one = new OnPage({ attributes: { src: `${A}/talk.m3u8` } });
    const { element, host } = one;
    void element.play();
    await one.reaches('hearing');
    const again = () => void element.play().catch(() => {});
    element.addEventListener('emptied', again, { once: true });
    element.src = `${B}/talk.m3u8`;
    await one.reaches('hearing');
    await one.advance(5_000);
    expect(host.media.filter(({ isPlaying }) => isPlaying)).to.have.length(1);
    element.remove();
    await one.advance(0);
    await one.advance(5_000);
    expect(host.media.filter(({ isPlaying }) => isPlaying)).to.have.length(0);
  });

  it('an error that ends it is an event, a property, and said in plain words', async () => {
    one = new OnPage({ retry: () => null });
    one.origins.faults.set(STAGE, () => noAnswer());
    const outcome = watch(one.element.play());
    await one.reaches('closed');
    await one.advance(0);
    expect(one.element.error?.code).to.equal('stopped');
    expect(outcome.error).to.equal(one.element.error);
    expect(one.events.slice(-2)).to.deep.equal(['pause', 'error']);
    expect(one.element.ended).to.equal(false);
  });

  it('mute and volume chosen before the first press are those of the session', async () => {
    one = new OnPage({ attributes: { muted: '' } });
    expect(one.element).to.include({ muted: true, defaultMuted: true });
    one.element.volume = 0.25;
    one.element.volume = 0.25;
    expect(one.events).to.deep.equal(['volumechange']);
    one.press();
    await one.reaches('muted');
    expect(one.element.state).to.include({ muted: true, volume: 0.25 });
    expect(one.part<HTMLInputElement>('volume').value).to.equal('25');
    one.element.muted = false;
    await one.reaches('hearing');
    expect(one.events.filter((type) => type === 'volumechange')).to.have.length(2);
  });

  it('volume is clamped', () => {
    one = new OnPage();
    for (const [set, is] of [
      [2, 1],
      [-1, 0],
      [Number.NaN, 0],
    ] as const) {
      one.element.volume = set;
      expect(one.element.volume).to.equal(is);
    }
  });

  it('time runs from the first that is heard, and reaches to live', async () => {
    one = new OnPage();
    expect(one.element.duration).to.be.NaN;
    expect(one.element.seekable.length).to.equal(0);
    await one.hears();
    const { element } = one;
    expect(element).to.include({ duration: Infinity, streamType: 'live', readyState: 4 });
    expect(element.currentSrc).to.equal(`${A}/talk.m3u8`);
    const { currentTime } = element;
    await one.advance(5_000);
    expect(element.currentTime - currentTime).to.be.closeTo(5, 0.3);
    expect(element.seekable.end(0) - element.currentTime).to.be.within(8, 17);
    expect(element.buffered.end(0)).to.be.above(element.currentTime + 1);
    expect(element.liveEdgeStart).to.be.below(element.currentTime);
  });

  it('0 is the oldest word of the window at the first sound, and the window is seekable', async () => {
    one = await new OnPage().hears();
    const { element } = one;
    const { from, to } = element.state?.seekable as { from: number; to: number };
    expect(element.currentTime).to.be.within(60, 130);
    expect(element.seekable.length).to.equal(1);
    expect(element.seekable.end(0) - element.seekable.start(0)).to.be.closeTo(
      (to - from) / 1_000,
      0.001,
    );
    expect(element.seekable.start(0)).to.be.within(0, 10);
    expect(element.targetLiveWindow).to.equal(Infinity);
  });

  it('currentTime goes back, and is there at once', async () => {
    one = await new OnPage().hears();
    const { element } = one;
    const seen: string[] = [];
    for (const type of ['seeking', 'seeked'])
      element.addEventListener(type, () => seen.push(`${type} ${Math.round(element.currentTime)}`));
    element.currentTime = 50;
    expect(element).to.include({ currentTime: 50, seeking: true });
    expect(seen).to.deep.equal(['seeking 50']);
    const isDone = () => !element.seeking;
    expect(await one.host.clock.until(isDone, 5_000)).to.equal(true);
    expect(seen.length).to.equal(2);
    await one.advance(2_000);
    expect(element.currentTime).to.be.closeTo(52, 1);
    const before = element.currentTime;
    for (const odd of [Number.NaN, -Infinity]) element.currentTime = odd;
    expect(element.seeking).to.equal(false);
    await one.advance(2_000);
    expect(element.currentTime).to.be.closeTo(before + 2, 0.6);
  });

  it('of two seeks the last one counts', async () => {
    one = await new OnPage().hears();
    const { element } = one;
    let seeked = 0;
    element.addEventListener('seeked', () => seeked++);
    element.currentTime = 40;
    element.currentTime = 60;
    expect(element.currentTime).to.equal(60);
    await one.host.clock.until(() => !element.seeking, 5_000);
    await one.advance(2_000);
    expect(element.currentTime).to.be.closeTo(62, 1);
    expect(seeked).to.equal(1);
  });

  it('currentTime goes to live from the live edge on', async () => {
    one = await new OnPage().hears();
    const { element } = one;
    one.press();
    await one.advance(30_000);
    one.press();
    await one.advance(2_000);
    const behind = () => element.state?.behindLive ?? 0;
    const before = behind();
    element.currentTime = element.seekable.end(0);
    await one.advance(2_000);
    expect(behind()).to.be.below(before - 20_000);
  });

  it('a recording has a length, and begins at 0', async () => {
    const types: string[] = [];
    one = new OnPage({ document: { sources: [{ kind: 'recording', url: `${A}/talk-vod.m3u8` }] } });
    const { element } = one;
    element.addEventListener('durationchange', () => types.push(`${element.duration > 60}`));
    await one.hears();
    const { from, to } = element.state?.seekable as { from: number; to: number };
    expect(element.duration).to.equal((to - from) / 1_000);
    expect(types.at(-1)).to.equal('true');
    expect(element.streamType).to.equal('on-demand');
    expect(element.targetLiveWindow).to.be.NaN;
    expect(element.liveEdgeStart).to.be.NaN;
    expect(element.seekable.start(0)).to.equal(0);
    expect(element.seekable.end(0)).to.equal(element.duration);
    element.currentTime = 0;
    await one.host.clock.until(() => !element.seeking, 5_000);
    expect(element.currentTime).to.be.closeTo(0, 1);
    await one.advance(5_000);
    expect(element.currentTime).to.be.closeTo(5, 1.2);
  });

  it('progress tells that the window has moved', async () => {
    one = await new OnPage().hears();
    const ends: number[] = [];
    one.element.addEventListener('progress', () => ends.push(one.element.seekable.end(0)));
    await one.advance(10_000);
    expect(ends.at(-1)).to.be.above((ends[0] ?? Number.NaN) + 4);
  });

  it('does nothing with currentTime before a session', () => {
    one = new OnPage();
    one.element.currentTime = 10;
    expect(one.element).to.include({ currentTime: 0, seeking: false });
    expect(one.element.seekable.length).to.equal(0);
  });

  it('statechange comes with every state, and the state is there when it does', async () => {
    one = new OnPage();
    const seen: unknown[] = [];
    one.element.addEventListener('statechange', () => seen.push(one.element.state?.status));
    await one.hears();
    expect([...new Set(seen)]).to.deep.equal(['opening', 'connecting', 'hearing']);
  });
});

describe('coming and going', () => {
  let one: OnPage;
  afterEach(() => one.remove());

  it('taken off the page it holds nothing; put back it listens anew', async () => {
    one = await new OnPage().hears();
    const { session } = one.element;
    one.remove();
    await one.advance(0);
    expect(one.host.held).to.deep.equal(NOTHING_HELD);
    expect(one.status).to.equal(null);
    expect(one.events.slice(-2)).to.deep.equal(['pause', 'emptied']);
    document.body.append(one.element);
    await one.reaches('hearing');
    expect(one.element.session === session).to.equal(false);
  });

  it('who had paused is not made to listen', async () => {
    one = await new OnPage().hears();
    one.press();
    one.remove();
    await one.advance(0);
    document.body.append(one.element);
    const asked = one.host.requests.length;
    await one.advance(10_000);
    expect(one.status).to.equal(null);
    expect(one.host.requests).to.have.length(asked);
  });

  it('moved within the page it goes on', async () => {
    one = await new OnPage().hears();
    const { session } = one.element;
    const place = document.body.appendChild(document.createElement('div'));
    place.append(one.element);
    await one.advance(1_000);
    expect(one.element.session === session).to.equal(true);
    expect(one.status).to.equal('hearing');
    place.replaceWith(one.element);
  });

  it('another src: who listens listens to that, who does not is left alone', async () => {
    one = await new OnPage().hears();
    one.element.src = `${B}/talk.m3u8`;
    await one.advance(0);
    await one.reaches('hearing');
    expect(one.element.currentSrc).to.equal(`${B}/talk.m3u8`);
    one.press();
    one.element.src = `${A}/talk.m3u8`;
    await one.advance(10_000);
    expect(one.status).to.equal(null);
  });

  it('autoplay listens without a press, with what was set beside it', async () => {
    one = new OnPage({ attributes: { autoplay: '' } });
    await one.advance(0);
    await one.reaches('hearing');
    expect(one.element.autoplay).to.equal(true);
  });

  it('options set before the element was defined count', async () => {
    one = new OnPage();
    const { options } = one.element;
    const raw = Object.assign(document.createElement('earshot-listener'), {});
    Object.defineProperty(raw, 'options', { value: options, configurable: true, writable: true });
    document.body.append(raw);
    expect(Object.hasOwn(raw, 'options')).to.equal(false);
    expect(raw.options).to.equal(options);
    raw.remove();
  });

  it('plays through the element in its slot, if there is one', async () => {
    one = new OnPage();
    const media = document.createElement('audio');
    media.slot = 'media';
    one.element.append(media);
    one.press();
    await one.advance(0);
    // The host made the one to prepare the next source in, and no other.
    expect(one.host.media).to.have.length(1);
  });
});
