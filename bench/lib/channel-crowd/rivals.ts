import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { destroySoon, refuse } from '../../../demo/stage/channel/upgrade.ts';
import type { Player } from './players.ts';

/** The other players. */
export type Rival = Exclude<Player, 'earshot'>;

export interface Rivals {
  readonly port: number;
  /** Those who are served, as each of them understands it. */
  open(player: Rival): number;
  /** While it is down, each upgrade is answered with 503. */
  setDown(isDown: boolean): void;
  close(code: number): void;
  end(): void;
}

/** A server that says just enough for partysocket and centrifuge to hold that they are connected. */
export async function openRivals(onArrival: (player: Rival) => void): Promise<Rivals> {
  const served: Record<Rival, Set<WebSocket>> = { partysocket: new Set(), centrifuge: new Set() };
  const sockets = new Set<Duplex>();
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  let isDown = false;

  function greet(player: Rival, socket: WebSocket): void {
    socket.on('error', () => {});
    socket.on('close', () => served[player].delete(socket));
    if (player === 'partysocket') served.partysocket.add(socket);
    socket.on('message', (data) => {
      const { id, connect } = JSON.parse(String(data).split('\n')[0] ?? '');
      if (player !== 'centrifuge' || !connect) return;
      served.centrifuge.add(socket);
      socket.send(JSON.stringify({ id, connect: { client: String(served.centrifuge.size) } }));
    });
  }

  const server = createServer();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const player = request.url?.startsWith('/parties/') ? 'partysocket' : 'centrifuge';
    onArrival(player);
    if (isDown) refuse(socket, { status: 503 });
    else webSockets.handleUpgrade(request, socket, head, (opened) => greet(player, opened));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', 4096, done));

  return {
    port: (server.address() as AddressInfo).port,
    open: (player) => served[player].size,
    setDown(next) {
      isDown = next;
    },
    close(code) {
      for (const socket of webSockets.clients) socket.close(code);
      for (const set of Object.values(served)) set.clear();
    },
    end() {
      for (const socket of sockets) destroySoon(socket);
      server.close();
    },
  };
}
