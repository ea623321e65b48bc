import type { Host } from '../host/host.ts';
import type { ViewModel } from './view-model.ts';

/** A status that passes by sooner than this is not worth a listener's attention, ms. */
const SETTLES = 700;

/** Tells a screen reader of what stays, once, and never of a number that moves. */
export class Announcer {
  readonly #say: (words: string) => void;
  #seen = '';
  #words = '';
  #stop = () => {};

  constructor(say: (words: string) => void) {
    this.#say = say;
  }

  see({ news, announcement }: ViewModel, host: Host): void {
    this.#words = announcement;
    if (news === this.#seen) return;
    this.#seen = news;
    this.#stop();
    this.#stop = host.timer(() => this.#say(this.#words), SETTLES);
  }

  close(): void {
    this.#stop();
  }
}
