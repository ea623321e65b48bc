// Runs before any player: all media elements, in the document or not, sound into one recording.
import { damageTo, onElement } from './elements.ts';
import { reel } from './reel.ts';

export type { Mark } from './reel.ts';

const { context, sum, ready, recording, mark } = reel;
const tapped = new Set<HTMLMediaElement>();

onElement((media) => {
  if (tapped.has(media)) return;
  tapped.add(media);
  context.createMediaElementSource(media).connect(sum);
});

const audible = () => [...tapped].filter(({ paused, muted }) => !paused && !muted);

const tap = { ready, audible, mark, recording, ...damageTo(audible) };

declare global {
  interface Bench {
    tap: typeof tap;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, tap };
