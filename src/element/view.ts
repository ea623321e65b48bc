import { maker, setAttribute, setText, unhide } from './dom.ts';
import { applyStyles } from './style.ts';
import type { ViewModel } from './view-model.ts';
import type { Words } from './words.ts';

/** What the listener can do. */
export interface Handlers {
  press(): void;
  mute(): void;
  volume(value: number): void;
  live(): void;
  /** The content of the slot `media` has changed. */
  media(): void;
}

/** What is drawn in addition to the state. */
export interface ViewProps {
  readonly heading: string;
  readonly artist: string;
  readonly muted: boolean;
  readonly volume: number;
  /** The volume as text: `90%`. */
  readonly percent: string;
  readonly words: Words;
  /** The language of the page, and so of the heading. */
  readonly page: string;
}

/** The whole shadow tree. It is built once; after that, only values change. */
export interface ElementView {
  /** The media element in the slot `media`. */
  readonly media: HTMLMediaElement | undefined;
  /** Adds a button of code that loads when it is needed, before "Go to live". */
  add(button: HTMLElement): void;
  draw(shown: ViewModel, props: ViewProps): void;
  /** Announces a text to a screen reader, which finishes its current text first. */
  announce(words: string): void;
  /** Applies the styles again: they do not follow an element into another document. */
  dress(): void;
}

export const createElementView = (root: ShadowRoot, does: Handlers): ElementView => {
  const { html, svg } = maker(root.ownerDocument);
  const button = (part: string, ...children: Node[]) =>
    html('button', { type: 'button', part }, ...children);
  const press = button(
    'press',
    svg(
      { viewBox: '0 0 48 48' },
      ['listen', 'M18 12v24l19-12z'],
      ['pause', 'M14 12h7v24h-7zM27 12h7v24h-7z'],
      ['stop', 'M14 14h20v20h-20z'],
    ),
  );
  // `dir="auto"` keeps the full stop at the end of a text on a page of the other direction.
  const text = (name: 'p' | 'span', attributes: Record<string, string>) =>
    html(name, { dir: 'auto', ...attributes });
  const headingText = text('span', { part: 'heading' });
  const artistText = text('span', { part: 'artist' });
  const headline = text('p', { part: 'headline', id: 'headline' });
  const detail = text('p', { part: 'detail' });
  const queueWords = text('p', {});
  const bar = html('progress', { part: 'queue-bar', max: '1', 'aria-hidden': 'true' });
  const queue = html('div', { part: 'queue' }, queueWords, bar);
  const mute = button(
    'mute',
    svg(
      { viewBox: '0 0 24 24' },
      ['cone', 'M4 9.5h3.5L12 5.5v13l-4.5-4H4z'],
      ['sound', 'M15 9a4.2 4.2 0 0 1 0 6M17.6 6.2a8.2 8.2 0 0 1 0 11.6'],
      ['silence', 'M15.5 9.5l5 5M20.5 9.5l-5 5'],
    ),
  );
  const slider = html('input', {
    type: 'range',
    part: 'volume',
    min: '0',
    max: '100',
    step: '5',
  });
  const live = button('live');
  live.dir = 'auto';
  const media = html('slot', { name: 'media' });
  const status = text('p', { role: 'status', class: 'unseen' });
  const frame = html(
    'div',
    { part: 'frame', role: 'group' },
    media,
    html(
      'div',
      { class: 'dial' },
      press,
      svg(
        { viewBox: '0 0 24 72', part: 'arcs', class: 'arcs' },
        ['near', 'M4 12.4a44 44 0 0 1 0 47.2'],
        ['far', 'M12 5.2a56 56 0 0 1 0 61.6'],
      ),
    ),
    html(
      'div',
      { part: 'text' },
      html('p', { class: 'about' }, html('slot', { name: 'heading' }, headingText), artistText),
      headline,
      detail,
    ),
    html('slot', { name: 'artwork' }),
    html('slot', { name: 'captions' }),
    queue,
    html('div', { part: 'controls' }, mute, slider, html('slot', { name: 'actions' }), live),
  );
  // With the button, a screen reader also reads what the element does now.
  setAttribute(press, 'aria-describedby', 'headline');
  applyStyles(root);
  root.append(frame, status);
  press.addEventListener('click', does.press);
  mute.addEventListener('click', does.mute);
  live.addEventListener('click', does.live);
  media.addEventListener('slotchange', does.media);
  slider.addEventListener('input', () => does.volume(slider.valueAsNumber / 100));

  const isMedia = (node: Element): node is HTMLMediaElement => 'play' in node && 'load' in node;
  return {
    get media() {
      return media.assignedElements().find(isMedia);
    },
    draw(shown, props) {
      const { heading, artist, muted, volume, percent, words, page } = props;
      for (const one of [frame, status]) setAttribute(one, 'lang', words.lang);
      for (const one of [headingText, artistText]) setAttribute(one, 'lang', page);
      setAttribute(frame, 'data-tone', shown.tone);
      setAttribute(frame, 'aria-label', heading || words.name);
      setAttribute(press, 'data-does', shown.press);
      setAttribute(press, 'aria-label', shown.label);
      setText(headingText, heading);
      setText(artistText, artist);
      setText(headline, shown.headline);
      setText(detail, shown.detail);
      unhide(queue, !!shown.queue);
      setText(queueWords, shown.queue?.words ?? '');
      unhide(bar, shown.queue?.passed !== null);
      bar.value = shown.queue?.passed ?? 0;
      setAttribute(mute, 'aria-label', words.mute);
      setAttribute(mute, 'aria-pressed', String(muted));
      setAttribute(slider, 'aria-label', words.volume);
      setAttribute(slider, 'aria-valuetext', percent);
      const value = String(Math.round(volume * 100));
      if (slider.value !== value) slider.value = value;
      unhide(live, !!shown.live);
      // Not `disabled`, which would take the focus from the button that was just pressed.
      setAttribute(live, 'aria-disabled', shown.live?.gains ? null : 'true');
      setText(live, words.live);
    },
    add: (button) => live.before(button),
    announce: (words) => setText(status, words),
    dress: () => applyStyles(root),
  };
};
