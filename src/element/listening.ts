import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import { listen } from '../session/listen.ts';
import { mediaSession } from '../session/media-session.ts';
import type { ListenOptions } from '../session/options.ts';
import type { Reflecting } from './base.ts';
import { eventsBetween } from './media-events.ts';
import { createPlays } from './plays.ts';
import { pressOf } from './view-model.ts';

/** What an element provides for its playback. */
export interface ListeningHooks {
  /** The options for `listen()` at a start. */
  options(): ListenOptions;
  /** The state has changed; `null`: not started. */
  onState(state: State | null): void;
  draw(): void;
  emit(type: string): void;
}

/** The session of an element, from a start to the next reset, with its state and error. */
export interface Listening {
  readonly session: Session | null;
  readonly state: State | null;
  /** The error that ended it, or prevented the start. */
  readonly error: EarshotError | null;
  muted: boolean;
  readonly volume: number;
  /** See {@link EarshotListener.play}. */
  play(): Promise<void>;
  pause(): void;
  choose(muted: boolean, volume: number): void;
  /** Updates the system's media controls. */
  tell(): void;
  /** Returns to the state before the first press. */
  reset(): void;
}

/** @param element supplies the heading, the artist and the artwork. */
export const createListening = (
  element: Reflecting,
  { options, onState, draw, emit }: ListeningHooks,
): Listening => {
  const plays = createPlays();
  let stopTelling = () => {};

  const see = (session: Session, state: State) => {
    if (session !== own.session) return;
    const before = own.state;
    own.state = state;
    own.error = state.status === 'closed' ? state.error : null;
    own.muted = state.muted;
    own.volume = state.volume;
    if (pressOf(state) === 'listen') stopTelling();
    onState(state);
    draw();
    plays.settle(state, own.error);
    for (const type of eventsBetween(before, state)) emit(type);
    emit('statechange');
  };

  const start = () => {
    own.reset();
    try {
      const session = listen(options());
      session.muted = own.muted;
      session.volume = own.volume;
      own.session = session;
      own.tell();
      session.subscribe((state) => see(session, state));
    } catch (error) {
      own.error = error as EarshotError;
      draw();
      emit('error');
    }
  };

  const own = {
    session: null as Session | null,
    state: null as State | null,
    error: null as EarshotError | null,
    muted: false,
    volume: 1,
    async play() {
      if (pressOf(own.state) === 'listen') start();
      else own.session?.resume();
      await plays.promise(own.state, own.error);
    },
    pause() {
      if (pressOf(own.state) === 'stop') own.reset();
      else own.session?.pause();
    },
    choose(muted: boolean, volume: number) {
      if (muted === own.muted && volume === own.volume) return;
      own.muted = muted;
      own.volume = volume;
      if (own.session && pressOf(own.state) !== 'listen')
        Object.assign(own.session, { muted, volume });
      else {
        draw();
        emit('volumechange');
      }
    },
    tell() {
      const { heading: title, artist, artwork } = element;
      stopTelling();
      if (title && own.session) stopTelling = mediaSession(own.session, { title, artist, artwork });
    },
    reset() {
      const { session } = own;
      session?.close();
      // A listener of its last event has begun another one.
      if (session !== own.session) return;
      own.session = own.state = own.error = null;
      onState(null);
      draw();
    },
  };
  return own;
};
