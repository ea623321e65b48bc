import 'axe-core/axe.min.js';
import '../../../src/captions/index.ts';
import { expect } from 'chai';
import {
  type CaptionWords,
  captionTrack,
  type EarshotCaptions,
} from '../../../src/captions/index.ts';
import { cues } from '../../../src/cues/cues.ts';
import { readCue } from '../../../src/cues/read-cue.ts';
import type { Cue } from '../../../src/policy/cue.ts';
import { scriptedSession, stateOf } from '../../../src/testing/index.ts';
import { OnPage } from '../../helpers/element-states.ts';

declare const axe: typeof import('axe-core');

const AT = Date.UTC(2026, 10, 22, 20);
let count = 0;
const captionOf = (text: string, lang = 'en'): Cue =>
  readCue({
    id: `${count++}`,
    at: AT,
    until: AT + 5_000,
    type: 'caption',
    payload: { text, lang },
  }) as Cue;

const hearing = (...active: Cue[]) => stateOf('hearing', { cues: active, programTime: AT + 500 });

describe('<earshot-captions>', () => {
  let captions: EarshotCaptions;
  let scripted: ReturnType<typeof scriptedSession>;

  const parts = (name: string) => [
    ...(captions.shadowRoot?.querySelectorAll<HTMLElement>(`[part="${name}"]`) ?? []),
  ];
  const lines = () => parts('line').map(({ textContent }) => textContent);
  const select = (index: number) =>
    captions.shadowRoot?.querySelectorAll('select')[index] as HTMLSelectElement;
  const choose = (index: number, value: string) => {
    select(index).value = value;
    select(index).dispatchEvent(new Event('change'));
  };

  beforeEach(() => {
    localStorage.clear();
    scripted = scriptedSession(hearing());
    captions = document.createElement('earshot-captions');
    captions.source = scripted.session;
    document.body.append(captions);
  });

  afterEach(() => captions.remove());

  it('shows the captions that are active, and nothing else', () => {
    const slide = readCue({ id: 'slide', at: AT, type: 'slide', payload: { text: 'no' } }) as Cue;
    scripted.show(hearing(slide, captionOf('Hello.'), captionOf('World.')));
    expect(lines()).to.deep.equal(['Hello.', 'World.']);
    scripted.show(hearing(slide));
    expect(lines()).to.deep.equal([]);
  });

  it('makes elements of tags, never HTML of text', () => {
    scripted.show(hearing(captionOf('<v Ada><i>Yes</i> &amp; <img src=x onerror=alert(1)></v>')));
    const [line] = parts('line');
    expect(line?.innerHTML).to.equal(
      '<span><b part="speaker">Ada: </b><i>Yes</i> &amp; &lt;img src=x onerror=alert(1)&gt;</span>',
    );
  });

  it('follows the direction and the language of each line', () => {
    scripted.show(hearing(captionOf('مرحبا بكم', 'ar')));
    const [line] = parts('line') as [HTMLElement];
    expect(line.lang).to.equal('ar');
    expect(getComputedStyle(line).direction).to.equal('rtl');
  });

  it('shows one language, that of the page first, and keeps what the listener chooses', () => {
    captions.lang = 'de';
    scripted.show(hearing(captionOf('Hello.', 'en'), captionOf('Guten Tag.', 'de')));
    expect(lines()).to.deep.equal(['Guten Tag.']);
    expect([...select(0).options].map(({ text }) => text)).to.deep.equal(['English', 'Deutsch']);
    choose(0, 'en');
    expect(lines()).to.deep.equal(['Hello.']);
    const again = document.createElement('earshot-captions');
    again.lang = 'de';
    again.source = scripted.session;
    document.body.append(again);
    expect(again.shadowRoot?.querySelector('[part="line"]')?.textContent).to.equal('Hello.');
    again.remove();
  });

  it('takes the listener’s text size, colours and position', () => {
    scripted.show(hearing(captionOf('Hello.')));
    const sizeOf = () => Number.parseFloat(getComputedStyle(parts('line')[0] as Element).fontSize);
    const before = sizeOf();
    choose(1, '200');
    expect(sizeOf()).to.equal(2 * before);
    choose(2, 'yellow-on-black');
    const { color, backgroundColor } = getComputedStyle(parts('line')[0] as Element);
    expect([color, backgroundColor]).to.deep.equal(['rgb(255, 255, 0)', 'rgb(0, 0, 0)']);
    choose(3, 'above');
    expect(getComputedStyle(captions).order).to.equal('-1');
  });

  it('is hidden and shown by a button that says which', () => {
    scripted.show(hearing(captionOf('Hello.')));
    const [toggle] = parts('toggle') as [HTMLElement];
    expect(toggle.ariaPressed).to.equal('true');
    toggle.click();
    expect(toggle.ariaPressed).to.equal('false');
    expect(parts('captions')[0]?.offsetHeight).to.equal(0);
    toggle.click();
    expect(lines()).to.deep.equal(['Hello.']);
  });

  it('is silent to a screen reader, unless the page asks for it', () => {
    const [box] = parts('captions') as [HTMLElement];
    expect(box.getAttribute('aria-live')).to.equal('off');
    captions.toggleAttribute('announce', true);
    expect(box.getAttribute('aria-live')).to.equal('polite');
  });

  it('takes other words', () => {
    const words: Partial<CaptionWords> = { captions: 'Untertitel' };
    captions.words = words;
    expect(parts('toggle')[0]?.textContent).to.equal('Untertitel');
  });

  it('writes a line once, so that a selection in it stays', () => {
    const hello = captionOf('Hello.');
    scripted.show(hearing(hello));
    const [line] = parts('line');
    scripted.show({ ...hearing(hello), programTime: AT + 1_500 });
    expect(parts('line')[0]).to.equal(line);
  });

  it('stops when it is removed, and goes on when it is back', () => {
    captions.remove();
    scripted.show(hearing(captionOf('Hello.')));
    expect(lines()).to.deep.equal([]);
    document.body.append(captions);
    expect(lines()).to.deep.equal(['Hello.']);
  });

  for (const colours of ['page', 'white-on-black', 'yellow-on-black', 'black-on-white']) {
    it(`has no fault that axe finds, ${colours}, with its settings open`, async () => {
      scripted.show(hearing(captionOf('<v Ada>Hello.'), captionOf('Guten Tag.', 'de')));
      choose(2, colours);
      (parts('settings')[0] as HTMLDetailsElement).open = true;
      const { violations } = await axe.run(captions);
      expect(violations.map(({ id, help }) => `${id}: ${help}`)).to.deep.equal([]);
    });
  }
});

describe('<earshot-captions> in <earshot-listener>', () => {
  let one: OnPage;
  afterEach(() => one.remove());

  it('shows the captions of what is heard, over a fall, and has a row of its own', async () => {
    one = new OnPage({ cues: cues() });
    const captions = document.createElement('earshot-captions');
    captions.slot = 'captions';
    one.element.append(captions);
    await one.hears();
    const text = () => captions.shadowRoot?.querySelector('[part="line"]')?.textContent ?? '';
    const at = (one.element.state?.programTime ?? 0) + 2_000;
    const caption = {
      id: 'a',
      at,
      until: at + 2_000,
      type: 'caption',
      payload: { text: 'Hello.' },
    };
    expect(one.element.session?.cue(caption)).to.equal(true);
    await one.host.advance(1_000);
    expect(text()).to.equal('');
    await one.host.advance(1_200);
    expect(text()).to.equal('Hello.');
    await one.host.advance(2_000);
    expect(text()).to.equal('');
    const { width } = captions.getBoundingClientRect();
    expect(width).to.be.above(one.element.getBoundingClientRect().width * 0.8);
  });
});

describe('captionTrack()', () => {
  it('is a text track of the element with what is active now', () => {
    const video = document.createElement('video');
    const { session, show } = scriptedSession(hearing());
    captionTrack(session, video, { lang: 'en', label: 'English' });
    const [track] = video.textTracks as unknown as [TextTrack];
    expect(track).to.include({
      kind: 'captions',
      label: 'English',
      language: 'en',
      mode: 'hidden',
    });
    const texts = () => [...(track.cues ?? [])].map((cue) => (cue as VTTCue).text);
    const hello = captionOf('Hello.');
    show(hearing(hello, captionOf('Guten Tag.', 'de')));
    expect(texts()).to.deep.equal(['Hello.']);
    show(hearing(hello, captionOf('World.')));
    expect(texts()).to.deep.equal(['Hello.', 'World.']);
    show(hearing());
    expect(texts()).to.deep.equal([]);
  });

  it('is empty and off after the end', async () => {
    const video = document.createElement('video');
    const { session, show } = scriptedSession(hearing());
    captionTrack(session, video);
    show(hearing(captionOf('Hello.')));
    session.close();
    await session.ended;
    await null;
    const [track] = video.textTracks as unknown as [TextTrack];
    expect(track.mode).to.equal('disabled');
    track.mode = 'hidden';
    expect(track.cues).to.have.length(0);
  });
});
