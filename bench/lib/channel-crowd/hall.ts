// One server for the channels of all players, in a process of its own. It restarts with 1012.
import { setTimeout as wait } from 'node:timers/promises';
import { startStage } from '../../../demo/stage/stage.ts';
import { obeyParent } from '../child.ts';
import { type PerPlayer, PLAYERS, type Player, perPlayer } from './players.ts';
import { openRivals, type Rival } from './rivals.ts';
import { watchStalls } from './stalls.ts';

export type Order =
  | { readonly type: 'start'; readonly spread: number }
  /** Seconds of the window, and ms for which every upgrade is answered with 503. */
  | { readonly type: 'restart'; readonly window: number; readonly down: number }
  | { readonly type: 'report' };
export type Reply =
  | { readonly type: 'started'; readonly documentUrl: string; readonly rivalsPort: number }
  | { readonly type: 'restarted' }
  | { readonly type: 'report'; readonly seen: PerPlayer<Seen>; readonly stall: number };

/** What the server saw of one player since the restart. Times in ms from it. */
export interface Seen {
  readonly open: number;
  readonly arrivals: readonly number[];
  /** How many were open, each time that the number grew. */
  readonly growth: readonly (readonly [at: number, open: number])[];
}

const LOOK_EVERY = 50;
const RESTART = 1012;
/** Ms. */
const CLOSING = 500;

let from = Date.now();
const arrivals = perPlayer((): number[] => []);
const growth = perPlayer((): [number, number][] => []);
const stalls = watchStalls();
const arrive = (player: Player) => arrivals[player].push(Date.now() - from);
const rivals = await openRivals(arrive);
let stage: Awaited<ReturnType<typeof startStage>> | null = null;

const openOf = (player: Player): number =>
  player === 'earshot' ? (stage?.channel?.connections() ?? 0) : rivals.open(player as Rival);

function sample(): void {
  for (const player of PLAYERS) {
    const open = openOf(player);
    if (open > (growth[player].at(-1)?.[1] ?? 0)) growth[player].push([Date.now() - from, open]);
  }
}

setInterval(sample, LOOK_EVERY);

async function restart(window: number, down: number): Promise<void> {
  stage?.channel?.announce(window);
  await stage?.setFault('channel', { kind: 'unavailable' });
  rivals.setDown(true);
  from = Date.now();
  for (const player of PLAYERS) {
    arrivals[player].length = 0;
    growth[player].length = 0;
  }
  stage?.channel?.close(RESTART);
  rivals.close(RESTART);
  await wait(down);
  for (const player of PLAYERS) growth[player].length = 0;
  await stage?.setFault('channel', { kind: 'none' });
  rivals.setDown(false);
  // To close so many takes its time, and is no fault of the machine.
  await wait(CLOSING);
  stalls.reset();
}

obeyParent<Order, Reply>(async (order) => {
  if (order.type === 'start') {
    stage = await startStage({ channel: true, document: { spread: order.spread } });
    stage.onRequest(({ origin }) => {
      if (origin === 'channel') arrive('earshot');
    });
    return { type: 'started', documentUrl: stage.documentUrl, rivalsPort: rivals.port };
  }
  if (order.type === 'restart') {
    await restart(order.window, order.down);
    return { type: 'restarted' };
  }
  // Else a report that says that all are open may miss the moment at which they were.
  sample();
  const seen = perPlayer((): Seen => ({ open: 0, arrivals: [], growth: [] }));
  for (const player of PLAYERS) {
    seen[player] = {
      open: openOf(player),
      arrivals: arrivals[player],
      growth: growth[player],
    };
  }
  return { type: 'report', seen, stall: stalls.longest() };
});
