import { createGovernor } from '../governor/governor.ts';
import { freeze } from '../policy/derive.ts';
import { type EarshotError, earshotError } from '../policy/errors.ts';
import type { Effect } from '../policy/model.ts';
import type { State } from '../policy/state.ts';
import type { Session } from './api.ts';
import { createDoors } from './doors.ts';
import { createEvents } from './events.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { createLoop, type Loop } from './loop.ts';
import { createMediaElements } from './media-elements.ts';
import { createObserver } from './observer.ts';
import type { Resolved } from './options.ts';
import type { PauseAfterFall } from './pause-after-fall.ts';
import { createPlayback } from './playback.ts';
import type { Rewinding } from './rewind.ts';
import { createRuns } from './runs.ts';
import { createSwaps, type Swaps } from './swap.ts';

const NO_CHANNEL = { status: 'none', wait: null, listeners: null, isLeader: false } as const;

/**
 * The session of one listener. It connects the stage's documents and doors, the governor, the media elements and the
 * sources to the loop (DESIGN.md, invariants 6 to 8).
 */
export const createSession = (options: Resolved): Session => {
  const { host, retry, token, signal: outer, media, sources, stage } = options;
  const { admission, catchUp, fall, muted, volume } = options;
  const { emit, isolate, on, close: closeEvents } = createEvents(host);
  const controller = new AbortController();
  const { signal } = controller;
  /** Does nothing unless the option `fall` asks for pauses. */
  let pauseAfterFall: PauseAfterFall = () => null;
  let record: Session['record'] = () => null;
  let resolveEnded: (state: State) => void;
  const ended = new Promise<State>((resolve) => {
    resolveEnded = resolve;
  });

  const told = new WeakSet<EarshotError>();
  /** Reports each error once, also if the error of one attempt ends something else too. */
  const onError = (error: EarshotError) => {
    if (!told.has(error)) emit('error', error);
    told.add(error);
  };
  const governor = createGovernor({
    ...{ host, policy: retry, token, onError },
    fresh: async () => inbox.feed?.fresh(),
    onAttempt: onError,
  });
  const perform = (effect: Effect) => {
    if (effect.type === 'open') runs.open(effect.run, effect.standby);
    else if (effect.type === 'over') release();
    else if (effect.type === 'swap') void swaps.swap(effect.generation);
    else if (effect.type === 'drop') runs.drop(effect.generation);
    else {
      const { rung, error } = effect;
      const url = loop.model.rungs[rung]?.description.url as string;
      if (error.code !== 'unsupported') onError(error);
      if (error.code === 'unsupported' || error.code === 'stopped') return;
      if (!governor.penalize(url, error)) loop.dispatch({ type: 'stopped', rung, error });
    }
  };
  /** Program time of the sound that advances; `undefined`: none does. */
  const position = () =>
    loop.model.active?.facts.isAdvancing && outputs.pause === null
      ? (runs.active()?.run?.programTime() ?? null)
      : undefined;
  const view = () => {
    const { run } = runs.active() ?? {};
    const { channel } = inbox;
    const at = position();
    return {
      // A source that plays without a program time leaves it unknown; the last one's would stand still.
      programTime: at === undefined ? runs.word : at,
      window: run?.window?.(),
      latency: run?.latency() ?? null,
      now: host.now(),
      pause: outputs.pause,
      muted: outputs.muted,
      volume: outputs.volume,
      documentWait: inbox.wait(),
      cues: cues?.active ?? [],
      channel: channel?.state ?? NO_CHANNEL,
      outbox: channel?.outbox ?? [],
    };
  };
  const observe = () => observer.observe();
  const hush: PauseAfterFall = (...shown) => pauseAfterFall(...shown);

  const loop: Loop = createLoop({
    ...{ view, perform },
    onState: (state) => emit('state', state),
    onLost: () => inbox.feed?.lost(),
  });
  const doors = createDoors({ host, governor, admission, stage, loop, signal, onError });
  const cues = options.cues?.open({
    ...{ host, governor, signal, position },
    rate: () => outputs.active.playbackRate,
    onCue: (cue) => emit('cue', cue),
    onChange: loop.publish,
  });
  const shared = {
    options,
    host,
    governor,
    doors,
    sources,
    catchUp,
    cues,
    loop,
    signal,
    hush,
    onError,
    observe,
  };
  const inbox: Inbox = createInbox({
    ...shared,
    onChannel: {
      onMessage: (message) => emit('message', message),
      onUnrecoverable: (lost) => emit('unrecoverable', lost),
    },
  });
  const outputs = createMediaElements(host, media, signal, (action) => playback.onAction(action));
  const runs = createRuns({ ...shared, outputs });
  const swaps: Swaps = createSwaps({
    ...{ ...shared, outputs, runs },
    play: () => playback.play(),
    onSwitch: (change) => emit('switch', change),
  });
  const playing = { ...shared, outputs, runs, swaps };
  const playback = createPlayback({
    ...playing,
    onPause: () => void rewind('seek', Number.NaN),
  });
  let rewinding: Rewinding | undefined;
  /** Loads its code. */
  const rewind = async (name: keyof Rewinding, amount: number) => {
    try {
      const { createRewinding } = await import('./rewind.ts');
      rewinding ??= createRewinding({ ...playing, playback, on });
      return await rewinding[name](amount);
    } catch (error) {
      onError(earshotError(error, host.base, 'network'));
      return false;
    }
  };
  const observer = createObserver({ ...playing, playback, inbox });

  const release = () => {
    observer.stop();
    playback.stop();
    controller.abort();
    for (const generation of runs.all.keys()) runs.drop(generation);
    outputs.close();
    governor.close();
    resolveEnded(loop.finish());
    closeEvents();
  };

  const close = () => loop.dispatch({ type: 'close', error: null });

  if (outer?.aborted) close();
  else {
    outer?.addEventListener('abort', close, { signal });
    outputs.unlock();
    observer.start();
    inbox.start();
  }

  const play = () => {
    if (loop.isOver()) return;
    loop.dispatch({ type: 'blocked', blocked: false });
    playback.want(true);
    const { standby } = loop.model;
    if (!standby) outputs.unlock();
    if (standby?.from == null) playback.play();
  };

  const session: Session = {
    ended,
    close,
    cue: cues?.add ?? (() => false),
    goLive: playback.goLive,
    seek: (programTime) => rewind('seek', programTime),
    back: (seconds) => rewind('back', seconds),
    on,
    once: (name, listener) => on(name, listener, true),
    send: inbox.channel?.send ?? (async () => ({ outcome: 'dropped', why: 'no-channel' })),
    get state() {
      return freeze(loop.state);
    },
    subscribe(listener) {
      const stop = on('state', listener);
      isolate(() => listener(freeze(loop.state)));
      return stop;
    },
    record: () => record(),
    play,
    resume: play,
    pause() {
      playback.want(false);
      outputs.active.pause();
    },
    get lang() {
      return inbox.lang;
    },
    set lang(lang) {
      inbox.lang = lang;
      inbox.retake();
    },
    get muted() {
      return outputs.muted;
    },
    set muted(muted) {
      outputs.muted = muted;
      outputs.apply();
      loop.publish();
    },
    get volume() {
      return outputs.volume;
    },
    set volume(volume) {
      outputs.choose(Math.min(1, Math.max(0, volume || 0)));
      loop.publish();
    },
  };
  if (muted != null) session.muted = muted;
  if (volume != null) session.volume = volume;
  const isDebug = () => {
    try {
      return options.debug ?? host.stores.browser.get('earshot') === 'debug';
    } catch {
      return false;
    }
  };
  const loadExtras = async () => {
    if (fall !== 'repeat') {
      const { createPauses } = await import('./pause-after-fall.ts');
      pauseAfterFall = createPauses(fall, outputs);
    }
    if (options.record)
      record = (await import('./recorder.ts')).startRecorder(session, loop, governor, host);
    if (catchUp === 'skip' || options.maxBehind != null) void rewind('seek', Number.NaN);
    if (isDebug()) (await import('./debug.ts')).explain(session, options);
  };
  loadExtras().catch((error) => onError(earshotError(error, host.base, 'network')));
  return session;
};
