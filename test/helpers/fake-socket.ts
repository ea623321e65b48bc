import type { ServerFrame } from '../../src/channel/frames.ts';

/** What a test says as the server: any frame, also one that is none. */
export type Said = ServerFrame | Record<string, unknown> | string;

/** A WebSocket, and the server's end of it. */
export class FakeSocket extends EventTarget {
  readonly url: string;
  readonly protocol: string;
  /** Epoch ms at which it was opened. */
  readonly at: number;
  /** Frames that the page has sent, read. */
  readonly sent: Record<string, unknown>[] = [];
  /** Called with each of them. */
  onSent: (frame: Record<string, unknown>) => void = () => {};
  readyState = 0;

  constructor(url: string, protocol: string, at: number) {
    super();
    this.url = url;
    this.protocol = protocol;
    this.at = at;
  }

  get isAlive(): boolean {
    return this.readyState < 2;
  }

  send(data: string): void {
    if (this.readyState !== 1) throw new Error('It is not open.');
    const frame = JSON.parse(data);
    this.sent.push(frame);
    this.onSent(frame);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The handshake succeeds. */
  accept(): void {
    if (this.readyState) return;
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  /** The handshake succeeds, and the server says welcome. */
  welcome(more: Record<string, unknown> = {}): void {
    this.accept();
    this.say({ op: 'welcome', ...more });
  }

  say(frame: Said): void {
    const data = typeof frame === 'string' ? frame : JSON.stringify(frame);
    if (this.readyState === 1) this.dispatchEvent(new MessageEvent('message', { data }));
  }

  /** Ends as a browser tells it; 1006 is what it says of all that ends without a close frame. */
  drop(code = 1006): void {
    if (!this.isAlive) return;
    this.readyState = 3;
    this.dispatchEvent(new CloseEvent('close', { code }));
  }
}
