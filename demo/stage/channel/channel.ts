import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { createBucket } from '../../../src/stage-server/bucket.ts';
import type { Fault } from '../faults.ts';
import { describe, type Ledger } from '../ledger.ts';
import type { UpgradeListener } from '../port.ts';
import type { Switchboard } from '../switchboard.ts';
import { type Connection, createConnection } from './connection.ts';
import { type FromServer, MOST_BYTES_UP, type Send, type StageCue, SUBPROTOCOL } from './frames.ts';
import { type Decision, fileJournal, memoryJournal } from './journal.ts';
import { createNews } from './news.ts';
import type { ChannelOrder, StageChannel, StageChannelOptions } from './stage-channel.ts';
import { createTallies, TYPES, type Types } from './tallies.ts';
import { destroySoon, judgeUpgrade, refuse } from './upgrade.ts';
import { createVerdicts } from './verdicts.ts';

export interface Channel extends StageChannel {
  moves(): number;
  onUpgrade: UpgradeListener;
  obey(fault: Fault): void;
  obeyOrder(order: ChannelOrder): void;
  end(): void;
}

export interface ChannelParts {
  options: StageChannelOptions;
  program: string;
  /** Of the main server. */
  base: () => string;
  document: () => Record<string, unknown>;
  ledger: Ledger;
  state: Switchboard['state'];
  now: () => number;
}

const BEAT_EVERY_MS = 20_000;
const MOST_ACCEPTED = 50_000;
const DROPPED_AT_ONCE = 5_000;
/** A client that keeps to the pace is never too fast, however its frames bunch up on the way. */
const PACE_SLACK = 2;
/** Sent again on each new connection, so that a reconnect loses none: below the 500 frames of a burst. */
const MOST_CUES = 100;
const GOING_AWAY = 1001;
const RESTART = 1012;

export function createChannel(parts: ChannelParts): Channel {
  const { options, ledger, state, now } = parts;
  const { ping = 25, pace = 5, terminal = [], types = {} } = options;
  const known: Types = { ...TYPES, ...types };
  const journal = options.journal ? fileJournal(options.journal) : memoryJournal;
  const accepted: Decision[] = [];
  const tallies = createTallies();
  const verdicts = createVerdicts((decision) => {
    if (accepted.length === MOST_ACCEPTED) accepted.splice(0, DROPPED_AT_ONCE);
    accepted.push(decision);
    tallies.enter(decision);
  }, journal);
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_BYTES_UP,
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
  });
  /** By id, the last one last. */
  const cues = new Map<string, StageCue>();
  const sockets = new Set<Duplex>();
  const connections = new Set<Connection>();
  const buckets = new WeakMap<Connection, ReturnType<typeof createBucket>>();
  const path = `/${parts.program}/channel`;
  let moves = options.moves ?? 0;
  let isEnded = false;

  const opened = () => [...connections].filter((connection) => connection.isOpen());
  const broadcast = (frame: FromServer) => {
    for (const connection of opened()) connection.send(frame);
  };
  const fault = () => state('channel').fault;

  function judge(connection: Connection, { type, payload }: Send): string | null {
    if (!buckets.get(connection)?.take(now())) return 'too fast';
    const accepts = Object.hasOwn(known, type) ? known[type] : null;
    if (!accepts) return 'unknown type';
    return accepts(payload) ? null : 'not such a payload';
  }

  function take(connection: Connection, message: Send): void {
    // The journal is closed, so nothing can be promised any more.
    if (isEnded) return;
    const { from, seq } = message;
    const reason = verdicts.decide(message, now(), () => judge(connection, message));
    connection.send(
      reason === null ? { op: 'ack', from, seq } : { op: 'refused', from, seq, reason },
    );
  }

  function connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = createConnection({
        socket: webSocket,
        fault,
        welcome: () => ({ op: 'welcome', ping, pace, terminal }),
        onOpen(opening) {
          buckets.set(opening, createBucket(pace * PACE_SLACK, now()));
          opening.send({ op: 'document', document: parts.document() });
          for (const cue of cues.values()) opening.send(cue);
          opening.send({ op: 'listeners', count: news.count() });
        },
        onFrame(from, frame) {
          if (frame.op === 'send') take(from, frame);
          else if (frame.op === 'ping') from.send({ op: 'pong' });
        },
        onEnd: (over) => connections.delete(over),
      });
      connections.add(connection);
    });
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const refusal = judgeUpgrade(request, path, fault());
    const status = refusal ? refusal.status : 101;
    const url = URL.parse(request.url ?? '', 'http://channel') ?? new URL('http://channel');
    const { kind } = fault();
    ledger.add({ at: now(), origin: 'channel', ...describe(request, url), status, fault: kind });
    if (refusal) refuse(socket, refusal);
    else connect(request, socket, head);
  }

  const news = createNews({
    broadcast,
    opened: () => opened().length,
    document: () => (state('stage').fault.kind === 'frozen' ? null : parts.document()),
    tallies,
    now,
  });
  const heart = setInterval(() => connections.forEach((one) => void one.beat()), BEAT_EVERY_MS);
  heart.unref();

  const switches: StageChannel = {
    get url() {
      const socketBase = parts.base().replace(/^http/, 'ws');
      return `${socketBase}${path}${moves ? `?${moves + 1}` : ''}`;
    },
    accepted,
    connections: () => opened().length,
    close: (code) => connections.forEach((one) => void one.close(code)),
    announce: (seconds) => broadcast({ op: 'window', seconds }),
    tell: (type, payload) => broadcast({ op: 'message', type, payload }),
    cue(given) {
      const cue: StageCue = { op: 'cue', ...given };
      cues.delete(cue.id);
      cues.set(cue.id, cue);
      const [oldest] = cues.keys();
      if (cues.size > MOST_CUES) cues.delete(oldest ?? '');
      broadcast(cue);
    },
    move() {
      moves++;
    },
  };

  return {
    ...switches,
    get url() {
      return switches.url;
    },
    moves: () => moves,
    onUpgrade,
    obeyOrder({ restart, move }) {
      if (restart !== undefined) {
        switches.announce(restart);
        switches.close(RESTART);
      }
      if (move) switches.move();
    },
    obey: (next) => connections.forEach((one) => void one.obey(next)),
    end() {
      isEnded = true;
      clearInterval(heart);
      news.stop();
      for (const one of connections) one.close(GOING_AWAY);
      // What is half-open, or not upgraded yet, would keep the port from closing.
      for (const socket of sockets) destroySoon(socket);
      journal.close();
    },
  };
}
