import { Governor } from '../governor/governor.ts';
import type { Host, PageEvent } from '../host/host.ts';
import { LATE_AFTER } from '../policy/defaults.ts';
import { derive } from '../policy/derive.ts';
import type { SourceDescription, StageDocument } from '../policy/document.ts';
import { EarshotError } from '../policy/errors.ts';
import { CATCH_UP, catchUpRate } from '../policy/hearing.ts';
import { type Effect, type Event, INITIAL, type Model, type Run } from '../policy/model.ts';
import { reduce } from '../policy/reduce.ts';
import type { State, Wait } from '../policy/state.ts';
import { feed } from '../stage/feed.ts';
import { Emitter } from './emitter.ts';
import { handOver } from './handover.ts';
import type { Resolved } from './options.ts';
import { type OutputEvent, Outputs } from './outputs.ts';
import { Running } from './running.ts';

const TICK = 250;

/** A change of source, after it happened. */
export interface Switch {
  readonly from: SourceDescription;
  readonly to: SourceDescription;
  /** Program time left out in ms; 0 if none, `null` if unknown, as after a time of silence. */
  readonly lost: number | null;
  /** Program time heard twice in ms; 0 if none, `null` if unknown. */
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
  readonly #emitter: Emitter<SessionEvents>;
  readonly #controller = new AbortController();
  readonly #runs = new Map<number, Running>();
  /** What must be undone at the end. */
  readonly #stops: Record<'page' | 'tick' | 'return', () => void>;
  #resolveEnded!: (state: State) => void;
  #model: Model = INITIAL;
  #state: State;
  #told = '';
  #programTime: number | null = null;
  #heard: SourceDescription | null = null;
  #lookedAt = 0;
  #hidden = false;
  #playing = false;

  constructor(options: Resolved) {
    const { host, retry, token, signal, media } = options;
    this.#options = options;
    this.#host = host;
    this.#emitter = new Emitter(host);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    const onError = (error: EarshotError) => this.#emitter.emit('error', error);
    this.#governor = new Governor({ host, policy: retry, token, onError });
    const own = this.#controller.signal;
    this.#outputs = new Outputs(host, media, own, (event) => this.#onOutput(event));
    const page = host.onPage((event) => this.#onPage(event));
    this.#stops = { page, tick: () => {}, return: () => {} };
    this.#state = this.#derive();
    if (signal?.aborted) {
      this.close();
      return;
    }
    signal?.addEventListener('abort', this.close, { signal: own });
    this.#outputs.unlock();
    this.#tick();
    void this.#follow();
  }

  /** The state as it is now: frozen, and complete enough to draw a UI from. */
  get state(): State {
    return this.#state;
  }

  /** Calls `listener` at once and after every change, until the returned function is called. */
  subscribe(listener: (state: State) => void): () => void {
    const stop = this.on('state', listener);
    this.#emitter.guard(() => listener(this.#state));
    return stop;
  }

  /** Calls `listener` at each such event, until the returned function is called. */
  on<Name extends keyof SessionEvents>(name: Name, listener: SessionEvents[Name]): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Goes on after `pause()`, or, called in a gesture, after the browser blocked the sound. */
  resume(): void {
    if (this.#isOver) return;
    this.#dispatch({ type: 'blocked', blocked: false });
    this.#dispatch({ type: 'wanted', wanted: true });
    if (!this.#model.standby) this.#outputs.unlock();
    void this.#play();
  }

  /** Pauses. Nothing is switched and nothing given up until `resume()`. */
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
    this.#outputs.volume = Math.min(1, Math.max(0, volume || 0));
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
    return this.#runs.get(this.#model.active?.generation ?? 0);
  }

  get #documentWait(): Wait | null {
    const { stage } = this.#options;
    return typeof stage === 'string' ? this.#governor.waitOf(stage) : null;
  }

  async #follow(): Promise<void> {
    const { stage: url } = this.#options;
    const onDocument = (document: StageDocument) => {
      this.#governor.spread = document.spread;
      this.#dispatch({ type: 'document', document });
      this.#look();
    };
    if (typeof url !== 'string') return onDocument(url);
    const { signal } = this.#controller;
    const onError = (error: EarshotError) => this.#emitter.emit('error', error);
    try {
      const [host, governor] = [this.#host, this.#governor];
      await feed({ host, governor, url, signal, onDocument, onError });
    } catch (error) {
      // The policy said stop: what is known of the stage stays, but nothing known is the end.
      if (!this.#model.document) this.#dispatch({ type: 'close', error: error as EarshotError });
    }
  }

  #tick(): void {
    this.#look();
    if (!this.#isOver) this.#stops.tick = this.#host.timer(() => this.#tick(), TICK);
  }

  #look(): void {
    const { active, standby, rungs, wanted, blocked } = this.#model;
    const now = this.#host.now();
    const facts = (run: Run | null) =>
      this.#runs.get(run?.generation ?? 0)?.facts(wanted && !blocked) ?? null;
    this.#programTime = this.#active?.run?.programTime() ?? this.#programTime;
    this.#dispatch({
      type: 'tick',
      now,
      waits: rungs.map(({ description }) => this.#governor.waitOf(description.url)),
      active: facts(active),
      standby: facts(standby),
      documentWait: this.#documentWait,
      draw: this.#host.random(),
    });
    if (this.#isOver) return;
    const { hearing, source } = this.#state;
    if (hearing && source) this.#switch(source, null);
    this.#governor.hearing = hearing;
    if (hearing) this.#governor.heard(Math.min(now - this.#lookedAt, 4 * TICK));
    this.#lookedAt = now;
    this.#steer();
  }

  /** Keeps the heard element playing, and at the speed that brings it back to live. */
  #steer(): void {
    const { wanted, blocked, standby, active } = this.#model;
    const { run, media } = this.#active ?? {};
    if (!run || !media || !wanted || blocked) return;
    // What a browser paused in a hidden tab is not played against its will.
    if (media.paused && !(this.#hidden && active?.proven)) void this.#play();
    const latency = run.latency();
    const { playbackRate: rate } = media;
    // Another speed than these is the listener's own.
    if (!standby && (rate === 1 || rate === CATCH_UP)) {
      media.playbackRate = catchUpRate(latency, run.target() ?? 0, run.ahead(), rate);
    }
  }

  async #play(): Promise<void> {
    if (this.#playing) return;
    this.#playing = true;
    try {
      await this.#outputs.active.play();
    } catch (error) {
      // Only this one means blocked; the others are a source that failed or was replaced.
      const blocked = (error as Error).name === 'NotAllowedError' && this.#model.wanted;
      if (blocked) this.#dispatch({ type: 'blocked', blocked });
    }
    this.#playing = false;
  }

  #dispatch(event: Event): void {
    if (this.#isOver) return;
    const [model, effects] = reduce(this.#model, event);
    this.#model = model;
    for (const effect of effects) this.#perform(effect);
    this.#publish();
  }

  #perform(effect: Effect): void {
    if (effect.type === 'open') this.#open(effect.run, effect.standby);
    else if (effect.type === 'over') this.#release();
    else if (effect.type === 'swap') void this.#swap(effect.generation);
    else if (effect.type === 'drop') {
      this.#runs.get(effect.generation)?.close();
      this.#runs.delete(effect.generation);
    } else {
      const { rung, error } = effect;
      const url = this.#model.rungs[rung]?.description.url as string;
      if (error.code !== 'unsupported') this.#governor.penalize(url, error);
      this.#emitter.emit('error', error);
    }
  }

  #open({ generation, rung }: Run, standby: boolean): void {
    const description = this.#model.rungs[rung]?.description;
    if (!description || this.#isOver) return;
    const running = new Running({
      host: this.#host,
      governor: this.#governor,
      description,
      sources: this.#options.sources,
      media: standby ? this.#outputs.standby : this.#outputs.active,
      from: this.#programTime,
      onFail: (error) => this.#fail(generation, error),
      onFinish: () => this.#dispatch({ type: 'finished', generation }),
    });
    this.#runs.set(generation, running);
  }

  #fail(generation: number, error: EarshotError): void {
    this.#dispatch({ type: 'failed', now: this.#host.now(), generation, error });
    this.#look();
  }

  async #swap(generation: number): Promise<void> {
    const next = this.#runs.get(generation);
    const old = [...this.#runs.values()].find((running) => running !== next);
    if (!next) return;
    let shift: number | null = null;
    try {
      shift = await this.#exchange(old, next);
    } catch (cause) {
      return this.#fail(generation, new EarshotError('media', 'The handover failed.', { cause }));
    }
    this.#dispatch({ type: 'swapped', now: this.#host.now(), generation });
    if (!this.#isOver) this.#switch(next.description, shift);
  }

  /** Tells when another source than the last is heard. */
  #switch(to: SourceDescription, shift: number | null): void {
    const from = this.#heard;
    this.#heard = to;
    if (!from || from.url === to.url) return;
    const [lost, twice] = shift === null ? [shift, shift] : [Math.max(0, shift), Math.max(0, -shift)];
    this.#emitter.emit('switch', { from, to, lost, twice });
  }

  async #exchange(old: Running | undefined, next: Running): Promise<number | null> {
    const outputs = this.#outputs;
    if (outputs.given) {
      const heard = old?.run?.programTime() ?? this.#programTime;
      old?.close();
      next.move(outputs.active, heard);
    } else if (old) {
      outputs.fading = true;
      try {
        return await handOver(this.#host, old, next, outputs, this.#controller.signal);
      } finally {
        outputs.fading = false;
        if (!this.#isOver) outputs.exchange();
      }
    } else outputs.exchange();
    void this.#play();
    return null;
  }

  #onOutput(event: OutputEvent): void {
    if (event === 'volumechange') this.#publish();
    // A page that is hidden may be paused by the browser; that is not the listener's will.
    else if (event === 'play' || !this.#hidden) {
      this.#dispatch({ type: 'wanted', wanted: event === 'play' });
    }
  }

  #onPage(event: PageEvent): void {
    if (event === 'hidden') this.#hidden = true;
    if (event !== 'visible' && event !== 'pageshow') return;
    this.#hidden = false;
    if (!this.#model.wanted || !this.#outputs.active.paused) return;
    // Those who return from the same break return together.
    this.#stops.return();
    this.#stops.return = this.#host.timer(() => {
      this.goLive();
      void this.#play();
    }, this.#host.random() * LATE_AFTER);
  }

  #release(): void {
    for (const stop of Object.values(this.#stops)) stop();
    this.#controller.abort();
    for (const running of this.#runs.values()) running.close();
    this.#runs.clear();
    this.#outputs.close();
    this.#governor.close();
    this.#state = this.#derive();
    this.#emitter.emit('state', this.#state);
    this.#emitter.clear();
    this.#resolveEnded(this.#state);
  }

  #derive(): State {
    return derive(this.#model, {
      programTime: this.#programTime,
      now: this.#host.now(),
      muted: this.#outputs.muted,
      volume: this.#outputs.volume,
      documentWait: this.#documentWait,
    });
  }

  #publish(): void {
    if (this.#isOver) return;
    this.#state = this.#derive();
    // Times move all the time; a second is as often as a UI needs to be told.
    const told = JSON.stringify(this.#state, (_, value) =>
      value > 1 ? Math.round(value / 1_000) : value,
    );
    if (told === this.#told) return;
    this.#told = told;
    this.#emitter.emit('state', this.#state);
  }
}
