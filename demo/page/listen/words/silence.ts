import { clock, span } from './clock.ts';

/** `off`: the listener does not want sound just now, so its absence is no fault. */
export type Sound = 'starting' | 'playing' | 'silent' | 'off';

/** Adds up how long a player was silent, from its first sound on. */
export class SilenceMeter {
  #sound: Sound = 'starting';
  #since = 0;
  #pastMs = 0;

  observe(sound: Sound, now: number): void {
    if (sound === this.#sound) return;
    if (this.#sound === 'silent') this.#pastMs += now - this.#since;
    this.#sound = sound;
    this.#since = now;
  }

  get sound(): Sound {
    return this.#sound;
  }

  totalMs(now: number): number {
    return this.#pastMs + (this.#sound === 'silent' ? now - this.#since : 0);
  }

  /** `Silent since 20:14:31` */
  words(): string {
    switch (this.#sound) {
      case 'starting':
        return 'Starting';
      case 'playing':
        return 'Playing';
      case 'silent':
        return `Silent since ${clock(this.#since)}`;
      case 'off':
        return 'Off';
    }
  }
}

/** `12 s`; what is shorter than a second is not told by a rule that needs a second to tell. */
export const totalWords = (ms: number): string => (ms < 1_000 ? '0 s' : span(ms));
