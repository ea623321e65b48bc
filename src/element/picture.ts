import { maker, setAttribute, unhide } from './dom.ts';
import type { ElementView } from './view.ts';
import type { Words } from './words.ts';

/** What is possible with the video: whether it is active now, or `null` if it is impossible. */
interface PictureState {
  readonly floats: boolean | null;
  readonly fills: boolean | null;
}

/** Safari on a phone allows full screen only for a video. */
type PhoneVideo = HTMLVideoElement & { webkitEnterFullscreen?(): void };

const TOLD = ['resize', 'enterpictureinpicture', 'leavepictureinpicture'];

/**
 * Picture-in-Picture and full screen for the video that an element plays through. They exist once the video has a
 * size: an audio stage shows no buttons.
 */
export class Picture {
  readonly #owner: HTMLElement;
  readonly #tell: (type: string) => void;
  readonly #float: HTMLButtonElement;
  readonly #fill: HTMLButtonElement;
  #video: PhoneVideo | null = null;
  #isThere = false;
  #unwatch = new AbortController();

  /**
   * @param owner the element that goes full screen, with its controls.
   * @param view gets the two buttons.
   * @param tell reports a change: the type of the event, or '' for one that media elements do not report.
   */
  constructor(owner: HTMLElement, view: ElementView, tell: (type: string) => void) {
    this.#owner = owner;
    this.#tell = tell;
    const { html, svg } = maker(owner.ownerDocument);
    const button = (part: string, press: () => Promise<void>, ...paths: [string, string][]) => {
      const drawing = svg({ viewBox: '0 0 24 24' }, ...paths);
      const made = html('button', { type: 'button', part }, drawing);
      // The browser reports a refusal to the caller of the method; a press needs no further report.
      made.addEventListener('click', () => void press().catch(() => {}));
      view.add(made);
      return made;
    };
    this.#float = button(
      'picture-in-picture',
      () => this.#toggleFloat(),
      ['screen', 'M10 19H3V5h18v6'],
      ['window', 'M13 13.5h8.5V20H13z'],
    );
    this.#fill = button(
      'fullscreen',
      () => this.#toggleFill(),
      ['out', 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5'],
      ['in', 'M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5'],
    );
    owner.addEventListener('fullscreenchange', () => tell(''));
  }

  /** Shows the buttons that have an effect now. */
  draw(words: Words): void {
    const { floats, fills } = this.#state;
    for (const [button, isOn, label] of [
      [this.#float, floats, words.pictureInPicture],
      [this.#fill, fills, words.fullscreen],
    ] as const) {
      unhide(button, isOn !== null);
      setAttribute(button, 'aria-label', label);
      setAttribute(button, 'aria-pressed', String(isOn));
    }
  }

  get #state(): PictureState {
    const video = this.#video;
    const { ownerDocument: page } = this.#owner;
    const canFloat = page.pictureInPictureEnabled && video && !video.disablePictureInPicture;
    const canFill = page.fullscreenEnabled || video?.webkitEnterFullscreen;
    // The way back stays available, whatever happens to the video.
    return {
      floats: this.#floats || (this.#isThere && canFloat ? false : null),
      fills: this.#fills || (this.#isThere && canFill ? false : null),
    };
  }

  /** There is no picture until the video has a size again. */
  forget(): void {
    this.#isThere = false;
  }

  /** Follows another media element, or none. */
  follow(media: HTMLMediaElement | undefined): void {
    const video = media && 'videoWidth' in media ? (media as PhoneVideo) : null;
    if (video === this.#video) return;
    this.#unwatch.abort();
    this.#unwatch = new AbortController();
    const { signal } = this.#unwatch;
    this.#video = video;
    this.#isThere = !!video?.videoWidth;
    // Without `emptied`: while one source takes over from another, the video is empty for a moment.
    for (const type of ['loadedmetadata', ...TOLD]) {
      const on = () => {
        this.#isThere = !!video?.videoWidth;
        this.#tell(TOLD.includes(type) ? type : '');
      };
      video?.addEventListener(type, on, { signal });
    }
  }

  /** Enters or leaves Picture-in-Picture. */
  async #toggleFloat(): Promise<void> {
    if (this.#floats) await this.#owner.ownerDocument.exitPictureInPicture();
    else await this.#video?.requestPictureInPicture();
  }

  /** Enters or leaves full screen, with the controls. */
  async #toggleFill(): Promise<void> {
    const { ownerDocument: page } = this.#owner;
    if (this.#fills) await page.exitFullscreen();
    else if (page.fullscreenEnabled) await this.#owner.requestFullscreen();
    else this.#video?.webkitEnterFullscreen?.();
  }

  get #floats(): boolean {
    const root = this.#video?.getRootNode() as Partial<DocumentOrShadowRoot> | undefined;
    return !!root?.pictureInPictureElement && root.pictureInPictureElement === this.#video;
  }

  get #fills(): boolean {
    // A browser without full screen may not know the selector.
    return this.#owner.ownerDocument.fullscreenEnabled && this.#owner.matches(':fullscreen');
  }
}
