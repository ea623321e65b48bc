// Runs before any player: all media elements, in the document or not, sound into one recording.
import { reel } from './reel.ts';

export type { Mark } from './reel.ts';

const { context, sum, ready, recording, mark } = reel;
const tapped = new Set<HTMLMediaElement>();

function tapElement(media: unknown): void {
  if (!(media instanceof HTMLMediaElement) || tapped.has(media)) return;
  tapped.add(media);
  context.createMediaElementSource(media).connect(sum);
}

const { createElement } = Document.prototype;
Document.prototype.createElement = function (this: Document, ...given: [string]) {
  const element = createElement.apply(this, given);
  tapElement(element);
  return element;
} as typeof createElement;

const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
  tapElement(this);
  return play.call(this);
};

const audible = () => [...tapped].filter(({ paused, muted }) => !paused && !muted);

/** Mutes what sounds for about so long, behind every player's back. Tells how long it was, ms. */
async function mute(ms: number): Promise<number> {
  const sounding = audible();
  const began = performance.now();
  for (const media of sounding) media.muted = true;
  await new Promise((done) => setTimeout(done, ms));
  for (const media of sounding) media.muted = false;
  return performance.now() - began;
}

/** Moves what sounds by so much of its media time. */
function seek(ms: number): void {
  for (const media of audible()) media.currentTime += ms / 1000;
}

const tap = { ready, audible, mark, mute, seek, recording };

declare global {
  interface Bench {
    tap: typeof tap;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, tap };
