// What a restart of the channel's server turns a crowd into: a thousand channels of Earshot and of
// its peers, all connected to one real server, which closes them with 1012.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Order as CrowdOrder, Reply as CrowdReply } from './lib/channel-crowd/crowd.ts';
import type { Order, Reply, Seen } from './lib/channel-crowd/hall.ts';
import { type PerPlayer, PLAYERS, type Player } from './lib/channel-crowd/players.ts';
import { type Figures, figuresOf, herds, STRETCHES } from './lib/channel-crowd/statistics.ts';
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

const NAMES: PerPlayer<string> = {
  earshot: 'Earshot',
  partysocket: 'partysocket',
  centrifuge: 'centrifuge',
};

interface Row extends Figures {
  readonly player: Player;
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
    restarts: { type: 'string', default: '5' },
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

/** A server and crowds of their own, so that no restart remembers the one before. */
async function restart(round: number): Promise<PerPlayer<Seen>> {
  const folder = new URL('lib/channel-crowd/', import.meta.url);
  const hall = startChild<Order, Reply>(new URL('hall.ts', folder));
  const { documentUrl, rivalsPort } = await hall.ask({ type: 'start', spread: SPREAD }, 'started');
  const crowds = players.map(() => startChild<CrowdOrder, CrowdReply>(new URL('crowd.ts', folder)));
  const look = async () => (await hall.ask({ type: 'report' }, 'report')).seen;
  const areOpen = (seen: PerPlayer<Seen>) =>
    players.every((player) => seen[player].open >= channels);
  try {
    await Promise.all(
      crowds.map((crowd, index) => {
        const player = players[index] as Player;
        const own = seed + round * channels;
        const order = { player, channels, documentUrl, rivalsPort, seed: own };
        return crowd.ask({ type: 'come', ...order }, 'came');
      }),
    );
    const come = Date.now() + COME_WITHIN;
    while (!areOpen(await look())) {
      if (Date.now() > come) throw new Error('The crowd does not come in.');
      await wait(LOOK_EVERY);
    }
    await hall.ask({ type: 'restart', window, down }, 'restarted');
    const back = Date.now() + BACK_WITHIN * window * 1_000;
    while (!areOpen(await look()) && Date.now() < back) await wait(LOOK_EVERY);
    return await look();
  } finally {
    for (const crowd of crowds) crowd.close();
    hall.close();
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
    'what its expected rate is not above, with a chance of 1 in 1,000 to err.',
    '',
    table(
      [...heads, 'at most', '95 % back, s', 'all back, s'],
      rows.map((row) => [
        NAMES[row.player],
        rounded(row.arrivals),
        row.peak,
        rounded(row.peak / fair, 2),
        rounded(row.rate, 1),
        rounded(row.rateAtMost, 1),
        rounded(row.most, 1),
        rounded(row.all, 1),
      ]),
    ),
  ].join('\n');
}

function shortfallsOf({ rows, ...plan }: Result): string[] {
  const earshot = rows.find(({ player }) => player === 'earshot');
  if (!earshot) return [];
  const most = (MOST_OVER * plan.channels) / plan.window;
  return [
    ...earshot.herds,
    ...(earshot.all === null ? ['not all came back'] : []),
    ...(earshot.rateAtMost > most
      ? [`up to ${earshot.rateAtMost.toFixed(1)} a second, more than ${most.toFixed(1)}`]
      : []),
  ];
}

const seen: PerPlayer<Seen>[] = [];
for (let round = 0; round < restarts; round++) {
  progress(`restart ${round + 1} of ${restarts}`);
  seen.push(await restart(round));
}
const rows = players.map((player): Row => {
  const own = seen.map((one) => one[player]);
  return {
    player,
    ...figuresOf(own, window, channels),
    herds: herds(own, window, channels),
  };
});
const result: Result = { channels, window, down, restarts, rows };
report(values, result, print, shortfallsOf(result));
