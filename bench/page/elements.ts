/** Tells of each media element of the page, in the document or not, before it plays. It may tell twice. */
export function onElement(each: (media: HTMLMediaElement) => void): void {
  const { createElement } = Document.prototype;
  Document.prototype.createElement = function (this: Document, ...given: [string]) {
    const element = createElement.apply(this, given);
    if (element instanceof HTMLMediaElement) each(element);
    return element;
  } as typeof createElement;

  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
    each(this);
    return play.call(this);
  };
}

/** Known damage to what sounds, behind every player's back. */
export const damageTo = (audible: () => HTMLMediaElement[]) => ({
  /** Mutes for about so long. Tells how long it was, ms. */
  async mute(ms: number): Promise<number> {
    const sounding = audible();
    const began = performance.now();
    for (const media of sounding) media.muted = true;
    await new Promise((done) => setTimeout(done, ms));
    for (const media of sounding) media.muted = false;
    return performance.now() - began;
  },
  /** Moves by so much of its media time. */
  seek(ms: number): void {
    for (const media of audible()) media.currentTime += ms / 1000;
  },
  /** Plays at another speed, with the pitch kept. */
  speed(rate: number): void {
    for (const media of audible()) media.playbackRate = rate;
  },
});
