import type { Host, Store } from '../../src/host/host.ts';

const shelf = (entries: Iterable<[string, string]> = []): Store => {
  const values = new Map<string, string>(entries);
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
  };
};

/** An element that plays as soon as it is told to, in real time. */
class Deck extends EventTarget {
  src = '';
  muted = false;
  volume = 1;
  playbackRate = 1;
  paused = true;
  preload = '';
  preservesPitch = true;
  #position = 0;
  #since = 0;

  get currentTime(): number {
    return this.paused
      ? this.#position
      : this.#position + (performance.now() - this.#since) / 1_000;
  }

  set currentTime(seconds: number) {
    this.#position = seconds;
    this.#since = performance.now();
  }

  async play(): Promise<void> {
    if (!this.paused) return;
    this.#since = performance.now();
    this.paused = false;
    this.dispatchEvent(new Event('play'));
  }

  pause(): void {
    if (this.paused) return;
    this.#position = this.currentTime;
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }

  load(): void {}
  remove(): void {}
  setAttribute(): void {}
  removeAttribute(): void {}
}

/** A listener's page without a browser: real time and real HTTP, its own storage, its own chance. */
export const crowdHost = (random: () => number, stored: Iterable<[string, string]>): Host => ({
  now: Date.now,
  elapsed: () => performance.now(),
  random,
  timer(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  fetch: (url, init) => fetch(url, init),
  stores: { tab: shelf(), browser: shelf(stored) },
  connect: (url, protocol) => new WebSocket(url, protocol),
  onPage: () => () => {},
  createMedia: () => new Deck() as unknown as HTMLMediaElement,
  base: 'http://localhost/',
});
