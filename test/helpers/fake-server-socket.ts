import type { Connection, ServerSocket } from '../../src/stage-server/channel/connection.ts';

type Frame = Readonly<Record<string, unknown>> & { readonly op: string };

/** The server's end of a WebSocket that carries nothing anywhere. */
export class FakeServerSocket implements ServerSocket {
  /** A client that does not read lets it grow. */
  bufferedAmount = 0;
  readonly sent: Frame[] = [];
  /** With which it was closed. */
  code: number | null = null;
  isTerminated = false;
  pings = 0;
  /** Set once it is connected: what the library would tell. */
  connection: Connection | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code: number): void {
    this.code ??= code;
    this.connection?.closed();
  }

  terminate(): void {
    this.isTerminated = true;
    this.connection?.closed();
  }

  ping(): void {
    this.pings++;
  }

  of(op: string): Frame[] {
    return this.sent.filter((frame) => frame.op === op);
  }

  receive(frame: unknown): void {
    this.connection?.receive(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }
}
