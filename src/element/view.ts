import { maker, setAttribute, setText, unhide } from './dom.ts';
import type { PictureState } from './picture.ts';
import { applyStyles } from './style.ts';
import type { ViewModel } from './view-model.ts';
import type { Words } from './words.ts';

/** What the listener does. */
export interface Handlers {
  press(): void;
  mute(): void;
  volume(value: number): void;
  live(): void;
  float(): void;
  fill(): void;
  /** Something else was put into the slot `media`. */
  media(): void;
}

/** What is drawn besides what the state says. */
export interface ViewProps {
  readonly heading: string;
  readonly artist: string;
  readonly muted: boolean;
  readonly volume: number;
  /** The volume in words: `90%`. */
  readonly percent: string;
  readonly picture: PictureState;
  readonly words: Words;
  /** The language of the page, and so of the heading. */
  readonly page: string;
}

/** Everything in the shadow tree. It is built once, and then only written to. */
export class ElementView {
  readonly #root: ShadowRoot;
  readonly #frame: HTMLElement;
  readonly #press: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #artist: HTMLElement;
  readonly #headline: HTMLElement;
  readonly #detail: HTMLElement;
  readonly #queue: HTMLElement;
  readonly #queueWords: HTMLElement;
  readonly #bar: HTMLProgressElement;
  readonly #mute: HTMLElement;
  readonly #volume: HTMLInputElement;
  readonly #live: HTMLElement;
  readonly #float: HTMLElement;
  readonly #fill: HTMLElement;
  readonly #announcer: HTMLElement;

  constructor(root: ShadowRoot, does: Handlers) {
    const { html, svg } = maker(root.ownerDocument);
    const button = (part: string, ...children: Node[]) =>
      html('button', { type: 'button', part }, ...children);
    this.#root = root;
    this.#press = button(
      'press',
      svg(
        { viewBox: '0 0 48 48' },
        ['listen', 'M18 12v24l19-12z'],
        ['pause', 'M14 12h7v24h-7zM27 12h7v24h-7z'],
        ['stop', 'M14 14h20v20h-20z'],
      ),
    );
    // A text keeps its full stop at its end on a page of the other direction.
    const text = (name: 'p' | 'span', attributes: Record<string, string>) =>
      html(name, { dir: 'auto', ...attributes });
    this.#heading = text('span', { part: 'heading' });
    this.#artist = text('span', { part: 'artist' });
    this.#headline = text('p', { part: 'headline', id: 'headline' });
    this.#detail = text('p', { part: 'detail' });
    this.#queueWords = text('p', {});
    this.#bar = html('progress', { part: 'queue-bar', max: '1', 'aria-hidden': 'true' });
    this.#queue = html('div', { part: 'queue' }, this.#queueWords, this.#bar);
    this.#mute = button(
      'mute',
      svg(
        { viewBox: '0 0 24 24' },
        ['cone', 'M4 9.5h3.5L12 5.5v13l-4.5-4H4z'],
        ['sound', 'M15 9a4.2 4.2 0 0 1 0 6M17.6 6.2a8.2 8.2 0 0 1 0 11.6'],
        ['silence', 'M15.5 9.5l5 5M20.5 9.5l-5 5'],
      ),
    );
    this.#volume = html('input', {
      type: 'range',
      part: 'volume',
      min: '0',
      max: '100',
      step: '5',
    });
    this.#live = button('live');
    this.#live.dir = 'auto';
    this.#float = button(
      'picture-in-picture',
      svg(
        { viewBox: '0 0 24 24' },
        ['screen', 'M10 19H3V5h18v6'],
        ['window', 'M13 13.5h8.5V20H13z'],
      ),
    );
    this.#fill = button(
      'fullscreen',
      svg(
        { viewBox: '0 0 24 24' },
        ['out', 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5'],
        ['in', 'M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5'],
      ),
    );
    const media = html('slot', { name: 'media' });
    this.#announcer = text('p', { role: 'status', class: 'unseen' });
    this.#frame = html(
      'div',
      { part: 'frame', role: 'group' },
      media,
      html(
        'div',
        { class: 'dial' },
        this.#press,
        svg(
          { viewBox: '0 0 24 72', part: 'arcs', class: 'arcs' },
          ['near', 'M4 12.4a44 44 0 0 1 0 47.2'],
          ['far', 'M12 5.2a56 56 0 0 1 0 61.6'],
        ),
      ),
      html(
        'div',
        { part: 'text' },
        html(
          'p',
          { class: 'about' },
          html('slot', { name: 'heading' }, this.#heading),
          this.#artist,
        ),
        this.#headline,
        this.#detail,
      ),
      html('slot', { name: 'artwork' }),
      this.#queue,
      html(
        'div',
        { part: 'controls' },
        this.#mute,
        this.#volume,
        html('slot', { name: 'actions' }),
        this.#float,
        this.#fill,
        this.#live,
      ),
    );
    // A screen reader says with the button what the element does now.
    setAttribute(this.#press, 'aria-describedby', 'headline');
    applyStyles(root);
    root.append(this.#frame, this.#announcer);
    this.#press.addEventListener('click', does.press);
    this.#mute.addEventListener('click', does.mute);
    this.#live.addEventListener('click', does.live);
    this.#float.addEventListener('click', does.float);
    this.#fill.addEventListener('click', does.fill);
    media.addEventListener('slotchange', does.media);
    this.#volume.addEventListener('input', () => does.volume(this.#volume.valueAsNumber / 100));
  }

  draw(shown: ViewModel, props: ViewProps): void {
    const { heading, artist, muted, volume, percent, picture, words, page } = props;
    for (const one of [this.#frame, this.#announcer]) setAttribute(one, 'lang', words.lang);
    for (const one of [this.#heading, this.#artist]) setAttribute(one, 'lang', page);
    setAttribute(this.#frame, 'data-tone', shown.tone);
    setAttribute(this.#frame, 'aria-label', heading || words.name);
    setAttribute(this.#press, 'data-does', shown.press);
    setAttribute(this.#press, 'aria-label', shown.label);
    setText(this.#heading, heading);
    setText(this.#artist, artist);
    setText(this.#headline, shown.headline);
    setText(this.#detail, shown.detail);
    unhide(this.#queue, !!shown.queue);
    setText(this.#queueWords, shown.queue?.words ?? '');
    unhide(this.#bar, shown.queue?.passed !== null);
    this.#bar.value = shown.queue?.passed ?? 0;
    setAttribute(this.#mute, 'aria-label', words.mute);
    setAttribute(this.#mute, 'aria-pressed', String(muted));
    setAttribute(this.#volume, 'aria-label', words.volume);
    setAttribute(this.#volume, 'aria-valuetext', percent);
    const value = String(Math.round(volume * 100));
    if (this.#volume.value !== value) this.#volume.value = value;
    unhide(this.#live, !!shown.live);
    // Not `disabled`, which would take the focus away from who has just pressed it.
    setAttribute(this.#live, 'aria-disabled', shown.live?.gains ? null : 'true');
    setText(this.#live, words.live);
    for (const [one, isOn, label] of [
      [this.#float, picture.floats, words.pictureInPicture],
      [this.#fill, picture.fills, words.fullscreen],
    ] as const) {
      unhide(one, isOn !== null);
      setAttribute(one, 'aria-label', label);
      setAttribute(one, 'aria-pressed', String(isOn));
    }
  }

  /** Tells a screen reader, once it is done with what it says. */
  announce(words: string): void {
    setText(this.#announcer, words);
  }

  /** Puts the styles on again, which do not follow an element into another document. */
  dress(): void {
    applyStyles(this.#root);
  }

  /** The element that was put into the slot `media`. */
  get media(): HTMLMediaElement | undefined {
    const slot = this.#root.querySelector<HTMLSlotElement>('slot[name="media"]');
    const isMedia = (node: Element): node is HTMLMediaElement => 'play' in node && 'load' in node;
    return slot?.assignedElements().find(isMedia);
  }
}
