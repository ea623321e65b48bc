import type { Host } from '../host/host.ts';
import type { ViewModel } from './view-model.ts';

/** A status that passes by sooner than this is not worth a listener's attention, ms. */
const SETTLES = 700;

/** Tells a screen reader of what stays, once, and never of a number that moves. */
export interface Announcer {
  see(shown: ViewModel, host: Host): void;
  close(): void;
}

export const createAnnouncer = (say: (words: string) => void): Announcer => {
  let seen = '';
  let words = '';
  let stop = () => {};
  return {
    see({ news, announcement }, host) {
      words = announcement;
      if (news === seen) return;
      seen = news;
      stop();
      stop = host.timer(() => say(words), SETTLES);
    },
    close: () => stop(),
  };
};
