import type { FakeSocket } from './fake-socket.ts';

type Frame = Record<string, unknown>;

/** A stage that numbers its messages, and sends those again that a hello lacks (docs/protocol.md). */
export class NumberingStage {
  epoch = 'e1';
  /** As many messages as are kept. */
  most = 1_000;
  /** What each hello said. */
  readonly hellos: Frame[] = [];
  #kept: Frame[] = [];
  #head = 0;
  readonly #sockets = new Set<FakeSocket>();

  /** Give it to a page as its server. */
  readonly server = (socket: FakeSocket): void => {
    socket.onSent = (frame) => {
      if (frame.op === 'ping') socket.say({ op: 'pong' });
      if (frame.op === 'hello') this.#greet(socket, frame);
    };
    socket.accept();
  };

  get head(): number {
    return this.#head;
  }

  /** Those that were sent a welcome and are open. */
  get open(): FakeSocket[] {
    return [...this.#sockets].filter(({ isAlive }) => isAlive);
  }

  tell(payload: unknown): void {
    const frame = { op: 'message', type: 'n', payload, offset: ++this.#head };
    this.#kept = [...this.#kept, frame];
    if (this.#kept.length > this.most) this.#kept = this.#kept.slice(-this.most || Infinity);
    for (const socket of this.open) socket.say(frame);
  }

  /** All that is kept comes again, though everybody had it. */
  repeat(): void {
    for (const socket of this.open) for (const frame of this.#kept) socket.say(frame);
  }

  /** It begins anew, and has forgotten all. */
  restart(epoch: string): void {
    this.epoch = epoch;
    this.#kept = [];
    this.#head = 0;
    this.cut();
  }

  cut(): void {
    for (const socket of this.open) socket.drop();
  }

  #greet(socket: FakeSocket, hello: Frame): void {
    this.hellos.push(hello);
    this.#sockets.add(socket);
    const { epoch, offset } = hello;
    const oldest = this.#head - this.#kept.length;
    const has = Number(offset);
    const isServed = epoch === this.epoch && has >= oldest && has <= this.#head;
    const unrecoverable = epoch !== undefined && !isServed;
    socket.say({
      ...{ op: 'welcome', epoch: this.epoch, offset: isServed ? has : this.#head },
      ...(unrecoverable && { unrecoverable }),
    });
    if (isServed) for (const frame of this.#kept.slice(has - oldest)) socket.say(frame);
  }
}
