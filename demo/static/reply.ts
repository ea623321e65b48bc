type Named = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface Hooks {
  settle(response: Response): void;
}

/** What is not read within this many bytes is held back by the stage. */
const UNREAD_BYTES = 1 << 20;
/** Statuses whose answers have no body. */
const BARE: readonly number[] = [204, 304];

/** What the stage writes an answer to: as much of Node's ServerResponse as it uses. */
export class Reply {
  headersSent = false;
  closed = false;
  readonly #hooks: Hooks;
  readonly #headers = new Headers();
  readonly #onClose: (() => void)[] = [];
  #status = 200;
  #stream: ReadableStreamDefaultController<Uint8Array> | null = null;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  get writableLength(): number {
    return this.#stream ? UNREAD_BYTES - (this.#stream.desiredSize ?? 0) : 0;
  }

  once(event: 'close', listener: () => void): void {
    if (event === 'close') this.#onClose.push(listener);
  }

  setHeader(name: string, value: string): void {
    this.#headers.set(name, value);
  }

  writeHead(status: number, headers: Named = {}): void {
    this.#status = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers.set(name, String(value));
    }
    this.headersSent = true;
  }

  flushHeaders(): void {
    if (this.#stream || this.closed) return;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#stream = controller;
        },
        cancel: () => this.#close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: UNREAD_BYTES }),
    );
    this.#settle(body);
  }

  write(chunk: Uint8Array | string): void {
    this.flushHeaders();
    if (!this.closed) this.#stream?.enqueue(bytesOf(chunk));
  }

  end(chunk?: Uint8Array | string): void {
    if (this.closed) return;
    if (this.#stream) {
      if (chunk) this.write(chunk);
      this.#stream.close();
    } else this.#settle(chunk && !BARE.includes(this.#status) ? bytesOf(chunk) : null);
    this.#close();
  }

  /** Cuts the line, as a reset does. */
  destroy(): void {
    if (this.closed) return;
    if (this.#stream) this.#stream.error(new TypeError('The line was cut.'));
    else this.#hooks.settle(Response.error());
    this.#close();
  }

  #settle(body: BodyInit | null): void {
    this.#hooks.settle(new Response(body, { status: this.#status, headers: this.#headers }));
  }

  #close(): void {
    this.closed = true;
    for (const listener of this.#onClose.splice(0)) listener();
  }
}

const bytesOf = (chunk: Uint8Array | string): Uint8Array<ArrayBuffer> =>
  typeof chunk === 'string' ? new TextEncoder().encode(chunk) : Uint8Array.from(chunk);
