// Stock hls.js, as a page without Earshot would use it: one playlist, the default settings, no recovery
// code. It is a bundle of its own, loaded when the listener presses Listen.
import Hls from 'hls.js';
import { addLook, isAdvancing, type Look } from '../../../src/policy/hearing.ts';
import { STOCK } from './words/names.ts';

export const VERSION = Hls.version;

export interface StockPlayer {
  /** Whether its media time advances, by the rule that Earshot uses; `null` while it is too early to tell. */
  isPlaying(): boolean | null;
  /** Why it gave up; `null` while it has not. */
  readonly fatal: string | null;
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Plays a playlist, muted; `null` where hls.js does not run. */
export function startStock(url: string): StockPlayer | null {
  if (!Hls.isSupported()) return null;
  const audio = new Audio();
  audio.muted = true;
  audio.dataset.player = STOCK;
  const hls = new Hls({
    // Its text tracks begin with a `data:` URL, which the policy of this page forbids.
    enableID3MetadataCues: false,
    enableDateRangeMetadataCues: false,
    enableEmsgMetadataCues: false,
    xhrSetup(xhr, asked) {
      const named = new URL(asked);
      named.searchParams.set('listener', STOCK);
      xhr.open('GET', named.href, true);
    },
  });
  let fatal: string | null = null;
  let looks: readonly Look[] = [];
  hls.on(Hls.Events.ERROR, (_, error) => {
    if (error.fatal) fatal ??= error.details;
  });
  const play = () => void audio.play().catch(() => {});
  hls.on(Hls.Events.MANIFEST_PARSED, play);
  hls.loadSource(url);
  hls.attachMedia(audio);
  return {
    isPlaying() {
      looks = addLook(looks, [performance.now(), audio.currentTime * 1000]);
      return isAdvancing(looks);
    },
    get fatal() {
      return fatal;
    },
    pause: () => audio.pause(),
    resume: play,
    stop: () => hls.destroy(),
  };
}
