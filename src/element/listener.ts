import { browserHost } from '../host/browser.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import type { ListenOptions } from '../session/options.ts';
import { createListening, type Listening } from './listening.ts';
import type { TypedEvents } from './media-events.ts';
import { MediaSurface } from './media-surface.ts';
import { createPresenter, type Presenter } from './presenter.ts';
import { createElementView, type ElementView } from './view.ts';
import { pressOf } from './view-model.ts';
import type { Words } from './words.ts';

let common: Partial<Words> = {};
let locales: readonly Words[] = [];
const shown = new Set<EarshotListener>();

/** Its events know whose they are. */
export interface EarshotListener {
  /** As that of an HTMLElement, with the types of {@link EarshotListenerEventMap}. */
  addEventListener: TypedEvents<EarshotListener>['addEventListener'];
  /** As that of an HTMLElement, with the types of {@link EarshotListenerEventMap}. */
  removeEventListener: TypedEvents<EarshotListener>['removeEventListener'];
}

/**
 * `<earshot-listener src="…">`: listens to a stage, and shows it. Nothing is requested before it is
 * played, by a press or by `autoplay`. It has the form of a media element: see docs/element.md.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the interface only types what an HTMLElement has.
export class EarshotListener extends MediaSurface {
  /** The attributes whose changes the browser reports to the element (HTML, custom elements). */
  static readonly observedAttributes = ['src', 'muted', 'heading', 'artist', 'artwork', 'lang'];

  readonly #view: ElementView;
  readonly #presenter: Presenter;
  readonly #own: Listening;
  #options: Partial<ListenOptions> = {};
  #words: Partial<Words> = {};
  /** It listened when it was taken off the page. */
  #interrupted = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    const draw = () => this.#presenter.draw();
    const emit = (type: string) => void this.dispatchEvent(new Event(type));
    this.#view = createElementView(root, {
      press: () => {
        const does = pressOf(this.state);
        if (does === 'pause' || does === 'stop') this.pause();
        // What went wrong is shown, and told by an event.
        else this.play().catch(() => {});
      },
      mute: () => {
        this.muted = !this.muted;
      },
      volume: (volume) => {
        this.volume = volume;
      },
      live: () => {
        if (this.state && this.edge.isBehind(this.state)) this.goLive();
      },
      // A browser that will not has told its reason to who asked it: a press asks for nothing more.
      float: () => void this.#presenter.picture?.toggleFloat().catch(() => {}),
      fill: () => void this.#presenter.picture?.toggleFill().catch(() => {}),
      media: draw,
    });
    this.#own = createListening(this, {
      draw,
      emit,
      options: () => {
        const { src, options } = this;
        const media = options.media ?? this.media;
        return { ...options, media, stage: src || options.stage || '' };
      },
      onState: (state) => {
        if (state) {
          this.#interrupted = false;
          this.origin ??= state.programTime;
          this.edge.see(state);
        } else {
          this.origin = null;
          this.#presenter.picture?.forget();
          this.#presenter.stop();
        }
      },
    });
    this.#presenter = createPresenter(
      this,
      this.#view,
      this.attachInternals?.().states,
      () => ({
        edge: this.edge,
        host: this.options.host ?? browserHost,
        words: { ...common, ...this.#words },
        locales,
      }),
      emit,
    );
  }

  /**
   * The languages that all elements can speak, besides English: `[de, fr]` of `earshot/locales/…`. An element takes the
   * first one that fits its nearest `lang` attribute, or else English. Default: none.
   */
  static get locales(): readonly Words[] {
    return locales;
  }
  static set locales(given: readonly Words[]) {
    locales = given;
    EarshotListener.#drawAll();
  }

  /** Words for all elements, in place of those of their language. Default: none. */
  static get words(): Partial<Words> {
    return common;
  }
  static set words(words: Partial<Words>) {
    common = words;
    EarshotListener.#drawAll();
  }

  static #drawAll(): void {
    for (const element of shown) element.#presenter.draw();
  }

  /** Words for this element alone; what is left out stays as it is for all. Default: none. */
  get words(): Partial<Words> {
    return this.#words;
  }
  set words(words: Partial<Words>) {
    this.#words = words;
    this.#presenter.draw();
  }

  /**
   * What else `listen()` is given at the next start; `stage` where there is no `src`. The element's own `muted` and `volume`
   * count, not those in here. Default: none.
   */
  get options(): Partial<ListenOptions> {
    return this.#options;
  }
  set options(options: Partial<ListenOptions>) {
    this.#options = options ?? {};
  }

  /** The session; `null` before the first press, and after a changed `src`. Close it by removing the element. */
  get session(): Session | null {
    return this.#own.session;
  }

  /** The state as it is now, frozen; `null` before the first press, and after a changed `src`. */
  override get state(): State | null {
    return this.#own.state;
  }

  /**
   * The error that ended the session, or made its start fail; `null` if there is none. Errors that the session
   * survives are in `state`.
   */
  override get error(): EarshotError | null {
    return this.#own.error;
  }

  /**
   * Whether the sound is muted, by the page or by the listener. It outlives every change of source. Default:
   * the attribute `muted`.
   */
  get muted(): boolean {
    return this.#own.muted;
  }
  set muted(muted: boolean) {
    this.#own.choose(!!muted, this.volume);
  }

  /** 0 to 1; what lies outside is clamped. */
  get volume(): number {
    return this.#own.volume;
  }
  set volume(volume: number) {
    this.#own.choose(this.muted, Math.min(1, Math.max(0, Number(volume) || 0)));
  }

  /**
   * Listens, or goes on. Call it in a gesture. Resolves when media advances; rejects with
   * `NotAllowedError` if the browser wants a gesture, with `AbortError` if it is paused, closed or
   * given another `src` first, and with the EarshotError that ended it. It may wait for long.
   */
  play(): Promise<void> {
    return this.#own.play();
  }

  /** Pauses. Before the stage is known, or has begun, it closes the session. */
  pause(): void {
    this.#own.pause();
  }

  /** Moves to the live edge; what lies between is not heard. */
  override goLive(): void {
    this.session?.goLive();
  }

  /** Closes the session; with `autoplay` it begins another one. */
  load(): void {
    const wanted = !this.paused;
    this.#own.reset();
    if (this.isConnected && (wanted || this.autoplay)) void this.#autostart();
  }

  /** Called by the browser: draws, and with `autoplay` starts. */
  connectedCallback(): void {
    this.upgrade(['options', 'words', 'muted', 'volume', 'src', 'autoplay']);
    this.upgrade(['heading', 'artist', 'artwork']);
    shown.add(this);
    this.#presenter.draw();
    if (!this.session && (this.autoplay || this.#interrupted)) void this.#autostart();
  }

  /** Being moved by `moveBefore()` is no reason to end anything. */
  connectedMoveCallback(): void {}

  /** Called by the browser: closes the session, unless the element is back on a page in the same task. */
  async disconnectedCallback(): Promise<void> {
    // Who moves an element takes it out and puts it in at once.
    await null;
    if (this.isConnected) return;
    shown.delete(this);
    const { paused } = this;
    this.#own.reset();
    this.#interrupted = !paused;
  }

  /** Called by the browser: another document needs the style sheet again. */
  adoptedCallback(): void {
    this.#view.dress();
  }

  /** Called by the browser: another `src` starts a new session, the others only draw. */
  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (name === 'muted' && !this.session) this.#own.muted = value !== null;
    if (name === 'src' && before !== value && this.isConnected) this.load();
    if (name !== 'src') this.#own.tell();
    this.#presenter.draw();
  }

  /** The `<video>` or `<audio>` in the slot `media`; `undefined` if there is none. */
  protected override get media(): HTMLMediaElement | undefined {
    return this.#view.media;
  }

  /** What was set beside it in the same task still counts. */
  async #autostart(): Promise<void> {
    await null;
    if (this.isConnected && pressOf(this.state) === 'listen') this.play().catch(() => {});
  }
}
