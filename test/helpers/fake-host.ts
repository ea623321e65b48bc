import type { Host, PageEvent, Realtime, Store } from '../../src/host/host.ts';
import { Clock } from './clock.ts';
import { FakeNetwork, noAnswer, type Script } from './fake-fetch.ts';
import { FakeMedia } from './fake-media.ts';
import { FakeSocket } from './fake-socket.ts';
import { FakeStore } from './fake-store.ts';
import { seeded } from './random.ts';

export interface FakeHostOptions {
  readonly clock?: Clock;
  readonly seed?: number;
  readonly script?: Script;
  /** Ms from a request to its answer. Default: at once. */
  readonly latency?: (random: () => number) => number;
  readonly stores?: Readonly<Record<'tab' | 'browser', FakeStore>>;
  /** Default: a browser without WebRTC. */
  readonly realtime?: Realtime | null;
  /** The server that each new socket of the page meets. Default: one that never answers. */
  readonly server?: (socket: FakeSocket) => void;
}

/** What a page still holds. All zero after a clean end. */
export interface Holdings {
  readonly timers: number;
  readonly fetches: number;
  readonly listeners: number;
  readonly playing: number;
  readonly sockets: number;
}

export const NOTHING_HELD: Holdings = {
  timers: 0,
  fetches: 0,
  listeners: 0,
  playing: 0,
  sockets: 0,
};

/** A hidden page's timers run on the second; after so long in silence, ms, on the minute. */
const MINUTELY_AFTER = 300_000;

/** One page: virtual time, seeded randomness, a scripted network, and a count of all it holds. */
export class FakeHost implements Host {
  readonly clock: Clock;
  readonly network: FakeNetwork;
  readonly media: FakeMedia[] = [];
  /** All that this page has opened, the last one last. */
  readonly sockets: FakeSocket[] = [];
  readonly base = 'https://page.example/';
  readonly realtime: Realtime | null;
  readonly stores: Readonly<Record<'tab' | 'browser', Store>>;
  /** Numbers that `random()` gives before it goes on by its seed. */
  readonly draws: number[] = [];
  /** Given to each element that is made from now on. */
  autoplay: FakeMedia['autoplay'] = 'allowed';
  readonly #options: FakeHostOptions;
  readonly #stores: Readonly<Record<'tab' | 'browser', FakeStore>>;
  readonly #random: () => number;
  readonly #timers = new Set<() => void>();
  readonly #pageListeners = new Set<(event: PageEvent) => void>();
  /** What fell due too early for a hidden page. */
  readonly #held = new Set<() => void>();
  #gone = false;
  #hiddenAt: number | null = null;
  #opened = 0;
  /** What fell due while the page was frozen. */
  #frozen: (() => void)[] | null = null;

  constructor(options: FakeHostOptions = {}) {
    this.#options = options;
    this.clock = options.clock ?? new Clock();
    this.realtime = options.realtime ?? null;
    this.#random = seeded(options.seed ?? 1);
    const { latency = () => 0, script = () => noAnswer() } = options;
    const delays = seeded((options.seed ?? 1) ^ 0x5eed);
    this.network = new FakeNetwork(this.clock, script, () => latency(delays));
    this.#stores = options.stores ?? { tab: new FakeStore(), browser: new FakeStore() };
    this.stores = { tab: this.#view('tab'), browser: this.#view('browser') };
  }

  get requests() {
    return this.network.requests;
  }

  /** All that this page still holds. */
  get held(): Holdings {
    return {
      timers: this.#timers.size,
      fetches: this.network.pending,
      listeners:
        this.#pageListeners.size + this.media.reduce((sum, media) => sum + media.listeners, 0),
      playing: this.media.filter((media) => !media.paused).length,
      sockets: this.sockets.filter(({ isAlive }) => isAlive).length,
    };
  }

  readonly now = (): number => this.clock.now();
  readonly elapsed = (): number => this.clock.elapsed();
  readonly random = (): number => this.draws.shift() ?? this.#random();

  timer(callback: () => void, ms: number): () => void {
    if (this.#gone) return () => {};
    let stop = () => {};
    const cancel = () => {
      this.#timers.delete(cancel);
      this.#held.delete(run);
      stop();
    };
    const run = () => {
      this.#held.delete(run);
      const early = this.#early();
      if (early) {
        this.#held.add(run);
        stop = this.clock.schedule(run, early);
        return;
      }
      stop();
      this.#timers.delete(cancel);
      if (this.#frozen) this.#frozen.push(callback);
      else callback();
    };
    stop = this.clock.schedule(run, ms);
    this.#timers.add(cancel);
    return cancel;
  }

  fetch(url: string, init: RequestInit): Promise<Response> {
    return this.#gone ? new Promise(() => {}) : this.network.fetch(url, init);
  }

  connect(url: string, protocol: string): WebSocket {
    const socket = new FakeSocket(url, protocol, this.now());
    this.sockets.push(socket);
    // A handshake takes a turn at least.
    if (!this.#gone) this.clock.schedule(() => this.#options.server?.(socket), 0);
    return socket as unknown as WebSocket;
  }

  onPage(listener: (event: PageEvent) => void): () => void {
    const own = (event: PageEvent) => listener(event);
    this.#pageListeners.add(own);
    if (this.#hiddenAt !== null) own('hidden');
    return () => this.#pageListeners.delete(own);
  }

  createMedia(): HTMLMediaElement {
    const media = new FakeMedia(this.clock);
    media.autoplay = this.autoplay;
    this.media.push(media);
    return media.element;
  }

  /** Tells the page something. */
  emit(event: PageEvent): void {
    for (const listener of [...this.#pageListeners]) listener(event);
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** The same tab after F5: this page is gone at once, what it stored is not. */
  reload(): FakeHost {
    this.emit('pagehide');
    this.crash();
    return this.#another(this.#stores);
  }

  /** Another tab of the same browser. */
  openTab(): FakeHost {
    return this.#another({ tab: new FakeStore(), browser: this.#stores.browser });
  }

  /**
   * Another tab is in front. Chromium aligns the timers of a hidden page that is silent, and those that follow from
   * each other run once a minute after five of them; here all do. A page that is heard keeps its timers.
   */
  hide(): void {
    this.#hiddenAt ??= this.elapsed();
    this.emit('hidden');
  }

  show(): void {
    this.#hiddenAt = null;
    this.emit('visible');
    for (const run of [...this.#held]) run();
  }

  /** As browsers do to pages in the background: no timer of it runs, and nothing of it plays. */
  freeze(): void {
    this.#frozen ??= [];
    for (const media of this.media) media.suspend();
  }

  /** The page goes on, and only then learns that its media was paused. */
  thaw(): void {
    const due = this.#frozen ?? [];
    this.#frozen = null;
    this.emit('pageshow');
    this.emit(this.#hiddenAt === null ? 'visible' : 'hidden');
    for (const media of this.media) media.wake();
    for (const callback of due) callback();
  }

  /** This page is gone, without a word. */
  crash(): void {
    this.#gone = true;
    for (const cancel of [...this.#timers]) cancel();
    for (const socket of this.sockets) socket.close();
    this.#pageListeners.clear();
  }

  store(name: 'tab' | 'browser'): FakeStore {
    return this.#stores[name];
  }

  /** Ms until a timer of this page may run. */
  #early(): number {
    if (this.#hiddenAt === null) return 0;
    if (this.media.some((media) => media.isPlaying && !media.muted && !media.stuck)) return 0;
    const isLong = this.elapsed() - this.#hiddenAt >= MINUTELY_AFTER;
    const slot = isLong ? 60_000 : 1_000;
    return Math.ceil(this.elapsed() / slot) * slot - this.elapsed();
  }

  #another(stores: Readonly<Record<'tab' | 'browser', FakeStore>>): FakeHost {
    const { clock } = this;
    const seed = (this.#options.seed ?? 1) + 7_919 * ++this.#opened;
    return new FakeHost({ ...this.#options, clock, stores, seed, script: this.network.script });
  }

  /** What a page that is gone writes is lost. */
  #view(name: 'tab' | 'browser'): Store {
    const store = this.#stores[name];
    return {
      get: (key) => store.get(key),
      set: (key, value) => this.#gone || store.set(key, value),
      remove: (key) => this.#gone || store.remove(key),
    };
  }
}
