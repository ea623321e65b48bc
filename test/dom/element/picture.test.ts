import { expect } from 'chai';
import { ELEMENT_STATES, OnPage } from '../../helpers/element-states.ts';

const make = () => ELEMENT_STATES['hearing, with a picture']?.({}) as Promise<OnPage>;

/** Makes the browser look as if it could, or could not, until the test is over. */
const pretend = (name: 'fullscreenEnabled' | 'pictureInPictureEnabled', can: boolean): void => {
  Object.defineProperty(document, name, { value: can, configurable: true });
};

describe('a picture', () => {
  let one: OnPage;
  const video = () => one.element.querySelector('video') as HTMLVideoElement;
  const shown = () =>
    ['picture-in-picture', 'fullscreen'].filter(
      (name) =>
        one.element.shadowRoot?.querySelector<HTMLElement>(`[part="${name}"]`)?.hidden === false,
    );

  afterEach(() => {
    Reflect.deleteProperty(document, 'fullscreenEnabled');
    Reflect.deleteProperty(document, 'pictureInPictureEnabled');
    one.remove();
  });

  it('is none without a video, or with one that has nothing to show', async () => {
    one = await new OnPage().hears();
    expect(shown()).to.deep.equal([]);
    expect(one.element).to.include({ videoWidth: 0, videoHeight: 0 });
    one.element.append(Object.assign(document.createElement('video'), { slot: 'media' }));
    await new Promise((resolve) => one.element.shadowRoot?.addEventListener('slotchange', resolve));
    expect(shown()).to.deep.equal([]);
  });

  it('has two buttons, named and not pressed', async () => {
    one = await make();
    expect(shown()).to.deep.equal(['picture-in-picture', 'fullscreen']);
    expect(one.element).to.include({ videoWidth: 320, videoHeight: 180 });
    expect(one.part('picture-in-picture').ariaLabel).to.equal('Picture in picture');
    expect(one.part('fullscreen').ariaPressed).to.equal('false');
  });

  it('has no button for what the browser, or the video, does not allow', async () => {
    pretend('pictureInPictureEnabled', false);
    one = await make();
    expect(shown()).to.deep.equal(['fullscreen']);
    Reflect.deleteProperty(document, 'pictureInPictureEnabled');
    pretend('fullscreenEnabled', false);
    video().dispatchEvent(new Event('resize'));
    expect(shown()).to.deep.equal(['picture-in-picture']);
    video().disablePictureInPicture = true;
    video().dispatchEvent(new Event('resize'));
    expect(shown()).to.deep.equal([]);
  });

  it('alone goes onto the screen of a phone that gives it to nothing else', async () => {
    pretend('fullscreenEnabled', false);
    one = await make();
    let entered = 0;
    Object.assign(video(), { webkitEnterFullscreen: () => entered++ });
    video().dispatchEvent(new Event('resize'));
    one.part('fullscreen').click();
    await null;
    expect(entered).to.equal(1);
  });

  it('stays while one source takes over from another, and goes with the session', async () => {
    one = await make();
    video().dispatchEvent(new Event('emptied'));
    await one.advance(2_000);
    expect(shown()).to.have.length(2);
    one.element.load();
    expect(shown()).to.deep.equal([]);
  });
});
