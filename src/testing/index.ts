import { EarshotError } from '../policy/errors.ts';
import type { CommonState, State, Status } from '../policy/state.ts';
import type { Session, SessionEvents } from '../session/api.ts';

const NOTHING_KNOWN: CommonState = {
  hearing: false,
  stage: { state: 'live', startsAt: null },
  ladder: [],
  source: null,
  programTime: null,
  behindLive: null,
  seekable: null,
  ahead: 0,
  climbsAt: null,
  queue: null,
  muted: false,
  volume: 1,
  documentWait: null,
  cues: [],
  channel: { status: 'none', wait: null, isLeader: false, listeners: null },
  outbox: [],
};

const SOURCE = { kind: 'hls', url: 'https://cdn.example/talk.m3u8' };

/** Epoch ms, fixed: a test that reads the clock fails one day. */
const NOW = Date.UTC(2026, 0, 1);

/** The extra fields of each status, in a typical case. */
const PLAIN: { readonly [Name in Status]?: Partial<Extract<State, { status: Name }>> } = {
  hearing: { hearing: true, source: SOURCE, programTime: NOW, behindLive: 6_000, ahead: 8_000 },
  muted: { muted: true, source: SOURCE, programTime: NOW, behindLive: 6_000, ahead: 8_000 },
  scheduled: { stage: { state: 'scheduled', startsAt: NOW + 600_000 } },
  ended: { stage: { state: 'ended', startsAt: null } },
  rejoining: { source: SOURCE, until: NOW + 8_000 },
  queued: {
    queue: {
      door: 'floor',
      source: { kind: 'whep', url: 'https://floor.example/whep', door: 'floor' },
      turn: NOW + 60_000,
      uncertainty: 5_000,
    },
  },
  waiting: {
    wait: {
      until: NOW + 12_000,
      since: NOW,
      attempt: 1,
      error: new EarshotError('overload', `${SOURCE.url}: HTTP 503.`, { status: 503 }),
    },
  },
  closed: { error: null },
};

/**
 * A complete, frozen state for tests of a page.
 *
 * @param more the fields that differ from a typical case of this status.
 */
export const stateOf = <Name extends Status>(
  status: Name,
  more: Partial<Omit<Extract<State, { status: Name }>, 'status'>> = {},
): Extract<State, { status: Name }> =>
  Object.freeze({ ...NOTHING_KNOWN, ...PLAIN[status], ...more, status }) as unknown as Extract<
    State,
    { status: Name }
  >;

/** A session that a test controls. */
export interface ScriptedSession {
  /** Give it to the page instead of the session of `listen()`. */
  readonly session: Session;
  /** The calls of the page, in order: `play`, `pause`, `goLive`, `seek:1767225600000`, `back:15`, `send:hand`, `cue:slide`, `muted=true`, `volume=0.5`, `close`. */
  readonly calls: readonly string[];
  /** Sets the state and calls the subscribers at once. `ended` and `closed` are final. */
  show(state: State): void;
  /** Emits `error`, `switch`, `cue`, `message` or `unrecoverable`. */
  emit<Name extends Exclude<keyof SessionEvents, 'state'>>(
    name: Name,
    ...told: Parameters<SessionEvents[Name]>
  ): void;
}

/**
 * A session without network, media or timers. It only follows the page: `pause()` shows `paused`, `play()` shows
 * `hearing`, or `muted` at a volume of 0, `close()` shows `closed`; `muted` and `volume` are in the next state, and the
 * rest of the state stays. `send()` is acknowledged. If a listener throws, `show()` throws after it has called the others.
 *
 * @param first the first state. Default: `stateOf('connecting')`.
 */
export const scriptedSession = (first: State = stateOf('connecting')): ScriptedSession => {
  let state = first;
  const calls: string[] = [];
  const listeners = new Set<readonly [keyof SessionEvents, (value: never) => void]>();
  let resolveEnded: (state: State) => void;
  const ended = new Promise<State>((resolve) => {
    resolveEnded = resolve;
  });

  const isOver = () => state.status === 'closed' || state.status === 'ended';
  const tell = (name: keyof SessionEvents, value: unknown) => {
    const thrown: unknown[] = [];
    for (const [wanted, listener] of [...listeners]) {
      try {
        if (wanted === name) (listener as (value: unknown) => void)(value);
      } catch (error) {
        thrown.push(error);
      }
    }
    // A real session tells the others too, and the page's own handler.
    if (thrown.length) throw thrown[0];
  };
  const finish = () => {
    if (!isOver()) return;
    listeners.clear();
    resolveEnded(state);
  };
  const show = (next: State) => {
    if (isOver()) return;
    state = Object.freeze(next);
    try {
      tell('state', state);
    } finally {
      finish();
    }
  };
  finish();
  const change = (call: string, next: () => State) => {
    calls.push(call);
    if (!isOver()) show(next());
  };
  const on: Session['on'] = (name, listener) => {
    const entry = [name, listener] as const;
    listeners.add(entry);
    return () => void listeners.delete(entry);
  };
  /** The state with another choice of the listener's: silence by choice is `muted`, and not heard. */
  const chosen = (choice: Partial<Pick<State, 'muted' | 'volume'>>): State => {
    const next = { ...state, ...choice };
    if (next.status !== 'hearing' && next.status !== 'muted') return next;
    const hearing = !next.muted && next.volume > 0;
    return { ...next, hearing, status: hearing ? 'hearing' : 'muted' };
  };
  /** The same in another status: what is known of the stage stays, and what only the last status had goes. */
  const turned = (status: 'hearing' | 'paused' | 'closed'): State => {
    const plain = stateOf(status);
    const known = Object.entries(state).filter(([name]) => name in plain && name !== 'error');
    return { ...plain, ...Object.fromEntries(known), hearing: false, status } as State;
  };
  const play = () =>
    change('play', () => {
      const { source, programTime, behindLive, ahead } = stateOf('hearing');
      const heard = state.source ? {} : { source, programTime, behindLive, ahead };
      state = { ...turned('hearing'), ...heard } as State;
      return chosen({});
    });

  const session: Session = {
    ended,
    on,
    play,
    resume: play,
    get state() {
      return state;
    },
    once(name, listener) {
      const stop = on(name, ((value: never) => {
        stop();
        (listener as (value: never) => void)(value);
      }) as typeof listener);
      return stop;
    },
    subscribe(listener) {
      const stop = on('state', listener);
      listener(state);
      return stop;
    },
    pause: () => change('pause', () => turned('paused')),
    record: () => null,
    goLive: () => void calls.push('goLive'),
    async seek(programTime) {
      calls.push(`seek:${programTime}`);
      return !isOver() && state.seekable !== null;
    },
    async back(seconds) {
      calls.push(`back:${seconds}`);
      return !isOver() && state.seekable !== null;
    },
    close: () => change('close', () => turned('closed')),
    cue({ type }) {
      calls.push(`cue:${type}`);
      return !isOver();
    },
    async send(type) {
      calls.push(`send:${type}`);
      return isOver() ? { outcome: 'dropped', why: 'closed' } : { outcome: 'acknowledged' };
    },
    lang: undefined,
    get muted() {
      return state.muted;
    },
    set muted(muted) {
      change(`muted=${muted}`, () => chosen({ muted }));
    },
    get volume() {
      return state.volume;
    },
    set volume(given) {
      const volume = Math.min(1, Math.max(0, given || 0));
      change(`volume=${volume}`, () => chosen({ volume }));
    },
  };
  return { session, calls, show, emit: (name, ...told) => tell(name, told[0]) };
};
