import type { Host } from '../host/host.ts';

/** An action of the listener at the active element, with any controls. */
export type ListenerAction = 'pause' | 'play' | 'volumechange';

/**
 * The media elements: the active one, and one in which the next source is prepared silently.
 *
 * An element of the developer stays the active one. Otherwise both elements are Earshot's own and swap roles. The
 * listener's mute and volume survive every change.
 */
export interface MediaElements {
  readonly active: HTMLMediaElement;
  readonly standby: HTMLMediaElement;
  muted: boolean;
  readonly volume: number;
  /** Ms for which the new source stays silent, whatever the listener has set; `null`: no pause. */
  pause: number | null;
  /** During a handover the volumes are not the listener's. */
  fading: boolean;
  /** The developer's element is the active one. */
  readonly given: boolean;
  /** Whether the active element must be muted: on iOS volumes are read-only, so a volume of 0 alone has no effect. */
  isMute(): boolean;
  /** Call it in a user gesture: allows the elements to play later. */
  unlock(): void;
  /** Makes the standby element the active one. */
  exchange(): void;
  /** Sets the listener's volume; if volumes are read-only, it does not change. */
  choose(volume: number): void;
  /** Applies the listener's mute and volume to the elements. */
  apply(): void;
  close(): void;
}

export const createMediaElements = (
  host: Host,
  given: HTMLMediaElement | undefined,
  signal: AbortSignal,
  on: (event: ListenerAction) => void,
): MediaElements => {
  // Prepare video together with its picture.
  const kind = given && 'videoWidth' in given ? 'video' : 'audio';
  const first = given ?? host.createMedia(kind);

  /** Whether an event is an action of the listener. */
  const isListeners = (media: HTMLMediaElement, type: ListenerAction): boolean => {
    if (media !== own.active) return false;
    if (type === 'pause') return media.paused && !media.ended;
    if (type === 'play') return true;
    const { muted, volume } = media;
    const isOwn = volume === own.volume || !own.volume;
    if (own.fading || (muted === own.isMute() && isOwn)) return false;
    // A mute because of a pause, or of a volume of 0, is not the listener's mute.
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
