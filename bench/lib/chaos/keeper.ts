import { setTimeout as wait } from 'node:timers/promises';
import { type Child, startChild } from '../child.ts';
import type { Blow } from './plan.ts';
import type { Order, Places, Reply, StartOrder } from './server.ts';

const SCRIPT = new URL('server.ts', import.meta.url);

/** Keeps the stage's process, and deals the blows to it. */
export interface Keeper {
  readonly places: Places;
  /** How often the document came to name another channel. */
  readonly moves: number;
  /** Settles when it is mended. */
  deal(blow: Blow): Promise<void>;
  close(): void;
}

/** Starts the stage in a process of its own. */
export async function keep(options: Omit<StartOrder, 'ports'>): Promise<Keeper> {
  let moves = 0;
  let child: Child<Order, Reply>;
  let places = await start([0, 0, 0]);

  async function start(ports: Places['ports']): Promise<Places> {
    child = startChild(SCRIPT);
    const channel = { ...options.channel, moves };
    const order = { type: 'start', options: { ...options, channel, ports } } as const;
    return (await child.ask(order, 'started')).places;
  }

  return {
    get places() {
      return places;
    },
    get moves() {
      return moves;
    },
    async deal({ deed, lasts }) {
      if (deed.kind === 'fault') await child.ask({ type: 'fault', fault: deed.fault }, 'done');
      if (deed.kind === 'fault' && deed.cut) await child.ask({ type: 'close', code: 1011 }, 'done');
      if (deed.kind === 'close' || deed.kind === 'banish') {
        await child.ask({ type: 'close', code: deed.code }, 'done');
      }
      if (deed.kind === 'kill') {
        if (deed.frozen) await child.ask({ type: 'fault', fault: { kind: 'frozen' } }, 'done');
        await wait(deed.frozen);
        await child.kill();
      }
      await wait(lasts);
      if (deed.kind === 'fault')
        await child.ask({ type: 'fault', fault: { kind: 'none' } }, 'done');
      if (deed.kind === 'kill') places = await start(places.ports);
      if (deed.kind === 'banish') {
        moves++;
        await child.ask({ type: 'move' }, 'done');
      }
    },
    close: () => child.close(),
  };
}
