import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP relay that only splices: it knows nothing of what it carries. */
export interface Relay {
  readonly port: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Ends all connections, and refuses others until `mend()`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/**
 * Relays each connection to one of the ports, in turn. A port that refuses is passed over.
 *
 * @param ports asked for each connection.
 */
export async function openRelay(ports: () => readonly number[]): Promise<Relay> {
  const sockets = new Set<Socket>();
  let turn = 0;
  let isCut = false;

  function splice(client: Socket, choices: readonly number[]): void {
    const [port, ...others] = choices;
    if (port === undefined) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    sockets.add(server);
    server.once('close', () => sockets.delete(server));
    const onRefused = () => splice(client, others);
    server.once('error', onRefused);
    server.once('connect', () => {
      server.off('error', onRefused);
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        one.on('error', () => other.destroy());
        one.on('close', () => other.destroy());
        one.pipe(other);
      }
      if (client.destroyed) server.destroy();
    });
  }

  const relay = createServer({ noDelay: true }, (client) => {
    client.on('error', () => {});
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    const all = ports();
    const first = all.length === 0 ? 0 : turn++ % all.length;
    splice(client, [...all.slice(first), ...all.slice(0, first)]);
  });
  relay.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
  await once(relay, 'listening');

  return {
    port: (relay.address() as AddressInfo).port,
    get open() {
      return sockets.size / 2;
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      relay.close();
      await once(relay, 'close');
    },
  };
}
