/** Without a DOM, as in Node, importing the element has no effect and throws no error. */
const Base = 'HTMLElement' in globalThis ? HTMLElement : (class {} as typeof HTMLElement);

/** The attributes of the element as properties. Also takes over properties that were set before it was defined. */
export class Reflecting extends Base {
  /** URL of a stage document or of an HLS playlist. A change starts again with the new URL. Default: empty. */
  get src(): string {
    return this.#text('src');
  }
  set src(value: string) {
    this.setAttribute('src', value);
  }

  /** Whether playback starts without a press, if the browser allows it. Default: `false`. */
  get autoplay(): boolean {
    return this.hasAttribute('autoplay');
  }
  set autoplay(value: boolean) {
    this.toggleAttribute('autoplay', value);
  }

  /** Whether the element has the attribute `muted`: the setting before the first press. Default: `false`. */
  get defaultMuted(): boolean {
    return this.hasAttribute('muted');
  }
  set defaultMuted(value: boolean) {
    this.toggleAttribute('muted', value);
  }

  /** The title: shown, and passed to the system's media controls. Default: empty; then nothing is passed. */
  get heading(): string {
    return this.#text('heading');
  }
  set heading(value: string) {
    this.setAttribute('heading', value);
  }

  /** The speaker, shown and passed on like {@link heading}. Default: empty. */
  get artist(): string {
    return this.#text('artist');
  }
  set artist(value: string) {
    this.setAttribute('artist', value);
  }

  /** URL of a picture for the system's media controls. Default: empty. */
  get artwork(): string {
    return this.#text('artwork');
  }
  set artwork(value: string) {
    this.setAttribute('artwork', value);
  }

  /** Takes over properties that were set on the element before it was defined. */
  protected upgrade(names: readonly string[]): void {
    const own = this as unknown as Record<string, unknown>;
    for (const name of names) {
      if (!Object.hasOwn(own, name)) continue;
      const value = own[name];
      delete own[name];
      own[name] = value;
    }
  }

  #text(name: string): string {
    return this.getAttribute(name) ?? '';
  }
}
