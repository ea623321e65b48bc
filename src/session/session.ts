import { createGovernor } from '../governor/governor.ts';
import { isChanged } from '../policy/changed.ts';
import { LATE_AFTER_MS, OVERLAP_MS } from '../policy/defaults.ts';
import { derive, freeze } from '../policy/derive.ts';
import type { SourceDescription, StageDocument } from '../policy/document.ts';
import { type EarshotError, earshotError, errorAt } from '../policy/errors.ts';
import { CATCH_UP_RATE, catchUpRate, HOLD_BACK_RATE } from '../policy/hearing.ts';
import { type Effect, type Event, INITIAL, type Model, type Run } from '../policy/model.ts';
import { reduce } from '../policy/reduce.ts';
import type { State, Wait } from '../policy/state.ts';
import { createFeed, type Feed } from '../stage/feed.ts';
import type { Session } from './api.ts';
import { createDoors } from './doors.ts';
import { createEvents } from './events.ts';
import { handOver } from './handover.ts';
import { MediaElements } from './media-elements.ts';
import type { Resolved } from './options.ts';
import type { PauseAfterFall } from './pause-after-fall.ts';
import { RunningSource } from './source-run.ts';

const NO_CHANNEL = { status: 'none', wait: null, listeners: null, isLeader: false } as const;
const OBSERVE_EVERY_MS = 250;
/** Packets are looked at more often: each tick that is late is silence. */
const OBSERVE_REALTIME_EVERY_MS = 50;

/**
 * Runs the reducer's effects: the only asynchronous loop of a session. Four times a second it looks
 * at the elements, tells the reducer what it saw, and does what comes back.
 */
export const createSession = (options: Resolved): Session => {
  const { host, retry, token, signal: outer, media, sources, stage } = options;
  const { admission, climb, fall } = options;
  const stageUrl = typeof stage === 'string' ? stage : (stage.sources[0]?.url ?? host.base);
  const { emitter, isolate, on } = createEvents(host);
  const controller = new AbortController();
  const { signal } = controller;
  const runs = new Map<number, RunningSource>();
  let model: Model = INITIAL;
  /** Of what was heard last, so that what comes next can go on from there. */
  let word: number | null = null;
  /** Nothing, unless the option `fall` wants pauses. */
  let hush: PauseAfterFall = () => null;
  let heard: SourceDescription | null = null;
  let observedAt = 0;
  let swappedAt = 0;
  /** Since when the page is hidden, monotonic ms; NaN: it is not. */
  let hiddenAt = Number.NaN;
  let playing = false;
  /** There is no stage document to look at again. */
  let isWhole = typeof stage !== 'string';
  let stopTick = () => {};
  let stopReturn = () => {};
  let resolveEnded: (state: State) => void;
  const ended = new Promise<State>((resolve) => {
    resolveEnded = resolve;
  });

  const told = new WeakSet<EarshotError>();
  /** Each once, also where what an attempt ended with ends something else too. */
  const onError = (error: EarshotError) => {
    if (!told.has(error)) emitter.emit('error', error);
    told.add(error);
  };
  const fresh = async () => feed?.fresh();
  const governor = createGovernor({
    ...{ host, policy: retry, token, onError, fresh },
    onAttempt: onError,
  });
  const doors = createDoors({ host, governor, admission, stage, signal, onError });
  const onDocument = (document: StageDocument, ahead: number) => {
    const loading = doors.load(document);
    if (!loading) return take(document, ahead);
    void loading.then(() => {
      take(document, ahead);
      // Only now is the next turn known.
      feed?.repace();
    });
  };
  const take = (document: StageDocument, ahead: number) => {
    if (signal.aborted) return;
    governor.spread = document.spread;
    doors.update(document, ahead);
    channel?.update(document);
    const isFixed = isWhole && !(channel && document.channel);
    dispatch({ type: 'document', document, isFixed });
    observe();
  };
  const due = () => doors.due(model);
  const channel = options.channel?.open({
    host,
    governor,
    stage: stageUrl,
    signal,
    feed: () => feed,
    onMessage: (message) => emitter.emit('message', message),
    onError,
    onChange: () => publish(),
  });
  const feed: Feed | undefined =
    typeof stage === 'string'
      ? createFeed({
          ...{ host, governor, url: stage, signal, onDocument, onError, due, pushed: channel },
        })
      : undefined;
  const outputs = new MediaElements(host, media, signal, (event) => {
    if (event === 'volumechange') publish();
    // So soon after it got loud it is the browser that stops an element, not the listener.
    else if (event === 'pause' && model.playWhenReady && host.now() - swappedAt < LATE_AFTER_MS)
      void play();
    // A browser that stops what is hidden does so at once; later it is the lock screen, or a headset.
    else if (event === 'play' || !(host.elapsed() - hiddenAt < LATE_AFTER_MS))
      dispatch({ type: 'wanted', wanted: event === 'play' });
  });

  const isOver = () => model.phase === 'closed' || model.phase === 'ended';
  const running = () => runs.get(model.active?.generation ?? 0);
  const documentWait = (): Wait | null => (isWhole ? null : governor.waitOf(stageUrl));

  const current = (): State =>
    derive(model, {
      // A source that plays and does not tell its time leaves it unknown; the last one's would stand still.
      programTime:
        model.active?.facts.isAdvancing && outputs.pause === null
          ? (running()?.run?.programTime() ?? null)
          : word,
      latency: running()?.run?.latency() ?? null,
      now: host.now(),
      pause: outputs.pause,
      muted: outputs.muted,
      volume: outputs.volume,
      documentWait: documentWait(),
      channel: channel?.state ?? NO_CHANNEL,
      outbox: channel?.outbox ?? [],
    });
  /** As derived last: frozen when it is shown to somebody, since most are not. */
  let state = current();
  let lastPublished: State | undefined;

  const publish = () => {
    if (isOver()) return;
    state = current();
    if (!isChanged(lastPublished, state)) return;
    lastPublished = state;
    emitter.emit('state', freeze(state));
  };

  const dispatch = (event: Event) => {
    if (isOver()) return;
    const { active } = model;
    const [next, effects] = reduce(model, event);
    model = next;
    effects.forEach(perform);
    const isHigher = model.active && active && model.active.rung < active.rung;
    const isSame = model.active?.generation === active?.generation;
    if (active?.hasPlayed && !isSame && !isHigher) feed?.lost();
    publish();
  };

  const perform = (effect: Effect) => {
    if (effect.type === 'open') open(effect.run, effect.standby);
    else if (effect.type === 'over') release();
    else if (effect.type === 'swap') void swap(effect.generation);
    else if (effect.type === 'drop') {
      runs.get(effect.generation)?.close();
      runs.delete(effect.generation);
    } else {
      const { rung, error } = effect;
      const url = model.rungs[rung]?.description.url as string;
      if (error.code !== 'unsupported') onError(error);
      if (error.code === 'unsupported' || error.code === 'stopped') return;
      if (!governor.penalize(url, error)) dispatch({ type: 'stopped', rung, error });
    }
  };

  const open = ({ generation, rung }: Run, standby: boolean) => {
    const description = model.rungs[rung]?.description;
    if (!description || isOver()) return;
    const run = new RunningSource({
      host,
      governor,
      description,
      sources,
      media: standby ? outputs.standby : outputs.active,
      // Of a realtime source the last word may have come in part.
      from: word !== null && running()?.run?.liveness ? word - OVERLAP_MS : word,
      joins: standby ? climb : null,
      heard: () => running()?.run?.programTime() ?? word,
      guard: doors.guard(description),
      // An element that got another resource has to be played anew.
      onOpen: observe,
      onFail: (error) => fail(generation, error),
      tell: onError,
      onFinish: () => dispatch({ type: 'finished', now: host.now(), generation }),
    });
    runs.set(generation, run);
  };

  const fail = (generation: number, error: EarshotError) => {
    dispatch({ type: 'failed', now: host.now(), generation, error });
    observe();
  };

  const swap = async (generation: number) => {
    const next = runs.get(generation);
    const old = [...runs.values()].find((run) => run !== next);
    if (!next) return;
    let shift: number | null = null;
    const isClimb = model.standby?.isClimbing;
    /** In a pause it is not the silent one's word that it goes on from. */
    const missed = outputs.pause === null ? null : word;
    // A better source ends every pause.
    const settle = () => hush(next, word, null, isClimb);
    try {
      if (outputs.given) {
        const at = old?.run?.programTime() ?? word;
        old?.close();
        next.move(outputs.active, at);
        settle();
      } else if (old) {
        outputs.fading = true;
        shift = await handOver(host, old, next, outputs, missed, settle);
      }
    } catch (cause) {
      outputs.fading = false;
      outputs.apply();
      const { url } = next.description;
      return fail(generation, errorAt(url, 'media', 'it could not take over.', { cause }));
    }
    outputs.fading = false;
    // A source that failed during the handover must not take over.
    if (runs.get(generation) !== next) return outputs.apply();
    if (!outputs.given) {
      // A look meanwhile was at the one before.
      const again = settle();
      if (again !== null && shift !== null) shift = -again;
      outputs.exchange();
      swappedAt = host.now();
    }
    void play();
    dispatch({ type: 'swapped', now: host.now(), generation });
    tellSwitch(next.description, shift);
  };

  /** Tells when another source than the last is heard. */
  const tellSwitch = (to: SourceDescription, shift: number | null) => {
    const from = heard;
    heard = to;
    if (!from || from.url === to.url) return;
    const [skippedMs, repeatedMs] =
      shift === null ? [shift, shift] : [Math.max(0, shift), Math.max(0, -shift)];
    emitter.emit('switch', { from, to, skippedMs, repeatedMs });
  };

  const play = async () => {
    if (playing) return;
    playing = true;
    try {
      await outputs.active.play();
    } catch (error) {
      // Only this one means blocked; the others are a source that failed or was replaced.
      const blocked = (error as Error).name === 'NotAllowedError' && model.playWhenReady;
      if (blocked) dispatch({ type: 'blocked', blocked });
    }
    playing = false;
  };

  const observe = () => {
    const { active, standby, rungs, playWhenReady, isBlocked } = model;
    const now = host.now();
    const facts = (run: Run | null) =>
      runs.get(run?.generation ?? 0)?.facts(playWhenReady && !isBlocked) ?? null;
    const seen = facts(active);
    hush(running(), word, seen?.isAdvancing);
    if (outputs.pause === null) word = running()?.run?.programTime() ?? word;
    dispatch({
      type: 'observed',
      now,
      waits: rungs.map(({ description }) => governor.waitOf(description.url)),
      positions: rungs.map(({ description }) => doors.position(description)),
      active: seen,
      standby: facts(standby),
      documentWait: documentWait(),
      draw: host.random(),
    });
    if (isOver()) return;
    const { hearing, source } = state;
    governor.hearing = hearing;
    const at = host.elapsed();
    if (hearing) governor.creditHearing(Math.min(at - observedAt, 4 * OBSERVE_EVERY_MS));
    if (hearing && source) tellSwitch(source, null);
    // When packets stop there is no time left to load the code of what comes next.
    if (hearing && running()?.run?.liveness) for (const one of sources) one.prepare?.();
    observedAt = at;
    keepPlaying();
  };

  /** Keeps the heard element playing, and at the speed that brings it back to live. */
  const keepPlaying = () => {
    const { playWhenReady, isBlocked, standby, active } = model;
    const { run, media: element } = running() ?? {};
    if (!run || !element || !playWhenReady || isBlocked) return;
    // Do not play what the browser paused in a hidden tab.
    if (element.paused && !(hiddenAt >= 0 && active?.hasPlayed)) void play();
    const rate = element.playbackRate;
    // Another speed than these is the listener's own.
    if (standby || (rate !== 1 && rate !== CATCH_UP_RATE && rate !== HOLD_BACK_RATE)) return;
    element.playbackRate = catchUpRate(run.latency(), run.target() ?? 0, run.ahead(), rate);
  };

  const tick = () => {
    observe();
    const isRealtime = [...runs.values()].some(({ run }) => run?.liveness);
    if (!isOver())
      stopTick = host.timer(tick, isRealtime ? OBSERVE_REALTIME_EVERY_MS : OBSERVE_EVERY_MS);
  };

  const runFeed = async () => {
    try {
      const document = typeof stage === 'string' ? await feed?.run() : stage;
      isWhole = true;
      if (document) onDocument(document, 0);
    } catch (error) {
      // It is not looked at any more: what is known of the stage stays, but nothing known is the end.
      if (signal.aborted) return;
      const told = earshotError(error, stageUrl);
      if (model.document) onError(told);
      else dispatch({ type: 'close', error: told });
    }
  };

  const goLive = () => {
    hush(running(), word, null, true);
    running()?.run?.seek(null);
  };

  const stopPage = host.onPage((event) => {
    if (event === 'hidden') hiddenAt = host.elapsed();
    if (event !== 'visible' && event !== 'pageshow') return;
    hiddenAt = Number.NaN;
    if (!model.playWhenReady || !outputs.active.paused) return;
    // Many listeners return from the same break at once.
    stopReturn();
    stopReturn = host.timer(() => {
      goLive();
      void play();
    }, host.random() * LATE_AFTER_MS);
  });

  const release = () => {
    stopTick();
    stopReturn();
    stopPage();
    controller.abort();
    for (const run of runs.values()) run.close();
    runs.clear();
    outputs.close();
    governor.close();
    state = current();
    emitter.emit('state', freeze(state));
    emitter.removeAllListeners();
    resolveEnded(freeze(state));
  };

  const close = () => dispatch({ type: 'close', error: null });

  if (outer?.aborted) close();
  else {
    outer?.addEventListener('abort', close, { signal });
    outputs.unlock();
    tick();
    channel?.start();
    void runFeed();
  }

  const session: Session = {
    ended,
    close,
    goLive,
    on,
    send: channel?.send ?? (async () => ({ outcome: 'dropped', why: 'no-channel' })),
    get state() {
      return freeze(state);
    },
    subscribe(listener) {
      const stop = on('state', listener);
      isolate(() => listener(freeze(state)));
      return stop;
    },
    resume() {
      if (isOver()) return;
      dispatch({ type: 'blocked', blocked: false });
      dispatch({ type: 'wanted', wanted: true });
      if (!model.standby) outputs.unlock();
      void play();
    },
    pause() {
      dispatch({ type: 'wanted', wanted: false });
      outputs.active.pause();
    },
    get muted() {
      return outputs.muted;
    },
    set muted(muted) {
      outputs.muted = muted;
      outputs.apply();
      publish();
    },
    get volume() {
      return outputs.volume;
    },
    set volume(volume) {
      outputs.choose(Math.min(1, Math.max(0, volume || 0)));
      publish();
    },
  };
  if (fall !== 'repeat') {
    const use = ({ createPauses }: typeof import('./pause-after-fall.ts')) => {
      hush = createPauses(fall, outputs);
    };
    import('./pause-after-fall.ts').then(use).catch(onError);
  }
  const isDebug = () => {
    try {
      return options.debug ?? host.stores.browser.get('earshot') === 'debug';
    } catch {
      return false;
    }
  };
  if (isDebug()) {
    import('./debug.ts').then(({ explain }) => explain(session, () => host.now())).catch(onError);
  }
  return session;
};
