import type { Host } from '../host/host.ts';

/** What the listener does at the element that is heard, whoever's controls it was. */
export type ListenerAction = 'pause' | 'play' | 'volumechange';

/**
 * The elements: the one that is heard, and one beside it in which the next source is prepared in
 * silence. With an element of the developer's that one is always heard; without, both are Earshot's
 * own and change places. The listener's choice of mute and volume outlives every change.
 */
export interface MediaElements {
  readonly active: HTMLMediaElement;
  readonly standby: HTMLMediaElement;
  muted: boolean;
  readonly volume: number;
  /** Ms for which what took over is still silent, whatever the listener's choice; `null`: it is not. */
  pause: number | null;
  /** While a handover plays with the volumes, they are not the listener's. */
  fading: boolean;
  /** The developer's element is the one that is heard. */
  readonly given: boolean;
  /** Whether the element that is heard must be muted: a volume of 0 alone is heard where volumes are read-only (iOS). */
  isMute(): boolean;
  /** In a gesture, lets the elements play from now on. */
  unlock(): void;
  /** The standby is the one that is heard from now on. */
  exchange(): void;
  /** The listener's choice; where volumes are read-only it stays what it is. */
  choose(volume: number): void;
  /** Gives the elements the listener's choice. */
  apply(): void;
  close(): void;
}

export const createMediaElements = (
  host: Host,
  given: HTMLMediaElement | undefined,
  signal: AbortSignal,
  on: (event: ListenerAction) => void,
): MediaElements => {
  // Prepare video with its picture.
  const kind = given && 'videoWidth' in given ? 'video' : 'audio';
  const first = given ?? host.createMedia(kind);

  /** Whether an event is the listener's doing. */
  const isListeners = (media: HTMLMediaElement, type: ListenerAction): boolean => {
    if (media !== own.active) return false;
    if (type === 'pause') return media.paused && !media.ended;
    if (type === 'play') return true;
    const { muted, volume } = media;
    const isOwn = volume === own.volume || !own.volume;
    if (own.fading || (muted === own.isMute() && isOwn)) return false;
    // Muted by a pause, or a volume of 0, is not muted by the listener.
    if ((own.pause === null && own.volume) || !muted) own.muted = muted;
    own.volume = volume;
    return true;
  };

  const own = {
    active: first,
    standby: host.createMedia(kind),
    muted: first.muted,
    volume: first.volume,
    pause: null as number | null,
    fading: false,
    given: !!given,
    isMute: () => own.muted || !own.volume || own.pause !== null,
    unlock() {
      own.standby.muted = true;
      for (const media of [own.active, own.standby]) media.play()?.catch(() => {});
      own.standby.pause();
    },
    exchange() {
      [own.active, own.standby] = [own.standby, own.active];
      own.apply();
    },
    choose(volume: number) {
      own.volume = volume;
      own.apply();
      if (volume && !own.fading) own.volume = own.active.volume;
    },
    apply() {
      own.standby.muted = true;
      own.active.volume = own.volume;
      own.active.muted = own.isMute();
    },
    close() {
      own.standby.pause();
      if (own.pause !== null) own.active.muted = own.muted;
      if (!own.given) own.active.pause();
    },
  };
  for (const media of [own.active, own.standby]) {
    for (const type of ['pause', 'play', 'volumechange'] as const) {
      media.addEventListener(type, () => isListeners(media, type) && on(type), { signal });
    }
  }
  return own;
};
