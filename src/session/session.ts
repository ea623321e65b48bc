import { EventEmitter } from 'eventemitter3';
import { Governor } from '../governor/governor.ts';
import type { Host, PageEvent } from '../host/host.ts';
import { derive } from '../policy/derive.ts';
import type { SourceDescription } from '../policy/document.ts';
import { EarshotError, isEarshotError } from '../policy/errors.ts';
import { CATCH_UP, catchUpRate } from '../policy/hearing.ts';
import { type Effect, type Event, INITIAL, type Model, type Run } from '../policy/model.ts';
import { reduce } from '../policy/reduce.ts';
import type { State, Wait } from '../policy/state.ts';
import { feed } from '../stage/feed.ts';
import { handOver } from './handover.ts';
import type { Resolved } from './options.ts';
import { Outputs } from './outputs.ts';
import { Running } from './running.ts';

const TICK = 250;
const RETURN_WINDOW = 2_000;

/** A change of source, after it happened. */
export interface Switch {
  readonly from: SourceDescription | null;
  readonly to: SourceDescription;
  /** Program time left out in ms; 0 if none, `null` if the sources do not tell. */
  readonly lost: number | null;
  /** Program time heard twice in ms; 0 if none, `null` if the sources do not tell. */
  readonly twice: number | null;
}

/** What {@link Session.on} tells. */
export interface SessionEvents {
  /** After every change, as `subscribe`, but not at once. */
  state: (state: State) => void;
  /** Something failed that the session lives on with. May come often; never after `closed`. */
  error: (error: EarshotError) => void;
  /** Another source is heard. Never for the first one. */
  switch: (change: Switch) => void;
}

/** One listener's life on a stage. */
export class Session {
  /** Resolves with the last state, `ended` or `closed`. Never rejects. */
  readonly ended: Promise<State>;
  readonly #host: Host;
  readonly #options: Resolved;
  readonly #governor: Governor;
  readonly #outputs: Outputs;
  readonly #emitter = new EventEmitter<SessionEvents>();
  readonly #controller = new AbortController();
  readonly #runs = new Map<number, Running>();
  readonly #stopPage: () => void;
  #resolveEnded: (state: State) => void = () => {};
  #model: Model = INITIAL;
  #state: State;
  #coarse = '';
  #documentWait: Wait | null = null;
  #programTime: number | null = null;
  #tickedAt: number;
  #hidden = false;
  #playing = false;
  #stopTick: () => void = () => {};

  constructor(options: Resolved) {
    const { host, policy, token, signal, media } = options;
    this.#options = options;
    this.#host = host;
    this.#tickedAt = host.now();
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const onError = (error: EarshotError) => this.#emit('error', error);
    this.#governor = new Governor({ host, policy, token, onError });
    this.#outputs = new Outputs(host, media, {
      // A page that is hidden may be paused by the browser; that is not the listener's will.
      onPause: () => this.#hidden || this.#dispatch({ type: 'wanted', wanted: false }),
      onPlay: () => this.#dispatch({ type: 'wanted', wanted: true }),
      onVolume: () => this.#publish(),
    });
    this.#stopPage = host.onPage((event) => this.#onPage(event));
    this.#state = this.#derive();
    if (signal?.aborted) this.close();
    else {
      signal?.addEventListener('abort', this.close, { signal: this.#controller.signal });
      this.#outputs.unlock();
      this.#tick();
      void this.#follow();
    }
  }

  /** The state as it is now: frozen, and complete enough to draw a UI from. */
  get state(): State {
    return this.#state;
  }

  /** Calls `listener` at once and after every change, until the returned function is called. */
  subscribe(listener: (state: State) => void): () => void {
    const stop = this.on('state', listener);
    this.#guard(() => listener(this.#state));
    return stop;
  }

  /** Calls `listener` at each such event, until the returned function is called. */
  on<Name extends keyof SessionEvents>(name: Name, listener: SessionEvents[Name]): () => void {
    const guarded = ((value: never) =>
      this.#guard(() => (listener as (value: never) => void)(value))) as never;
    this.#emitter.on(name, guarded);
    return () => {
      this.#emitter.off(name, guarded);
    };
  }

  /** Goes on after `pause()`, or, called in a gesture, after the browser blocked the sound. */
  resume(): void {
    if (this.#isOver) return;
    this.#model = { ...this.#model, blocked: false };
    this.#dispatch({ type: 'wanted', wanted: true });
    this.#outputs.unlock();
    void this.#play();
  }

  /** Pauses. Nothing else happens until `resume()`. */
  pause(): void {
    this.#dispatch({ type: 'wanted', wanted: false });
    this.#outputs.active.pause();
  }

  /** Moves to the live edge; what lies between is not heard. */
  goLive(): void {
    this.#active?.run?.seek(null);
  }

  /** Whether the sound is muted. The choice outlives every change of source. */
  get muted(): boolean {
    return this.#outputs.muted;
  }

  set muted(muted: boolean) {
    this.#outputs.muted = muted;
    this.#outputs.apply();
    this.#publish();
  }

  /** 0 to 1; what lies outside is clamped. The choice outlives every change of source. */
  get volume(): number {
    return this.#outputs.volume;
  }

  set volume(volume: number) {
    this.#outputs.volume = Math.min(1, Math.max(0, Number(volume) || 0));
    this.#outputs.apply();
    this.#publish();
  }

  /** Ends the session and releases everything it holds. Idempotent. */
  readonly close = (): void => {
    this.#dispatch({ type: 'close', error: null });
  };

  get #isOver(): boolean {
    return this.#model.phase === 'closed' || this.#model.phase === 'ended';
  }

  get #active(): Running | undefined {
    return this.#model.active ? this.#runs.get(this.#model.active.generation) : undefined;
  }

  async #follow(): Promise<void> {
    const { stage } = this.#options;
    if (typeof stage !== 'string') {
      this.#governor.spread = stage.spread;
      this.#dispatch({ type: 'document', document: stage });
      return this.#look();
    }
    try {
      await feed(this.#host, this.#governor, stage, this.#controller.signal, {
        onDocument: (document) => {
          this.#governor.spread = document.spread;
          this.#dispatch({ type: 'document', document });
          this.#look();
        },
        onError: (error) => this.#emit('error', error),
        onWait: (wait) => {
          this.#documentWait = wait;
          this.#publish();
        },
      });
    } catch (error) {
      if (this.#isOver || !isEarshotError(error)) return;
      if (this.#model.document) this.#emit('error', error);
      else this.#dispatch({ type: 'close', error });
    }
  }

  #tick(): void {
    this.#look();
    if (!this.#isOver) this.#stopTick = this.#host.timer(() => this.#tick(), TICK);
  }

  #look(): void {
    const host = this.#host;
    const { active, standby, rungs, wanted, blocked } = this.#model;
    const now = host.now();
    const facts = (run: Run | null) =>
      (run && this.#runs.get(run.generation)?.facts(wanted && !blocked)) ?? null;
    this.#programTime = this.#active?.run?.programTime() ?? this.#programTime;
    this.#dispatch({
      type: 'tick',
      now,
      waits: rungs.map(({ description }) => this.#governor.waitOf(description.url)),
      active: facts(active),
      standby: facts(standby),
      documentWait: this.#documentWait,
      draw: host.random(),
    });
    if (this.#isOver) return;
    const { hearing } = this.#state;
    this.#governor.hearing = hearing;
    if (hearing) this.#governor.heard(Math.min(now - this.#tickedAt, 4 * TICK));
    this.#tickedAt = now;
    this.#steer();
  }

  /** Keeps the heard element playing, and at the speed that brings it back to live. */
  #steer(): void {
    const { wanted, blocked, standby } = this.#model;
    const active = this.#active;
    if (!active?.run || !wanted || blocked) return;
    // What a browser paused in a hidden tab is not played against its will.
    if (active.media.paused && !(this.#hidden && this.#model.active?.proven)) void this.#play();
    const { playbackRate: rate } = active.media;
    const latency = active.run.latency();
    const target = active.run.target();
    const lag = latency === null || target === null ? null : latency - target;
    const next = catchUpRate(lag, active.run.ahead(), rate);
    // Another speed than these is the listener's own.
    const ours = rate === 1 || rate === CATCH_UP.rate;
    if (ours && next !== rate && !standby) active.media.playbackRate = next;
  }

  async #play(): Promise<void> {
    if (this.#playing) return;
    this.#playing = true;
    try {
      await this.#outputs.active.play();
    } catch (error) {
      // Only this one means blocked; the others are a source that failed or was replaced.
      if ((error as Error).name === 'NotAllowedError' && this.#model.wanted) {
        this.#dispatch({ type: 'blocked', blocked: true });
      }
    } finally {
      this.#playing = false;
    }
  }

  #dispatch(event: Event): void {
    if (this.#isOver) return;
    const [model, effects] = reduce(this.#model, event);
    this.#model = model;
    for (const effect of effects) this.#perform(effect);
    this.#publish();
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'open':
        return this.#open(effect.run, effect.standby);
      case 'drop':
        this.#runs.get(effect.generation)?.close();
        this.#runs.delete(effect.generation);
        return;
      case 'penalize': {
        this.#emit('error', effect.error);
        const url = this.#model.rungs[effect.rung]?.description.url;
        if (url) this.#governor.penalize(url, effect.error);
        return;
      }
      case 'swap':
        void this.#swap(effect.generation);
        return;
      case 'over':
        return this.#release();
    }
  }

  #open({ generation, rung }: Run, standby: boolean): void {
    const description = this.#model.rungs[rung]?.description;
    if (!description || this.#isOver) return;
    this.#runs.set(
      generation,
      new Running({
        host: this.#host,
        governor: this.#governor,
        description,
        source: this.#options.sources.find(({ kinds }) => kinds.includes(description.kind)),
        media: standby ? this.#outputs.standby : this.#outputs.active,
        from: this.#active?.run?.programTime() ?? this.#programTime,
        onFail: (error) =>
          this.#dispatch({ type: 'failed', now: this.#host.now(), generation, error }),
        onFinish: () => this.#dispatch({ type: 'finished', generation }),
      }),
    );
  }

  async #swap(generation: number): Promise<void> {
    const next = this.#runs.get(generation);
    const old = [...this.#runs].find(([other]) => other !== generation)?.[1];
    if (!next?.run) return;
    let shift: number | null = 0;
    try {
      if (this.#outputs.given) {
        const heard = old?.run?.programTime() ?? this.#programTime;
        old?.close();
        next.move(this.#outputs.active, heard);
        void this.#play();
      } else {
        shift = await this.#exchange(old, next);
      }
    } catch (cause) {
      const error = new EarshotError('media', 'The handover failed.', { cause });
      return this.#dispatch({ type: 'failed', now: this.#host.now(), generation, error });
    }
    this.#dispatch({ type: 'swapped', now: this.#host.now(), generation });
    if (this.#isOver) return;
    const [lost, twice] = shift === null ? [null, null] : [Math.max(0, shift), Math.max(0, -shift)];
    this.#emit('switch', { from: old?.description ?? null, to: next.description, lost, twice });
  }

  async #exchange(old: Running | undefined, next: Running): Promise<number | null> {
    const outputs = this.#outputs;
    const { signal } = this.#controller;
    const [run, before] = [next.run, old?.run];
    if (!run) return null;
    if (!old || !before) {
      outputs.exchange();
      await next.media.play();
      return null;
    }
    outputs.fading = true;
    try {
      const from = { run: before, media: old.media };
      const to = { run, media: next.media };
      return await handOver(this.#host, from, to, outputs.volume, outputs.muted, signal);
    } finally {
      outputs.fading = false;
      if (!signal.aborted) outputs.exchange();
    }
  }

  #onPage(event: PageEvent): void {
    if (event === 'hidden') this.#hidden = true;
    if (event !== 'visible' && event !== 'pageshow') return;
    this.#hidden = false;
    if (!this.#model.wanted || !this.#outputs.active.paused || !this.#active) return;
    // Those who return from the same break return together.
    this.#stopReturn();
    this.#stopReturn = this.#host.timer(() => {
      this.goLive();
      void this.#play();
    }, this.#host.random() * RETURN_WINDOW);
  }

  #stopReturn: () => void = () => {};

  #release(): void {
    this.#stopTick();
    this.#stopReturn();
    this.#stopPage();
    this.#controller.abort();
    for (const running of this.#runs.values()) running.close();
    this.#runs.clear();
    this.#outputs.close();
    this.#governor.close();
    this.#state = this.#derive();
    this.#emit('state', this.#state);
    this.#emitter.removeAllListeners();
    this.#resolveEnded(this.#state);
  }

  #derive(): State {
    const { muted, volume } = this.#outputs;
    return derive(this.#model, {
      programTime: this.#programTime,
      now: this.#host.now(),
      muted,
      volume,
      documentWait: this.#documentWait,
    });
  }

  #publish(): void {
    if (this.#isOver) return;
    const state = this.#derive();
    // Times move all the time; a second is as often as a UI needs to be told.
    const second = (ms: number | null) => ms && Math.round(ms / 1_000);
    const coarse = JSON.stringify({
      ...state,
      programTime: second(state.programTime),
      behindLive: second(state.behindLive),
      ahead: second(state.ahead),
    });
    this.#state = state;
    if (coarse === this.#coarse) return;
    this.#coarse = coarse;
    this.#emit('state', state);
  }

  #emit<Name extends keyof SessionEvents>(name: Name, value: Parameters<SessionEvents[Name]>[0]) {
    this.#emitter.emit(name, ...([value] as never));
  }

  /** A listener that throws harms nobody else; its error still reaches the page's own handler. */
  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#host.timer(() => {
        throw error;
      }, 0);
    }
  }
}

