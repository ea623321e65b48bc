import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { AcceptedMessage, StageServer } from '../../../src/stage-server/index.ts';
import { createUpgradeListener } from '../../../src/stage-server/node/serve.ts';
import type { Fault } from '../faults.ts';
import { describe, type Ledger } from '../ledger.ts';
import type { UpgradeListener } from '../port.ts';
import type { Switchboard } from '../switchboard.ts';
import { createFaultySocket, type FaultySocket } from './faulty-socket.ts';
import type { ChannelOrder, StageChannel } from './stage-channel.ts';
import { createTallies } from './tallies.ts';
import { destroySoon, judgeUpgrade, refuse } from './upgrade.ts';

export interface Channel extends StageChannel {
  moves(): number;
  onUpgrade: UpgradeListener;
  obey(fault: Fault): void;
  obeyOrder(order: ChannelOrder): Promise<void>;
  end(): void;
}

export interface ChannelParts {
  server: StageServer;
  /** Accepted by an earlier process. */
  accepted: readonly AcceptedMessage[];
  /** How often the channel was another one before. */
  moves: number;
  program: string;
  /** Of the main server. */
  base: () => string;
  ledger: Ledger;
  state: Switchboard['state'];
  now: () => number;
}

const TALLIES_EVERY_MS = 1_000;
const MOST_ACCEPTED = 50_000;
const DROPPED_AT_ONCE = 5_000;
const GOING_AWAY = 1001;
const RESTART = 1012;

/** The channel of the stage's own server, under the faults of the demo. */
export function createChannel(parts: ChannelParts): Channel {
  const { server, ledger, state, now } = parts;
  const accepted: AcceptedMessage[] = [];
  const tallies = createTallies();
  /** Connections, upgraded or not. */
  const sockets = new Set<Duplex>();
  const connections = new Set<FaultySocket>();
  const path = `/${parts.program}/channel`;
  let { moves } = parts;

  const fault = () => state('channel').fault;

  function accept(message: AcceptedMessage): void {
    if (accepted.length === MOST_ACCEPTED) accepted.splice(0, DROPPED_AT_ONCE);
    accepted.push(message);
    tallies.enter(message);
  }
  parts.accepted.forEach(accept);
  server.on('message', accept);

  const upgrade = createUpgradeListener(server, (socket: WebSocket) => {
    const connection = createFaultySocket({
      socket,
      fault,
      onEnd: () => connections.delete(connection),
    });
    connections.add(connection);
    return connection;
  });

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const refusal = judgeUpgrade(request, path, fault());
    const status = refusal ? refusal.status : 101;
    const url = URL.parse(request.url ?? '', 'http://channel') ?? new URL('http://channel');
    ledger.add({
      ...{ at: now(), origin: 'channel', ...describe(request, url) },
      ...{ status, fault: fault().kind },
    });
    if (refusal) refuse(socket, refusal);
    else upgrade(Object.assign(request, { url: '/channel' }), socket, head);
  }

  const tell = (type: string, payload: unknown) => server.say({ message: { type, payload } });

  function tellTallies(): void {
    for (const { type, payload } of tallies.drain(now())) tell(type, payload).catch(() => {});
  }

  const timer = setInterval(tellTallies, TALLIES_EVERY_MS).unref();

  const switches: StageChannel = {
    get url() {
      const socketBase = parts.base().replace(/^http/, 'ws');
      return `${socketBase}${path}${moves ? `?${moves + 1}` : ''}`;
    },
    accepted,
    connections: () => server.stats().channel.open,
    close: (code) => connections.forEach((one) => void one.close(code)),
    announce(seconds) {
      const frame = JSON.stringify({ op: 'window', seconds });
      for (const one of connections) if (one.isOpen()) one.send(frame);
    },
    tell,
    cue: (cue) => server.say({ cue }),
    async move() {
      moves++;
      await server.refresh();
    },
  };

  return {
    ...switches,
    get url() {
      return switches.url;
    },
    moves: () => moves,
    onUpgrade,
    async obeyOrder({ restart, move }) {
      if (restart !== undefined) {
        switches.announce(restart);
        switches.close(RESTART);
      }
      if (move) await switches.move();
    },
    obey: (next) => connections.forEach((one) => void one.obey(next)),
    end() {
      clearInterval(timer);
      for (const one of connections) one.close(GOING_AWAY);
      // What is half-open, or not upgraded yet, would keep the port from closing.
      for (const socket of sockets) destroySoon(socket);
    },
  };
}
