import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** One open WebSocket. Texts only, each short and in one frame, as signalling is. */
export interface Socket {
  send(text: string): void;
  /** Ends it as the death of the server's process does. */
  destroy(): void;
}

export interface Sockets {
  readonly url: string;
  close(): void;
}

const KEY = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1;
const LAST = 0x80;
const MASK_BYTES = 4;

/** A server of WebSockets: `opened` is given each, and returns what is to be done with its texts. */
export async function openSockets(opened: (socket: Socket) => (text: string) => void) {
  const all = new Set<Duplex>();
  const server = createServer();
  server.on('upgrade', (request, stream) => {
    all.add(stream);
    stream.once('close', () => all.delete(stream));
    stream.on('error', () => {});
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${KEY}`);
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    lines.push(`Sec-WebSocket-Accept: ${accept.digest('base64')}`, '', '');
    stream.write(lines.join('\r\n'));
    const heard = opened({
      send: (text) => void stream.write(frame(Buffer.from(text))),
      destroy: () => stream.destroy(),
    });
    let waiting = Buffer.alloc(0);
    stream.on('data', (bytes: Buffer) => {
      waiting = Buffer.concat([waiting, bytes]);
      for (let next = unframe(waiting); next; next = unframe(waiting)) {
        waiting = waiting.subarray(next.length);
        if (next.kind === TEXT) heard(next.text);
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    close() {
      for (const stream of all) stream.destroy();
      server.close();
    },
  } satisfies Sockets;
}

function frame(text: Buffer): Buffer {
  if (text.length < 126) return Buffer.concat([Buffer.from([LAST | TEXT, text.length]), text]);
  const head = Buffer.from([LAST | TEXT, 126, 0, 0]);
  head.writeUInt16BE(text.length, 2);
  return Buffer.concat([head, text]);
}

/** The first whole frame, which a browser always masks; null while it is not all there. */
function unframe(bytes: Buffer): { length: number; kind: number; text: string } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short === 126 ? 4 : 2;
  if (bytes.length < head + MASK_BYTES) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const from = head + MASK_BYTES;
  if (bytes.length < from + size) return null;
  const mask = bytes.subarray(head, from);
  const body = Buffer.from(bytes.subarray(from, from + size));
  for (let i = 0; i < size; i++) body[i] = (body[i] ?? 0) ^ (mask[i % MASK_BYTES] ?? 0);
  return { length: from + size, kind: bytes.readUInt8(0) & 0x0f, text: body.toString() };
}
