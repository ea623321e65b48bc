import { type Dial, here, REFUSAL_MS } from './world.ts';

const HANDLERS = { open: 'onopen', error: 'onerror', close: 'onclose', message: 'onmessage' };

/** A WebSocket whose network is {@link here}. */
export class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  /** The last one made. */
  static last: FakeSocket;
  /** What the server does with what it hears. */
  static heard: (socket: FakeSocket, data: string) => void = () => {};

  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readonly protocol = '';
  readonly extensions = '';
  readonly bufferedAmount = 0;
  binaryType = 'blob';
  readyState = FakeSocket.CONNECTING;
  readonly #dial: Dial | undefined;

  constructor(url: string | URL) {
    super();
    FakeSocket.last = this;
    this.url = String(url);
    this.#dial = here().dial(this.url);
    const fate = here().fate(this.url);
    if (fate === 'hang') return;
    setTimeout(() => {
      if (this.readyState !== FakeSocket.CONNECTING) return;
      if (fate === 'accept') {
        this.readyState = FakeSocket.OPEN;
        this.#tell('open');
      } else {
        this.#end(1006, true);
      }
    }, REFUSAL_MS);
  }

  send(data: unknown): void {
    FakeSocket.heard(this, String(data));
  }

  /** The server's word. */
  say(data: string): void {
    this.#tell('message', { data });
  }

  /** The server's close, or the network's. */
  drop(code: number): void {
    this.#end(code, false);
  }

  close(): void {
    here().end(this.#dial);
    this.readyState = FakeSocket.CLOSED;
  }

  #end(code: number, failed: boolean): void {
    here().end(this.#dial);
    this.readyState = FakeSocket.CLOSED;
    // Browsers tell a failed dial twice, in this order.
    if (failed) this.#tell('error', { message: 'refused', error: new Error('refused') });
    this.#tell('close', { code, reason: '', wasClean: false });
  }

  #tell(type: keyof typeof HANDLERS, fields: object = {}): void {
    const event = Object.assign(new Event(type), fields);
    (this as unknown as Record<string, ((event: Event) => void) | undefined>)[HANDLERS[type]]?.(
      event,
    );
    this.dispatchEvent(event);
  }
}

/** An XMLHttpRequest whose network is {@link here}; `served` answers what is accepted. */
export const fakeRequests = (served: (url: string) => string, refusal = 503) =>
  class FakeRequest {
    readyState = 0;
    status = 0;
    statusText = '';
    responseType = '';
    responseURL = '';
    response: string | null = null;
    responseText = '';
    withCredentials = false;
    onreadystatechange: (() => void) | null = null;
    #dial: Dial | undefined;

    open(_method: string, url: string): void {
      this.responseURL = url;
      this.readyState = 1;
    }
    setRequestHeader(): void {}
    getAllResponseHeaders = () => '';
    getResponseHeader = () => null;

    send(): void {
      const url = this.responseURL;
      this.#dial = here().dial(url);
      const fate = here().fate(url);
      if (fate === 'hang') return;
      setTimeout(() => {
        if (this.readyState === 4) return;
        here().end(this.#dial);
        this.readyState = 4;
        this.status = fate === 'accept' ? 200 : refusal;
        if (fate === 'accept') this.response = this.responseText = served(url);
        this.onreadystatechange?.();
      }, REFUSAL_MS);
    }

    abort(): void {
      here().end(this.#dial);
      this.readyState = 4;
    }
  };

/** A `fetch` whose network is {@link here}. */
export const fakeFetch =
  (served: (url: string) => string) =>
  (input: string | URL | Request): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    const dial = here().dial(url);
    const fate = here().fate(url);
    return new Promise((resolve) => {
      if (fate === 'hang') return;
      setTimeout(() => {
        here().end(dial);
        resolve(new Response(served(url), { status: fate === 'accept' ? 200 : 503 }));
      }, REFUSAL_MS);
    });
  };
