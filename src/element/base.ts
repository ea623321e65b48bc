/** Where there is no DOM, as in Node, importing the element is no error, and nothing more. */
const Base = 'HTMLElement' in globalThis ? HTMLElement : (class {} as typeof HTMLElement);

/** The attributes of the element as properties, and properties that were set before it was defined. */
export class Reflecting extends Base {
  /** URL of a stage document or of an HLS playlist. A change of it starts anew. Default: empty. */
  get src(): string {
    return this.#text('src');
  }
  set src(value: string) {
    this.setAttribute('src', value);
  }

  /** Whether it listens without a press, so far as the browser allows. Default: `false`. */
  get autoplay(): boolean {
    return this.hasAttribute('autoplay');
  }
  set autoplay(value: boolean) {
    this.toggleAttribute('autoplay', value);
  }

  /** Whether `muted` stands as an attribute: the choice before the first press. Default: `false`. */
  get defaultMuted(): boolean {
    return this.hasAttribute('muted');
  }
  set defaultMuted(value: boolean) {
    this.toggleAttribute('muted', value);
  }

  /** What is on, shown, and told to the system's media controls. Default: empty, and not told. */
  get heading(): string {
    return this.#text('heading');
  }
  set heading(value: string) {
    this.setAttribute('heading', value);
  }

  /** Who speaks, as {@link heading}. Default: empty. */
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

  /** Takes over what was set on the element while it was still undefined. */
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
