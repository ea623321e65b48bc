import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Blow } from './plan.ts';
import type { Order, Places, Reply, StartOrder } from './server.ts';

const FILE = fileURLToPath(new URL('server.ts', import.meta.url));

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
  let child: ChildProcess;
  let places = await start([0, 0, 0]);

  async function start(ports: Places['ports']): Promise<Places> {
    child = fork(FILE);
    const channel = { ...options.channel, moves };
    const reply = await ask({ type: 'start', options: { ...options, channel, ports } });
    if (reply.type !== 'started') throw new Error('The stage did not say where it is.');
    return reply.places;
  }

  function ask(order: Order): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('The stage is gone.'));
      child.once('exit', gone);
      child.once('message', (reply: Reply) => {
        child.off('exit', gone);
        if (reply.type === 'failed') reject(new Error(reply.message));
        else resolve(reply);
      });
      child.send(order);
    });
  }

  return {
    get places() {
      return places;
    },
    get moves() {
      return moves;
    },
    async deal({ deed, lasts }) {
      if (deed.kind === 'fault') await ask({ type: 'fault', fault: deed.fault });
      if (deed.kind === 'fault' && deed.cut) await ask({ type: 'close', code: 1011 });
      if (deed.kind === 'close' || deed.kind === 'banish') {
        await ask({ type: 'close', code: deed.code });
      }
      if (deed.kind === 'kill') {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      await wait(lasts);
      if (deed.kind === 'fault') await ask({ type: 'fault', fault: { kind: 'none' } });
      if (deed.kind === 'kill') places = await start(places.ports);
      if (deed.kind === 'banish') {
        moves++;
        await ask({ type: 'move' });
      }
    },
    close: () => child.disconnect(),
  };
}
