import { browserHost } from '../host/browser.ts';
import type { Host } from '../host/host.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import { listen } from '../session/listen.ts';
import { mediaSession } from '../session/media-session.ts';
import type { ListenOptions } from '../session/options.ts';
import { Announcer } from './announcer.ts';
import { CalmWait } from './calm-wait.ts';
import { createFormat, isOfLanguage } from './format.ts';
import { eventsBetween } from './media-events.ts';
import { MediaSurface } from './media-surface.ts';
import type { Picture, PictureState } from './picture.ts';
import { Plays } from './plays.ts';
import { ElementView } from './view.ts';
import { pressOf, show } from './view-model.ts';
import { WORDS, type Words } from './words.ts';

const TICK = 1_000;
const NO_PICTURE: PictureState = { floats: null, fills: null };

let common: Partial<Words> = {};
let locales: readonly Words[] = [];
const shown = new Set<EarshotListener>();

/**
 * `<earshot-listener src="…">`: listens to a stage, and shows it. Nothing is requested before it is
 * played, by a press or by `autoplay`. It has the form of a media element: see docs/element.md.
 */
export class EarshotListener extends MediaSurface {
  static readonly observedAttributes = ['src', 'muted', 'heading', 'artist', 'artwork', 'lang'];

  readonly #face: ElementView;
  readonly #announcer: Announcer;
  /** The custom states; `undefined` in a DOM for tests, as happy-dom. */
  readonly #states: CustomStateSet | undefined;
  readonly #calm = new CalmWait();
  readonly #plays = new Plays();
  /** Its code is loaded once there is a video: a stage of sound alone does without. */
  #picture: Picture | null = null;
  #options: Partial<ListenOptions> = {};
  #words: Partial<Words> = {};
  #session: Session | null = null;
  #state: State | null = null;
  #error: EarshotError | null = null;
  #muted = false;
  #volume = 1;
  #queuedAt = 0;
  /** It listened when it was taken off the page. */
  #interrupted = false;
  #stopTick = () => {};
  #stopTelling = () => {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
    this.#face = new ElementView(root, {
      press: () => this.#press(),
      mute: () => {
        this.muted = !this.muted;
      },
      volume: (volume) => {
        this.volume = volume;
      },
      live: () => {
        if (this.#state && this.edge.isBehind(this.#state)) this.goLive();
      },
      // A browser that will not has told its reason to who asked it: a press asks for nothing more.
      float: () => void this.#picture?.toggleFloat().catch(() => {}),
      fill: () => void this.#picture?.toggleFill().catch(() => {}),
      media: () => this.#draw(),
    });
    this.#announcer = new Announcer((words) => this.#face.announce(words));
    this.#states = 'attachInternals' in this ? this.attachInternals().states : undefined;
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
    for (const element of shown) element.#draw();
  }

  /** Words for this element alone; what is left out stays as it is for all. Default: none. */
  get words(): Partial<Words> {
    return this.#words;
  }
  set words(words: Partial<Words>) {
    this.#words = words;
    this.#draw();
  }

  /** What else `listen()` is given at the next start; `stage` where there is no `src`. Default: none. */
  get options(): Partial<ListenOptions> {
    return this.#options;
  }
  set options(options: Partial<ListenOptions>) {
    this.#options = options ?? {};
  }

  /** The session; `null` before the first press, and after a changed `src`. Close it by removing the element. */
  get session(): Session | null {
    return this.#session;
  }

  override get state(): State | null {
    return this.#state;
  }

  override get error(): EarshotError | null {
    return this.#error;
  }

  get muted(): boolean {
    return this.#muted;
  }
  set muted(muted: boolean) {
    this.#choose(!!muted, this.#volume);
  }

  /** 0 to 1; what lies outside is clamped. */
  get volume(): number {
    return this.#volume;
  }
  set volume(volume: number) {
    this.#choose(this.#muted, Math.min(1, Math.max(0, Number(volume) || 0)));
  }

  /**
   * Listens, or goes on. Call it in a gesture. Resolves when media advances; rejects with
   * `NotAllowedError` if the browser wants a gesture, with `AbortError` if it is paused, closed or
   * given another `src` first, and with the EarshotError that ended it. It may wait for long.
   */
  async play(): Promise<void> {
    if (pressOf(this.#state) === 'listen') this.#start();
    else this.#session?.resume();
    await this.#plays.promise(this.#state, this.#error);
  }

  /** Pauses. Before the stage is known, or has begun, it closes the session. */
  pause(): void {
    if (pressOf(this.#state) === 'stop') this.#reset();
    else this.#session?.pause();
  }

  /** Moves to the live edge; what lies between is not heard. */
  override goLive(): void {
    this.#session?.goLive();
  }

  /** Closes the session; with `autoplay` it begins another one. */
  load(): void {
    const wanted = !this.paused;
    this.#reset();
    if (this.isConnected && (wanted || this.autoplay)) void this.#autostart();
  }

  connectedCallback(): void {
    this.upgrade(['options', 'words', 'muted', 'volume', 'src', 'autoplay']);
    this.upgrade(['heading', 'artist', 'artwork']);
    shown.add(this);
    this.#draw();
    if (!this.#session && (this.autoplay || this.#interrupted)) void this.#autostart();
  }

  /** Being moved by `moveBefore()` is no reason to end anything. */
  connectedMoveCallback(): void {}

  async disconnectedCallback(): Promise<void> {
    // Who moves an element takes it out and puts it in at once.
    await null;
    if (this.isConnected) return;
    shown.delete(this);
    this.#interrupted = !this.paused;
    this.#reset();
  }

  adoptedCallback(): void {
    this.#face.dress();
  }

  attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    if (name === 'muted' && !this.#session) this.#muted = value !== null;
    if (name === 'src' && before !== value && this.isConnected) this.load();
    if (name !== 'src' && this.#session) this.#tell(this.#session);
    this.#draw();
  }

  protected override get media(): HTMLMediaElement | undefined {
    return this.#face.media;
  }

  get #host(): Host {
    return this.#options.host ?? browserHost;
  }

  #press(): void {
    const does = pressOf(this.#state);
    if (does === 'pause' || does === 'stop') this.pause();
    // What went wrong is shown, and told by an event.
    else this.play().catch(() => {});
  }

  #choose(muted: boolean, volume: number): void {
    if (muted === this.#muted && volume === this.#volume) return;
    this.#muted = muted;
    this.#volume = volume;
    if (this.#session && pressOf(this.#state) !== 'listen') {
      this.#session.muted = muted;
      this.#session.volume = volume;
    } else {
      this.#draw();
      this.#emit('volumechange');
    }
  }

  /** What was set beside it in the same task still counts. */
  async #autostart(): Promise<void> {
    await null;
    if (this.isConnected && pressOf(this.#state) === 'listen') this.play().catch(() => {});
  }

  #start(): void {
    this.#reset();
    this.#interrupted = false;
    const { media } = this;
    try {
      const stage = this.src || this.#options.stage || '';
      const session = listen({ ...(media && { media }), ...this.#options, stage });
      session.muted = this.#muted;
      session.volume = this.#volume;
      this.#session = session;
      this.#tell(session);
      session.subscribe((state) => this.#see(session, state));
    } catch (error) {
      this.#error = error as EarshotError;
      this.#draw();
      this.#emit('error');
    }
  }

  /** Back to where nothing was pressed. */
  #reset(): void {
    this.#session?.close();
    this.#session = null;
    this.#state = null;
    this.#error = null;
    this.origin = null;
    this.#picture?.forget();
    this.#stopTick();
    this.#announcer.close();
    this.#draw();
  }

  #see(session: Session, state: State): void {
    if (session !== this.#session) return;
    const before = this.#state;
    this.#state = state;
    this.#error = state.status === 'closed' ? state.error : null;
    this.#muted = state.muted;
    this.#volume = state.volume;
    this.origin ??= state.programTime;
    this.edge.see(state);
    if (state.queue) this.#queuedAt ||= this.#host.now();
    else this.#queuedAt = 0;
    if (pressOf(state) === 'listen') this.#stopTelling();
    this.#draw();
    this.#plays.settle(state, this.#error);
    for (const type of eventsBetween(before, state)) this.#emit(type);
    this.#emit('statechange');
  }

  #tell(session: Session): void {
    const { heading: title, artist, artwork } = this;
    this.#stopTelling();
    if (title) this.#stopTelling = mediaSession(session, { title, artist, artwork });
  }

  #draw(): void {
    const host = this.#host;
    const now = host.now();
    const page = this.closest<HTMLElement>('[lang]')?.lang ?? '';
    const locale = locales.find(({ lang }) => isOfLanguage(page, lang));
    const words = { ...WORDS, ...locale, ...common, ...this.#words };
    const format = createFormat(words.lang, page);
    const view = {
      state: this.#state,
      refused: this.#error,
      heading: this.heading,
      words,
      format,
      edge: this.edge,
      now,
      queuedAt: this.#queuedAt,
    };
    const state = this.#calm.calm(this.#state, now, host.elapsed());
    const seen = show({ ...view, state });
    const { media } = this;
    this.#picture?.follow(media);
    // Without its code there are no buttons for it, and the next draw tries again.
    if (!this.#picture && media && 'videoWidth' in media) this.#loadPicture().catch(() => {});
    this.#face.draw(seen, {
      heading: this.heading,
      artist: this.artist,
      muted: this.#muted,
      volume: this.#volume,
      percent: format.percent(this.#volume),
      picture: this.#picture?.state ?? NO_PICTURE,
      words,
      page,
    });
    this.#count(seen.counts || state !== this.#state, host);
    // The live region waits by itself until a status stays, and must not tell each try.
    if (this.isConnected) this.#announcer.see(state === this.#state ? seen : show(view), host);
  }

  async #loadPicture(): Promise<void> {
    const { Picture } = await import('./picture.ts');
    if (this.#picture) return;
    this.#picture = new Picture(this, (type) => {
      this.#draw();
      if (type) this.#emit(type);
    });
    this.#draw();
  }

  #count(counts: boolean, host: Host): void {
    this.#stopTick();
    this.#stopTick = counts && this.isConnected ? host.timer(() => this.#draw(), TICK) : () => {};
    const states = this.#states;
    const status = this.#state?.status ?? 'idle';
    if (states?.has(status)) return;
    try {
      states?.clear();
      states?.add(status);
    } catch {
      // A browser with an older kind of custom states takes only names with two dashes.
    }
  }

  #emit(type: string): void {
    this.dispatchEvent(new Event(type));
  }
}
