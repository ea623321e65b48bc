// What a restart of the channel's server turns a crowd into: a thousand channels of one client, of
// Earshot and of its peers in turn, all connected to one real server, which closes them with 1012.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Order as CrowdOrder, Reply as CrowdReply } from './lib/channel-crowd/crowd.ts';
import type { Order, Reply } from './lib/channel-crowd/hall.ts';
import { type PerPlayer, PLAYERS, type Player } from './lib/channel-crowd/players.ts';
import {
  type Figures,
  figuresOf,
  herds,
  type Restart,
  STRETCHES,
} from './lib/channel-crowd/statistics.ts';
import { startChild } from './lib/child.ts';
import { count, progress, report } from './lib/report.ts';
import { rounded, table } from './lib/table.ts';

/** Published in the document, so that it is the window frame that is obeyed. */
const SPREAD = 3;
const MOST_OVER = 1.2;
const LOOK_EVERY = 500;
const COME_WITHIN = 120_000;
/** In windows: a reconnect that was refused comes back after two more. */
const BACK_WITHIN = 6;
/** A standstill, in ms, after which a restart says too little. */
const MOST_STALL = 600;
const MOST_TRIES = 4;

const NAMES: PerPlayer<string> = {
  earshot: 'Earshot',
  partysocket: 'partysocket',
  centrifuge: 'centrifuge',
};

interface Row extends Figures {
  readonly player: Player;
  /** The longest that server or crowd stood still, of all restarts that count, ms. */
  readonly stall: number;
  readonly herds: readonly string[];
}

interface Result {
  readonly channels: number;
  readonly window: number;
  readonly down: number;
  readonly restarts: number;
  readonly rows: readonly Row[];
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    channels: { type: 'string', default: '1000' },
    players: { type: 'string', default: PLAYERS.join() },
    window: { type: 'string', default: '20' },
    down: { type: 'string', default: '500' },
    restarts: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
  },
});
const channels = count('channels', values.channels);
const window = count('window', values.window);
const down = count('down', values.down);
const restarts = count('restarts', values.restarts);
const seed = count('seed', values.seed);
const players = values.players.split(',').map((name) => {
  const found = PLAYERS.find((player) => player === name);
  if (!found) throw new Error(`--players: ${name} is not one of ${PLAYERS}`);
  return found;
});

/** A server and a crowd of their own, so that no restart remembers the one before. */
async function restart(player: Player, round: number): Promise<Restart> {
  const folder = new URL('lib/channel-crowd/', import.meta.url);
  const hall = startChild<Order, Reply>(new URL('hall.ts', folder));
  const crowd = startChild<CrowdOrder, CrowdReply>(new URL('crowd.ts', folder));
  const look = () => hall.ask({ type: 'report' }, 'report');
  const areOpen = async () => (await look()).seen[player].open >= channels;
  const until = async (ms: number) => {
    for (const end = Date.now() + ms; Date.now() < end; await wait(LOOK_EVERY)) {
      if (await areOpen()) return true;
    }
    return false;
  };
  try {
    const places = await hall.ask({ type: 'start', spread: SPREAD }, 'started');
    const { documentUrl, rivalsPort } = places;
    const own = seed + round * channels;
    await crowd.ask({ type: 'come', player, channels, documentUrl, rivalsPort, seed: own }, 'came');
    if (!(await until(COME_WITHIN))) throw new Error('The crowd does not come in.');
    await hall.ask({ type: 'restart', window, down }, 'restarted');
    await crowd.ask({ type: 'stall' }, 'stalled');
    await until(BACK_WITHIN * window * 1_000);
    const { seen, stall } = await look();
    const { ms } = await crowd.ask({ type: 'stall' }, 'stalled');
    return { seen: seen[player], stall: Math.max(stall, ms) };
  } finally {
    crowd.close();
    hall.close();
  }
}

/** A restart in which neither process stood still; the last try, if there is none. */
async function steadyRestart(player: Player, round: number): Promise<Restart> {
  for (let tries = 1; ; tries++) {
    progress(`restart ${round + 1} of ${restarts}, ${NAMES[player]}`);
    const result = await restart(player, round);
    // What the others' own crowds bring to a standstill is theirs.
    if (result.stall <= MOST_STALL || player !== 'earshot' || tries === MOST_TRIES) return result;
    progress(`it stood still for ${rounded(result.stall)} ms, and is done again`);
  }
}

function print({ rows, ...plan }: Result): string {
  const fair = plan.channels / plan.window;
  const heads = ['client', 'arrivals', 'busiest second', 'times N/W', 'busiest stretch, a second'];
  return [
    `${plan.channels} channels of each client, ${plan.restarts} restarts of the server, each down for ${plan.down} ms;`,
    `the window W is ${plan.window} s, so N/W is ${rounded(fair, 1)} a second. The busiest second is of any restart: even`,
    'draws alone make it larger than N/W, and --check holds it against what chance can do in a million',
    `restarts. The busiest stretch is that of ${STRETCHES} equal ones of the window, over all restarts; "at most" is`,
    'what its expected rate is not above, with a chance of 1 in 1,000 to err. Stalls are of server or crowd.',
    '',
    table(
      [...heads, 'at most', '95 % back, s', 'all back, s', 'longest stall, ms'],
      rows.map((row) => [
        NAMES[row.player],
        rounded(row.arrivals),
        row.peak,
        rounded(row.peak / fair, 2),
        rounded(row.rate, 1),
        rounded(row.rateAtMost, 1),
        rounded(row.most, 1),
        rounded(row.all, 1),
        rounded(row.stall),
      ]),
    ),
  ].join('\n');
}

function shortfallsOf({ rows, ...plan }: Result): string[] {
  const earshot = rows.find(({ player }) => player === 'earshot');
  if (!earshot) return [];
  const most = (MOST_OVER * plan.channels) / plan.window;
  return [
    ...(earshot.stall > MOST_STALL
      ? [`this machine stood still for ${rounded(earshot.stall)} ms: the rates say nothing`]
      : []),
    ...earshot.herds,
    ...(earshot.all === null ? ['not all came back'] : []),
    ...(earshot.rateAtMost > most
      ? [`up to ${earshot.rateAtMost.toFixed(1)} a second, more than ${most.toFixed(1)}`]
      : []),
  ];
}

const rows: Row[] = [];
for (const player of players) {
  const all: Restart[] = [];
  for (let round = 0; round < restarts; round++) all.push(await steadyRestart(player, round));
  rows.push({
    player,
    ...figuresOf(
      all.map(({ seen }) => seen),
      window,
      channels,
    ),
    herds: herds(all, window, channels),
    stall: Math.max(...all.map(({ stall }) => stall)),
  });
}
const result: Result = { channels, window, down, restarts, rows };
report(values, result, print, shortfallsOf(result));
