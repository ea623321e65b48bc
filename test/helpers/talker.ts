import type { ServerFrame } from '../../src/stage-server/channel/frames.ts';
import { until } from './condition.ts';

/** What a server sends, the document too, which it keeps as text. */
type FromServer =
  | ServerFrame
  | { readonly op: 'document'; readonly document: Readonly<Record<string, unknown>> };

type Op = FromServer['op'];
type Frame<Name extends Op> = Extract<FromServer, { op: Name }>;

/** A client of a channel that does as it is told and no more, and keeps what it heard and said. */
export class Talker {
  /** All that came, parsed where it could be. */
  readonly heard: FromServer[] = [];
  /** All that came and is no JSON. */
  readonly noise: unknown[] = [];
  readonly said: unknown[] = [];
  readonly from: string;
  /** `null` while it is open. */
  code: number | null = null;
  readonly #socket: WebSocket;
  #seq = 0;

  constructor(url: string, { from = 'talker-'.padEnd(22, 'x'), protocol = 'earshot.v1' } = {}) {
    this.from = from;
    this.#socket = new WebSocket(url, protocol);
    this.#socket.onopen = () => this.say({ op: 'hello' });
    this.#socket.onmessage = ({ data }) => this.#hear(data);
    this.#socket.onclose = ({ code }) => {
      this.code = code;
    };
  }

  get state(): number {
    return this.#socket.readyState;
  }

  #hear(data: unknown): void {
    try {
      this.heard.push(JSON.parse(data as string));
    } catch {
      this.noise.push(data);
    }
  }

  say(frame: unknown): void {
    this.said.push(frame);
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Sends a message; returns its number. */
  send(type: string, payload: unknown, seq = ++this.#seq): number {
    this.say({ op: 'send', from: this.from, seq, type, payload });
    return seq;
  }

  of<Name extends Op>(op: Name): Frame<Name>[] {
    return this.heard.filter((frame): frame is Frame<Name> => frame?.op === op);
  }

  /** The first frame of an op that there is, or that comes. */
  async first<Name extends Op>(op: Name): Promise<Frame<Name>> {
    await until(`${op} comes`, () => this.of(op).length > 0);
    return this.of(op)[0] as Frame<Name>;
  }

  /** What was answered to a message, in the order of the answers. */
  answers(seq: number): ('ack' | string)[] {
    return this.heard.flatMap((frame) => {
      if (frame?.op === 'ack' && frame.seq === seq) return ['ack'];
      return frame?.op === 'refused' && frame.seq === seq ? [frame.reason] : [];
    });
  }

  async answered(seq: number, times = 1): Promise<string[]> {
    await until(`${seq} is answered`, () => this.answers(seq).length >= times);
    return this.answers(seq);
  }

  async closed(): Promise<number> {
    await until('it is closed', () => this.code !== null);
    return this.code as number;
  }

  close(): void {
    this.#socket.close();
  }
}
