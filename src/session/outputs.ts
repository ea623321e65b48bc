import type { Host } from '../host/host.ts';

/** What the listener does at the element that is heard, whoever's controls it was. */
export interface OutputEvents {
  onPause(): void;
  onPlay(): void;
  onVolume(): void;
}

/**
 * The elements: the one that is heard, and one beside it in which the next source is prepared in
 * silence. With an element of the developer's that one is always heard; without, both are Earshot's
 * own and change places. The listener's choice of mute and volume outlives every change.
 */
export class Outputs {
  active: HTMLMediaElement;
  muted: boolean;
  volume: number;
  /** While a handover plays with the volumes, they are not the listener's. */
  fading = false;
  readonly given: boolean;
  readonly #host: Host;
  readonly #events: OutputEvents;
  readonly #listeners = new AbortController();
  #standby: HTMLMediaElement | null = null;

  constructor(host: Host, given: HTMLMediaElement | null, events: OutputEvents) {
    this.#host = host;
    this.#events = events;
    this.given = given !== null;
    this.active = given ?? host.createMedia();
    this.muted = this.active.muted;
    this.volume = this.active.volume;
    this.#watch(this.active);
  }

  /** The silent element, made when it is first needed. */
  get standby(): HTMLMediaElement {
    if (!this.#standby) {
      this.#standby = this.#host.createMedia();
      this.#watch(this.#standby);
    }
    this.#standby.muted = true;
    return this.#standby;
  }

  /** In a gesture, lets both elements of a pair play from now on. */
  unlock(): void {
    for (const media of this.given ? [this.active] : [this.active, this.standby]) {
      media.play()?.catch(() => {});
    }
    if (!this.given) this.standby.pause();
  }

  /** The standby is the one that is heard from now on. */
  exchange(): void {
    // Not by the getter: it would mute what is already heard.
    const heard = this.#standby ?? this.standby;
    this.#standby = this.active;
    this.active = heard;
    this.apply();
  }

  /** Gives the elements the listener's choice. */
  apply(): void {
    if (this.#standby) this.#standby.muted = true;
    this.active.volume = this.volume;
    this.active.muted = this.muted;
  }

  close(): void {
    this.#listeners.abort();
    this.#standby?.pause();
    if (!this.given) this.active.pause();
    this.#standby = null;
  }

  #watch(media: HTMLMediaElement): void {
    const { signal } = this.#listeners;
    const on = (type: string, listener: () => void) =>
      media.addEventListener(type, () => media === this.active && listener(), { signal });
    on('pause', () => media.paused && !media.ended && this.#events.onPause());
    on('play', () => this.#events.onPlay());
    on('volumechange', () => {
      if (this.fading || (media.muted === this.muted && media.volume === this.volume)) return;
      this.muted = media.muted;
      this.volume = media.volume;
      this.#events.onVolume();
    });
  }
}
