import type { Host } from '../host/host.ts';

/** What the listener does at the element that is heard, whoever's controls it was. */
export type ListenerAction = 'pause' | 'play' | 'volumechange';

/**
 * The elements: the one that is heard, and one beside it in which the next source is prepared in
 * silence. With an element of the developer's that one is always heard; without, both are Earshot's
 * own and change places. The listener's choice of mute and volume outlives every change.
 */
export class MediaElements {
  active: HTMLMediaElement;
  readonly standby: HTMLMediaElement;
  muted: boolean;
  volume: number;
  /** Ms for which what took over is still silent, whatever the listener's choice; `null`: it is not. */
  pause: number | null = null;
  /** While a handover plays with the volumes, they are not the listener's. */
  fading = false;
  /** The developer's element is the one that is heard. */
  readonly given: boolean;

  constructor(
    host: Host,
    given: HTMLMediaElement | undefined,
    signal: AbortSignal,
    on: (event: ListenerAction) => void,
  ) {
    this.given = !!given;
    // Prepare video with its picture.
    const kind = given && 'videoWidth' in given ? 'video' : 'audio';
    this.active = given ?? host.createMedia(kind);
    this.standby = host.createMedia(kind);
    this.muted = this.active.muted;
    this.volume = this.active.volume;
    for (const media of [this.active, this.standby]) {
      for (const type of ['pause', 'play', 'volumechange'] as const) {
        media.addEventListener(type, () => this.#hear(media, type) && on(type), { signal });
      }
    }
  }

  /** In a gesture, lets the elements play from now on. */
  unlock(): void {
    this.standby.muted = true;
    for (const media of [this.active, this.standby]) media.play()?.catch(() => {});
    this.standby.pause();
  }

  /** The standby is the one that is heard from now on. */
  exchange(): void {
    const { active, standby } = this;
    Object.assign(this, { active: standby, standby: active });
    this.apply();
  }

  /** Whether the element that is heard must be muted: a volume of 0 alone is heard where volumes are read-only (iOS). */
  get isMute(): boolean {
    return this.muted || !this.volume || this.pause !== null;
  }

  /** The listener's choice; where volumes are read-only it stays what it is. */
  choose(volume: number): void {
    this.volume = volume;
    this.apply();
    if (volume && !this.fading) this.volume = this.active.volume;
  }

  /** Gives the elements the listener's choice. */
  apply(): void {
    this.standby.muted = true;
    this.active.volume = this.volume;
    this.active.muted = this.isMute;
  }

  close(): void {
    this.standby.pause();
    if (this.pause !== null) this.active.muted = this.muted;
    if (!this.given) this.active.pause();
  }

  /** Whether an event is the listener's doing. */
  #hear(media: HTMLMediaElement, type: ListenerAction): boolean {
    if (media !== this.active) return false;
    if (type === 'pause') return media.paused && !media.ended;
    if (type === 'play') return true;
    const { muted, volume } = media;
    const isOwn = volume === this.volume || !this.volume;
    if (this.fading || (muted === this.isMute && isOwn)) return false;
    // Muted by a pause, or a volume of 0, is not muted by the listener.
    if ((this.pause === null && this.volume) || !muted) this.muted = muted;
    this.volume = volume;
    return true;
  }
}
