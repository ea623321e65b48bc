/** What can be done with a picture: whether it is done now, or `null` where it cannot be done. */
export interface PictureState {
  readonly floats: boolean | null;
  readonly fills: boolean | null;
}

/** Safari on a phone gives the whole screen to nothing but a video. */
type PhoneVideo = HTMLVideoElement & { webkitEnterFullscreen?(): void };

const TOLD = ['resize', 'enterpictureinpicture', 'leavepictureinpicture'];

/**
 * The picture of the video that an element plays through, over other windows (Picture-in-Picture) or
 * on the whole screen. There is one once the video has a size: a stage of sound alone shows no button.
 */
export class Picture {
  readonly #owner: HTMLElement;
  readonly #tell: (type: string) => void;
  #video: PhoneVideo | null = null;
  #isThere = false;
  #unwatch = new AbortController();

  /**
   * @param owner what goes onto the whole screen, with its controls.
   * @param tell of a change: the type of the event, or '' for one that media elements do not tell.
   */
  constructor(owner: HTMLElement, tell: (type: string) => void) {
    this.#owner = owner;
    this.#tell = tell;
    owner.addEventListener('fullscreenchange', () => tell(''));
  }

  get state(): PictureState {
    const video = this.#video;
    const { ownerDocument: page } = this.#owner;
    const canFloat = page.pictureInPictureEnabled && video && !video.disablePictureInPicture;
    const canFill = page.fullscreenEnabled || video?.webkitEnterFullscreen;
    // The way back stays, whatever becomes of the picture.
    return {
      floats: this.#floats || (this.#isThere && canFloat ? false : null),
      fills: this.#fills || (this.#isThere && canFill ? false : null),
    };
  }

  /** Until the video has a size again, there is no picture. */
  forget(): void {
    this.#isThere = false;
  }

  /** Follows another element, or none. */
  follow(media: HTMLMediaElement | undefined): void {
    const video = media && 'videoWidth' in media ? (media as PhoneVideo) : null;
    if (video === this.#video) return;
    this.#unwatch.abort();
    this.#unwatch = new AbortController();
    const { signal } = this.#unwatch;
    this.#video = video;
    this.#isThere = !!video?.videoWidth;
    // `emptied` is not among them: while one source takes over from another, the video is empty for a moment.
    for (const type of ['loadedmetadata', ...TOLD]) {
      const on = () => {
        this.#isThere = !!video?.videoWidth;
        this.#tell(TOLD.includes(type) ? type : '');
      };
      video?.addEventListener(type, on, { signal });
    }
  }

  /** Over other windows, or back into the page. */
  async toggleFloat(): Promise<void> {
    if (this.#floats) await this.#owner.ownerDocument.exitPictureInPicture();
    else await this.#video?.requestPictureInPicture();
  }

  /** On the whole screen with the controls, or back into the page. */
  async toggleFill(): Promise<void> {
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
    // Where nothing can have the whole screen, the selector may not even be known.
    return this.#owner.ownerDocument.fullscreenEnabled && this.#owner.matches(':fullscreen');
  }
}
