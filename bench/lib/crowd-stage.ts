// The embedded stage in a process of its own, so that the crowd and it do not share a core.
import { startStage } from '../../demo/stage/stage.ts';

/** A join that the stage saw. */
export interface Join {
  /** Epoch ms. */
  readonly at: number;
  readonly admitted: boolean;
}

/** What the stage is told, and what it answers. */
export type Order =
  | { readonly type: 'start'; readonly options: StageOrder }
  | { readonly type: 'open' }
  | { readonly type: 'report' };
export type Reply =
  | { readonly type: 'started'; readonly documentUrl: string }
  | { readonly type: 'opened'; readonly at: number; readonly epoch: number }
  | { readonly type: 'report'; readonly joins: readonly Join[]; readonly documents: number };

export interface StageOrder {
  readonly capacity: number;
  /** How many the door believes to come. */
  readonly expected: number;
  readonly opensIn: number;
  readonly spread: number;
  readonly refresh: number;
  readonly retryAfter: number;
}

const joins: Join[] = [];
let documents = 0;
let stage: Awaited<ReturnType<typeof startStage>> | null = null;

const answer = (reply: Reply) => process.send?.(reply);

process.on('message', async (order: Order) => {
  if (order.type === 'start') {
    const { expected: listeners, spread, refresh, ...door } = order.options;
    stage = await startStage({ door: { ...door, listeners }, document: { spread, refresh } });
    stage.onRequest(({ at, origin, path, status }) => {
      if (origin === 'stage') documents++;
      if (origin === 'floor' && path.endsWith('.m3u8'))
        joins.push({ at, admitted: status === 200 });
    });
    answer({ type: 'started', documentUrl: stage.documentUrl });
  } else if (order.type === 'open') {
    // From here the door counts down to its first lot.
    stage?.door?.restart();
    const { epoch = 0, at = Date.now() } = stage?.door?.stats() ?? {};
    answer({ type: 'opened', at, epoch });
  } else {
    answer({ type: 'report', joins, documents });
  }
});
process.on('disconnect', () => process.exit());
