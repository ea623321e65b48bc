/**
 * A Blob that never leaves the page. A browser's own sends its bytes to another process and back,
 * in real time, which virtual time cannot wait for. Importing this replaces it in unit tests.
 */
class InstantBlob {
  readonly size: number;
  readonly #parts: readonly Uint8Array[];

  constructor(parts: readonly Uint8Array[] = []) {
    this.#parts = parts;
    this.size = parts.reduce((sum, { length }) => sum + length, 0);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const whole = new Uint8Array(this.size);
    let offset = 0;
    for (const part of this.#parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole.buffer;
  }
}

globalThis.Blob = InstantBlob as unknown as typeof Blob;
