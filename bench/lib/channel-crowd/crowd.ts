// So many channels of one player, in a process of their own.
import { setTimeout as wait } from 'node:timers/promises';
import { Centrifuge } from 'centrifuge';
import PartySocket from 'partysocket';
import { channel } from '../../../src/channel/channel.ts';
import { Random } from '../../../src/herd/random.ts';
import { listen } from '../../../src/session/listen.ts';
import { obeyParent } from '../child.ts';
import { crowdHost } from '../crowd-host.ts';
import { crowdSource } from '../crowd-source.ts';
import type { Player } from './players.ts';
import { watchStalls } from './stalls.ts';

export type Order =
  | Come
  /** How long it stood still since it was asked last. */
  | { readonly type: 'stall' };
export type Reply = { readonly type: 'came' } | { readonly type: 'stalled'; readonly ms: number };

interface Come {
  readonly type: 'come';
  readonly player: Player;
  readonly channels: number;
  readonly documentUrl: string;
  readonly rivalsPort: number;
  readonly seed: number;
}

/** How many come at once, and how often, ms. */
const TOGETHER = 10;
const EVERY = 20;

const open: Record<Player, (order: Come, seed: number) => unknown> = {
  earshot: ({ documentUrl }, seed) =>
    listen({
      stage: documentUrl,
      host: crowdHost(new Random(seed).next, []),
      sources: [crowdSource()],
      channel: channel({ tabs: false }),
    }),
  partysocket: ({ rivalsPort }) =>
    new PartySocket({
      host: `127.0.0.1:${rivalsPort}`,
      room: 'hall',
      // Its own default, which it draws once as it loads: here one load stands for many pages.
      minReconnectionDelay: 1_000 + Math.random() * 4_000,
    }),
  centrifuge({ rivalsPort }) {
    const client = new Centrifuge(`ws://127.0.0.1:${rivalsPort}/connection/websocket`, {
      websocket: WebSocket,
    });
    client.connect();
    return client;
  },
};

const all: unknown[] = [];

const stalls = watchStalls();

obeyParent<Order, Reply>(async (order) => {
  if (order.type === 'stall') {
    const ms = stalls.longest();
    stalls.reset();
    return { type: 'stalled', ms };
  }
  while (all.length < order.channels) {
    all.push(open[order.player](order, order.seed + all.length));
    if (all.length % TOGETHER === 0) await wait(EVERY);
  }
  return { type: 'came' };
});
