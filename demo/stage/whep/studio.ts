import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Order, Report } from './wire.ts';

const MEDIA = new URL('./media.ts', import.meta.url);
/** A process that dies is noticed at once: these end only what hangs, however slow the machine is. */
const READY_MS = 60_000;
const ANSWERED_MS = 60_000;

/** The media process was killed before it answered, or is not there. */
export class StudioDown extends Error {}

/** The stage's end of the media process. */
export interface Studio {
  isUp(): boolean;
  pid(): number | null;
  start(): Promise<void>;
  /** Ends the process as a crash does. */
  kill(): Promise<void>;
  /** The SDP that the order is answered with, if any. */
  order(order: Order): Promise<string>;
}

interface Pending {
  resolve(sdp: string): void;
  reject(error: Error): void;
}

/**
 * @param startsAt of the program.
 * @param host address that listeners reach the process at.
 * @param onLost told of each session that died by itself, and of null when all did.
 */
export function createStudio(
  startsAt: number,
  host: string,
  onLost: (session: string | null) => void,
): Studio {
  let child: ChildProcess | null = null;
  let starting: Promise<void> | null = null;
  let orders = 0;
  const pending = new Map<number, Pending>();

  function hear(report: Report): void {
    if (report.kind === 'lost') onLost(report.session);
    if (report.kind !== 'done' && report.kind !== 'failed') return;
    const waiting = pending.get(report.id);
    if (report.kind === 'done') waiting?.resolve(report.sdp);
    else waiting?.reject(new Error(report.why));
  }

  function down(): void {
    child = null;
    for (const { reject } of pending.values()) reject(new StudioDown('the media process is down'));
    onLost(null);
  }

  async function bear(): Promise<void> {
    const born = fork(MEDIA, [String(startsAt), host], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const exited = once(born, 'exit').then(() => {
      throw new StudioDown('the media process does not start');
    });
    const ready = once(born, 'message', { signal: AbortSignal.timeout(READY_MS) });
    await Promise.race([ready, exited]);
    exited.catch(() => {});
    born.on('message', hear);
    born.once('exit', () => child === born && down());
    // What holds the stage open are its ports.
    born.unref();
    born.channel?.unref();
    child = born;
  }

  return {
    isUp: () => child !== null,
    pid: () => child?.pid ?? null,
    async start() {
      if (child) return;
      starting ??= bear().finally(() => {
        starting = null;
      });
      await starting;
    },
    async kill() {
      await starting?.catch(() => {});
      const dying = child;
      if (!dying) return;
      const exited = once(dying, 'exit');
      dying.ref();
      dying.kill('SIGKILL');
      await exited;
    },
    order(order) {
      const id = ++orders;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => fail(new StudioDown('no answer')), ANSWERED_MS);
        const settle = <T>(end: (value: T) => void) => {
          return (value: T) => {
            clearTimeout(timer);
            pending.delete(id);
            end(value);
          };
        };
        const fail = settle(reject);
        pending.set(id, { resolve: settle(resolve), reject: fail });
        if (child)
          child.send({ id, order }, (error) => error && fail(new StudioDown(error.message)));
        else fail(new StudioDown('the media process is down'));
      });
    },
  };
}
