import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

interface Typed {
  readonly type: string;
}

/** What a child says when it could not do what it was asked. */
export interface Failed {
  readonly type: 'failed';
  readonly message: string;
}

/** A script in a process of its own, which is asked one thing at a time. */
export interface Child<Order, Reply extends Typed> {
  /** Rejects when it answers anything else, or is gone. */
  ask<Type extends Reply['type']>(
    order: Order,
    type: Type,
  ): Promise<Extract<Reply, { type: Type }>>;
  /** By SIGKILL. */
  kill(): Promise<void>;
  /** For example SIGSTOP. */
  signal(signal: NodeJS.Signals): void;
  close(): void;
}

export function startChild<Order extends object, Reply extends Typed>(
  script: URL,
  execArgv: readonly string[] = [],
): Child<Order, Reply> {
  const child: ChildProcess = fork(fileURLToPath(script), {
    execArgv: [...process.execArgv, ...execArgv],
  });
  return {
    ask: (order, type) =>
      new Promise((resolve, reject) => {
        const gone = () => reject(new Error(`${script.pathname} is gone.`));
        child.once('exit', gone);
        child.once('message', (reply: Reply | Failed) => {
          child.off('exit', gone);
          if (reply.type === type) resolve(reply as Extract<Reply, { type: typeof type }>);
          else reject(new Error(`It answered ${JSON.stringify(reply)}, not ${type}.`));
        });
        child.send(order);
      }),
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    signal: (signal) => void child.kill(signal),
    close: () => child.disconnect(),
  };
}

/** The child's own side: does what it is asked, and goes with its parent. */
export function obeyParent<Order, Reply extends Typed>(
  obey: (order: Order) => Promise<Reply>,
): void {
  process.on('message', (order: Order) => {
    obey(order)
      .catch((error: unknown): Failed => ({ type: 'failed', message: String(error) }))
      .then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit());
}
