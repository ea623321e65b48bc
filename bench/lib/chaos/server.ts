// The embedded stage with its channel, in a process that can be killed.
import { appendFileSync } from 'node:fs';
import { type Fault, type StageChannelOptions, startStage } from '../../../demo/stage/stage.ts';
import { earshotFiles, pageFiles } from '../bundle.ts';
import { obeyParent } from '../child.ts';
import { site } from '../site.ts';

/** What the process is told, and what it answers: `done`, or where it is. */
export type Order =
  | { readonly type: 'start'; readonly options: StartOrder }
  | { readonly type: 'fault'; readonly fault: Fault }
  | { readonly type: 'close'; readonly code: number }
  | { readonly type: 'move' };
export type Reply =
  | { readonly type: 'started'; readonly places: Places }
  | { readonly type: 'done' };

export interface Places {
  readonly url: string;
  readonly documentUrl: string;
  readonly ports: readonly [stage: number, a: number, b: number];
}

export interface StartOrder {
  /** 0 is any. */
  readonly ports: Places['ports'];
  readonly channel: StageChannelOptions;
  /** Seconds. */
  readonly spread: number;
  /** File of the upgrades that came: a line each, the listener and epoch ms. */
  readonly arrivals: string;
}

let stage: Awaited<ReturnType<typeof startStage>> | null = null;

const portOf = (url: string): number => Number(new URL(url).port);

async function obey(order: Order): Promise<Reply> {
  if (order.type === 'start') {
    const { ports, channel, spread, arrivals } = order.options;
    const [port, a, b] = ports;
    const files = [await earshotFiles(), await pageFiles('chaotic')];
    stage = await startStage({
      port,
      ports: { a, b },
      channel: { ...channel, types: { note: () => true } },
      routes: site(files, []),
      document: { spread, refresh: 5 },
    });
    stage.onRequest(({ origin, listener, at }) => {
      if (origin === 'channel') appendFileSync(arrivals, `${listener} ${at}\n`);
    });
    const { url, documentUrl, cdn } = stage;
    const now = [portOf(url), portOf(cdn.a), portOf(cdn.b)] as const;
    return { type: 'started', places: { url, documentUrl, ports: now } };
  }
  if (order.type === 'fault') await stage?.setFault('channel', order.fault);
  if (order.type === 'close') stage?.channel?.close(order.code);
  if (order.type === 'move') stage?.channel?.move();
  return { type: 'done' };
}

obeyParent(obey);
