import type { Host } from '../host/host.ts';
import type { ViewModel } from './view-model.ts';

/** A status that lasts for less than this is not announced, ms. */
const SETTLES = 700;

/** Announces each lasting status to a screen reader once, and never a counting number. */
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
