// Runs before any player: listens to every element that plays, 50 times a second, by the samples that the decoder gives.
import { Loudness } from '../../test/helpers/loudness.ts';

const LISTEN_EVERY_MS = 20;
/** A pause in the sound this long is silence. */
const PAUSE_MS = 60;

/** What a bench asks a page about its silence. Times are epoch ms. */
export const sound = {
  openedAt: Date.now(),
  /** When there was sound first, and last; 0 before. */
  firstAt: 0,
  heardAt: 0,
  /** Stretches without sound after the first sound. The last one may go on. */
  silences: [] as [from: number, to: number][],
};

const loudness = new Loudness();
const known = new WeakSet<HTMLMediaElement>();
const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
  if (!known.has(this)) loudness.add(this);
  known.add(this);
  return play.call(this);
};

setInterval(() => {
  const now = Date.now();
  if (loudness.hears()) {
    sound.firstAt ||= now;
    sound.heardAt = now;
  } else if (sound.heardAt && now - sound.heardAt > PAUSE_MS) {
    const last = sound.silences.at(-1);
    if (last && last[0] === sound.heardAt) last[1] = now;
    else sound.silences.push([sound.heardAt, now]);
  }
}, LISTEN_EVERY_MS);

declare global {
  interface Bench {
    sound: typeof sound;
  }
}

globalThis.bench = { ...globalThis.bench, sound };
