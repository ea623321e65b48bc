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

/** Types the events of the element. */
export interface EarshotListener {
  /** Like that of an HTMLElement, with the event types of {@link EarshotListenerEventMap}. */
  addEventListener: TypedEvents<EarshotListener>['addEventListener'];
  /** Like that of an HTMLElement, with the event types of {@link EarshotListenerEventMap}. */
  removeEventListener: TypedEvents<EarshotListener>['removeEventListener'];
}

/**
 * `<earshot-listener src="…">`: a player for a stage. It makes no request until the user presses play, or `autoplay`
 * starts it. It has the API of a media element: see docs/element.md.
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
  /** It was playing when it was removed from the page. */
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
        // The element shows the error and dispatches an event for it.
        else this.play().catch(() => {});
      },
      mute: () => Object.assign(this, { muted: !this.muted }),
      volume: (volume) => Object.assign(this, { volume }),
      live: () => {
        if (this.state && this.edge.isBehind(this.state)) this.goLive();
      },
      media: draw,
    });
    this.#own = createListening(this, {
      draw,
      emit,
      options: () => {
        const { src, options } = this;
        const media = options.media ?? this.media;
        return { record: true, ...options, media, stage: src || options.stage || '' };
      },
      onState: (state) => {
        if (state) {
          this.#interrupted = false;
          this.see(state);
        } else {
          this.origin = null;
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
   * The languages available to all elements, besides English: `[de, fr]` from `earshot/locales/…`. An element uses
   * the first one that fits its nearest `lang` attribute, or else English. Default: none.
   */
  static get locales(): readonly Words[] {
    return locales;
  }
  static set locales(given: readonly Words[]) {
    locales = given;
    EarshotListener.#drawAll();
  }

  /** Words for all elements, instead of those of their language. Default: none. */
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

  /** Words for this element only. A missing text stays as it is for all elements. Default: none. */
  get words(): Partial<Words> {
    return this.#words;
  }
  set words(words: Partial<Words>) {
    this.#words = words;
    this.#presenter.draw();
  }

  /**
   * More options of `listen()` for the next start; `stage` counts if there is no `src`. `muted` and `volume` do not count
   * here: set those of the element. Default: none.
   */
  get options(): Partial<ListenOptions> {
    return this.#options;
  }
  set options(options: Partial<ListenOptions>) {
    this.#options = options ?? {};
  }

  /** The session; `null` before the first press, and after a change of `src`. To close it, remove the element. */
  override get session(): Session | null {
    return this.#own.session;
  }

  /** The current state, frozen; `null` before the first press, and after a change of `src`. */
  override get state(): State | null {
    return this.#own.state;
  }

  /**
   * The error that ended the session or prevented its start, else `null`. `state` has the errors that it survives.
   */
  override get error(): EarshotError | null {
    return this.#own.error;
  }

  /** Whether page or listener muted the sound. A change of source keeps it. Default: the attribute `muted`. */
  get muted(): boolean {
    return this.#own.muted;
  }
  set muted(muted: boolean) {
    this.#own.choose(!!muted, this.volume);
  }

  /** The volume, 0 to 1. Other values are clamped. */
  get volume(): number {
    return this.#own.volume;
  }
  set volume(volume: number) {
    this.#own.choose(this.muted, Math.min(1, Math.max(0, Number(volume) || 0)));
  }

  /**
   * Starts or resumes playback. Call it in a user gesture. Resolves when media advances, which may take long. Rejects
   * with `NotAllowedError` if the browser requires a gesture; with `AbortError` if playback is paused, closed or
   * replaced by another `src` first; and with the EarshotError that ended the session.
   */
  play(): Promise<void> {
    return this.#own.play();
  }

  /** Pauses. If the stage is not known yet, or has not started, it closes the session. */
  pause(): void {
    this.#own.pause();
  }

  /** Moves to the live edge and skips the sound in between. */
  override goLive(): void {
    this.session?.goLive();
  }

  /** Closes the session. With `autoplay`, or if it was playing, it starts another one. */
  load(): void {
    const wanted = !this.paused;
    this.#own.reset();
    if (this.isConnected && (wanted || this.autoplay)) void this.#autostart();
  }

  /** Called by the browser: draws the element, and with `autoplay` starts playback. */
  connectedCallback(): void {
    const attributes = ['src', 'autoplay', 'heading', 'artist', 'artwork'];
    this.upgrade(['options', 'words', 'muted', 'volume', ...attributes]);
    shown.add(this);
    this.#presenter.draw();
    if (!this.session && (this.autoplay || this.#interrupted)) void this.#autostart();
  }

  /** A move with `moveBefore()` ends nothing. */
  connectedMoveCallback(): void {}

  /** Called by the browser: closes the session, unless the element is back on a page in the same task. */
  async disconnectedCallback(): Promise<void> {
    // A script that moves an element removes it and inserts it again in the same task.
    await null;
    if (this.isConnected) return;
    shown.delete(this);
    const { paused } = this;
    this.#own.reset();
    this.#interrupted = !paused;
  }

  /** Called by the browser: in another document the style sheet must be applied again. */
  adoptedCallback(): void {
    this.#view.dress();
  }

  /** Called by the browser: another `src` starts a new session; other attributes only redraw. */
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

  /** Properties that are set in the same task still count. */
  async #autostart(): Promise<void> {
    await null;
    if (this.isConnected && pressOf(this.state) === 'listen') this.play().catch(() => {});
  }
}
