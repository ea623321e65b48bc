import { browserHost } from '../host/browser.ts';
import type { State } from '../policy/state.ts';
import type { Session } from '../session/api.ts';
import {
  type Caption,
  chooseCaptions,
  chooseLanguage,
  readCaption,
  readLanguages,
} from './caption.ts';
import { loadSettings, saveSettings } from './settings.ts';
import { type CaptionView, createCaptionView } from './view.ts';
import { CAPTION_WORDS, type CaptionWords } from './words.ts';

/** What captions can follow: a session, or an `<earshot-listener>`. */
export type CaptionSource =
  | (Pick<Session, 'subscribe'> & Partial<Pick<Session, 'cue'>>)
  | CaptionElement;

/** An `<earshot-listener>`, as far as captions need it. */
export interface CaptionElement extends HTMLElement {
  /** The state of its session; `null` without one. */
  readonly state: State | null;
  /** Its session, to which the listener's choice of a language goes; `null` or absent without one. */
  readonly session?: Pick<Session, 'cue'> | null;
}

/** More captions at once would cover the page. */
const MOST_LINES = 3;
const MOST_LANGUAGES = 32;

// Without a DOM, as in Node, importing the element has no effect and throws no error.
const Base = 'HTMLElement' in globalThis ? HTMLElement : (class {} as typeof HTMLElement);

/** Calls `listener` with each state, until the returned function is called. */
const follow = (source: CaptionSource, listener: (state: State | null) => void): (() => void) => {
  if ('subscribe' in source) return source.subscribe(listener);
  const controller = new AbortController();
  // Before it is defined, it has no state at all.
  const see = () => listener(source.state ?? null);
  // Before its session, and after it, the element has no state of it.
  for (const type of ['statechange', 'emptied', 'loadstart'])
    source.addEventListener(type, see, { signal: controller.signal });
  see();
  return () => controller.abort();
};

/**
 * `<earshot-captions>`: the captions of a session, in step with what is heard. Put it into an `<earshot-listener>` with
 * `slot="captions"`, or anywhere and set `source`. The session needs the option `cues`. The listener chooses language,
 * size, colours and position.
 *
 * A screen reader does not read the captions, because the sound already says the same; with the attribute `announce`
 * it does.
 */
export class EarshotCaptions extends Base {
  /** The attributes whose changes the browser reports to the element (HTML, custom elements). */
  static readonly observedAttributes = ['announce', 'lang'];

  readonly #view: CaptionView;
  #source: CaptionSource | null = null;
  #words: Partial<CaptionWords> = {};
  #settings = loadSettings(browserHost.stores.browser);
  #languages: readonly string[] = [];
  #state: State | null = null;
  #stop = () => {};
  /** The language that the session loads; `undefined`: it has not been told. */
  #loaded: string | null | undefined;

  constructor() {
    super();
    this.#view = createCaptionView(this.attachShadow({ mode: 'open' }), (change) => {
      this.#settings = { ...this.#settings, ...change };
      saveSettings(browserHost.stores.browser, this.#settings);
      this.#draw();
    });
  }

  /** What it follows. Default: the `<earshot-listener>` around it, or none. */
  get source(): CaptionSource | null {
    return this.#source;
  }
  set source(source: CaptionSource | null) {
    this.#source = source;
    this.#languages = [];
    this.#loaded = undefined;
    if (this.isConnected) this.#start();
  }

  /** Texts in place of the English ones. A missing text stays English. Default: none. */
  get words(): Partial<CaptionWords> {
    return this.#words;
  }
  set words(words: Partial<CaptionWords>) {
    this.#words = words;
    this.#draw();
  }

  /** Called by the browser: begins to show captions. */
  connectedCallback(): void {
    this.#source ??= this.closest<CaptionElement>('earshot-listener');
    this.#start();
  }

  /** Called by the browser: ends it. */
  disconnectedCallback(): void {
    this.#stop();
  }

  /** Called by the browser: in another document the style sheet must be applied again. */
  adoptedCallback(): void {
    this.#view.dress();
  }

  /** Called by the browser. */
  attributeChangedCallback(): void {
    this.#draw();
  }

  #start(): void {
    this.#stop();
    this.#stop = this.#source
      ? follow(this.#source, (state) => {
          this.#state = state;
          this.#draw();
        })
      : () => {};
    this.#draw();
  }

  #draw(): void {
    const cues = this.#state?.cues ?? [];
    const captions = cues.flatMap((cue) => readCaption(cue) ?? []);
    const offered = readLanguages(cues);
    for (const lang of [...(offered ?? []), ...captions.map((caption) => caption.lang)]) {
      if (!this.#languages.includes(lang) && this.#languages.length < MOST_LANGUAGES)
        this.#languages = [...this.#languages, lang];
    }
    const page = this.closest<HTMLElement>('[lang]')?.lang ?? '';
    const browser = new Intl.DateTimeFormat().resolvedOptions().locale;
    const wanted = [this.#settings.lang, page, browser].filter(Boolean);
    const lang = chooseLanguage(wanted, this.#languages);
    // Another session, or none: it must be told anew.
    if (!offered) this.#loaded = undefined;
    else this.#load(this.#settings.isShown ? lang : null);
    const isChosen = (caption: Caption) => caption.lang === lang;
    this.#view.draw({
      captions: captions.filter(isChosen).slice(-MOST_LINES),
      languages: this.#languages,
      ...{ lang, settings: this.#settings },
      words: { ...CAPTION_WORDS, ...this.#words },
      isAnnounced: this.hasAttribute('announce'),
    });
  }

  /** Tells the session which language of an HLS stage to load; `null`: none. */
  #load(lang: string | null): void {
    if (lang === this.#loaded) return;
    this.#loaded = lang;
    const source = this.#source;
    chooseCaptions(source && 'subscribe' in source ? source : source?.session, lang);
  }
}
