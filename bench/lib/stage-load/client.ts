// The load, in a process of its own. It does as little as it can for each request, so that the server is what is measured.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { obeyParent } from '../child.ts';

export type Order =
  /** The same request on so many connections, so many on their way on each, for so many ms. */
  | {
      readonly type: 'requests';
      readonly port: number;
      readonly head: string;
      readonly connections: number;
      readonly depth: number;
      readonly ms: number;
    }
  /** Opens channels, and says hello on each. */
  | { readonly type: 'open'; readonly port: number; readonly channels: number }
  /** Waits until all channels have got a message with this number. */
  | { readonly type: 'await'; readonly number: number }
  /** Sends messages on each channel, one after the other, for so many ms. */
  | { readonly type: 'messages'; readonly ms: number; readonly depth: number }
  | { readonly type: 'close' };
export type Reply =
  | {
      readonly type: 'done';
      readonly count: number;
      readonly statuses: Readonly<Record<string, number>>;
    }
  | { readonly type: 'opened' }
  | { readonly type: 'got'; readonly at: number };

const HOST = '127.0.0.1';
const AT_ONCE = 100;

async function requests(order: Extract<Order, { type: 'requests' }>): Promise<Reply> {
  const { port, head, connections, depth, ms } = order;
  const statuses: Record<string, number> = {};
  let count = 0;
  let isOver = false;
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ port, host: HOST, noDelay: true });
      await once(socket, 'connect');
      return socket;
    }),
  );
  const bytes = Buffer.from(head);
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.on('data', (data: Buffer) => {
      // Answers without a body: each begins with its status line.
      let at = data.indexOf('HTTP/1.1 ');
      while (at >= 0) {
        const status = data.toString('latin1', at + 9, at + 12);
        statuses[status] = (statuses[status] ?? 0) + 1;
        count++;
        if (!isOver) socket.write(bytes);
        at = data.indexOf('HTTP/1.1 ', at + 12);
      }
    });
    for (let i = 0; i < depth; i++) socket.write(bytes);
  }
  await wait(ms);
  isOver = true;
  const total = count;
  for (const socket of sockets) socket.destroy();
  return { type: 'done', count: total, statuses };
}

/** A channel that reads no more of a frame than it must. */
interface Channel {
  readonly socket: Socket;
  /** The number of the last message. */
  last: number;
  acks: number;
  onAck: () => void;
}

const channels: Channel[] = [];

/** A text frame of a client (RFC 6455, section 5.2), masked with zeros. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const isShort = payload.length < 126;
  const head = Buffer.alloc(isShort ? 6 : 8);
  head[0] = 0x81;
  head[1] = 0x80 | (isShort ? payload.length : 126);
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

const HELLO = frameOf('{"op":"hello"}');
const NUMBER = /"type":"number","payload":(\d+)/g;

async function openOne(port: number): Promise<void> {
  const socket = connect({ port, host: HOST, noDelay: true });
  await once(socket, 'connect');
  const lines = [
    'GET /channel HTTP/1.1',
    'Host: stage',
    'Connection: Upgrade',
    'Upgrade: websocket',
  ];
  lines.push('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: earshot.v1');
  lines.push(`Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`);
  socket.write([...lines, '', ''].join('\r\n'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(String(answer));
  socket.write(HELLO);
  const channel: Channel = { socket, last: -1, acks: 0, onAck() {} };
  socket.on('error', () => {});
  await new Promise<void>((resolve) => {
    socket.on('data', (data: Buffer) => {
      const text = data.toString('latin1');
      if (text.includes('"op":"welcome"')) resolve();
      for (const [, number] of text.matchAll(NUMBER)) channel.last = Number(number);
      let at = text.indexOf('"op":"ack"');
      while (at >= 0) {
        channel.acks++;
        channel.onAck();
        at = text.indexOf('"op":"ack"', at + 10);
      }
    });
  });
  channels.push(channel);
}

async function messages(ms: number, depth: number): Promise<Reply> {
  let isOver = false;
  const before = channels.reduce((sum, { acks }) => sum + acks, 0);
  channels.forEach((channel, index) => {
    const from = `load-${index}`.padEnd(22, '-');
    let seq = channel.acks;
    const send = () => {
      if (isOver) return;
      const frame = { op: 'send', from, seq: seq++, type: 'note', payload: { text: 'a question' } };
      channel.socket.write(frameOf(JSON.stringify(frame)));
    };
    channel.onAck = send;
    for (let i = 0; i < depth; i++) send();
  });
  await wait(ms);
  isOver = true;
  const count = channels.reduce((sum, { acks }) => sum + acks, 0) - before;
  return { type: 'done', count, statuses: {} };
}

obeyParent<Order, Reply>(async (order) => {
  switch (order.type) {
    case 'requests':
      return requests(order);
    case 'open':
      while (channels.length < order.channels) {
        const more = Math.min(AT_ONCE, order.channels - channels.length);
        await Promise.all(Array.from({ length: more }, () => openOne(order.port)));
      }
      return { type: 'opened' };
    case 'await':
      while (channels.some(({ last }) => last < order.number)) await wait(1);
      return { type: 'got', at: performance.timeOrigin + performance.now() };
    case 'messages':
      return messages(order.ms, order.depth);
    default:
      for (const { socket } of channels) socket.destroy();
      channels.length = 0;
      return { type: 'opened' };
  }
});
