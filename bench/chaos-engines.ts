// What real origins, servers, clocks and cables do to a listener, in three engines: is it heard again, how long was it
// silent, and how much did it ask meanwhile? With real media, by the sound that the engine decodes.
import { parseArgs } from 'node:util';
import { chosenOrigin } from './lib/bundle.ts';
import type { Engine } from './lib/engines/engine.ts';
import { ENGINES, type EngineName, openEngine, openSurroundings } from './lib/engines/installed.ts';
import { count, progress, report } from './lib/report.ts';
import { table } from './lib/table.ts';
import { FAULTS } from './matrix/faults.ts';
import { type Cell, live } from './matrix/live.ts';
import { hasNamespaces } from './matrix/namespace.ts';
import { hasNginx } from './matrix/nginx.ts';
import type { Fault } from './matrix/scene.ts';

/** More failures of one listener within ten seconds than this are a breach of invariant 1. */
const MOST_FAILED_IN_TEN = 10;
/** Draws and a busy machine are chance: who is worse lives it so often, the middle one counts, and each is told on the standard error. */
const RUNS_IF_WORSE = 3;

interface Row {
  readonly fault: string;
  /** `null`: the engine or the machine cannot. */
  readonly cells: Readonly<Partial<Record<EngineName, Cell | null>>>;
}

interface Result {
  readonly measured: string;
  readonly rows: readonly Row[];
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    engines: { type: 'string', default: ENGINES.join() },
    only: { type: 'string', multiple: true },
    'side-by-side': { type: 'string', default: '3' },
  },
});

const chosen = values.engines.split(',').map((text): EngineName => {
  const name = ENGINES.find((one) => one === text);
  if (!name) throw new Error(`--engines: not one of ${ENGINES.join(', ')}: ${text}`);
  return name;
});
const wanted = FAULTS.filter(
  ({ name }) => !values.only || values.only.some((text) => name.includes(text)),
);
if (!wanted.length) throw new Error('--only: no fault is named so');

const wrongIn = ({ isBack, silence, explained, failedInTen }: Cell): string[] =>
  [
    !isBack && 'not heard at the end',
    silence > explained &&
      `silent for ${silence.toFixed(1)} s, ${explained.toFixed(1)} s are explained`,
    failedInTen > MOST_FAILED_IN_TEN && `${failedInTen} failed requests within ten seconds`,
  ].filter((one) => one !== false);

const HEAD = `Earshot alone. Silence in s by the decoded sound, and behind it as much as the buffer and the policy's windows
explain; requests from the beginning of the fault to 20 s after its end, and how many of them failed.
-: the engine has no WebRTC, or the machine has no nginx, or no network namespaces.
`;

const print = ({ rows }: Result): string =>
  HEAD +
  table(
    ['fault', ...chosen.flatMap((name) => [name, 'silence', 'requests'])],
    rows.map(({ fault, cells }) => [
      fault,
      ...chosen.flatMap((name) => {
        const cell = cells[name];
        if (!cell) return ['-', '', ''];
        const { isBack, silence, explained, requests, failed } = cell;
        const verdict = wrongIn(cell).length ? 'WORSE' : 'recovered';
        return [
          isBack ? verdict : 'SILENT',
          `${silence.toFixed(1)} (${explained.toFixed(1)})`,
          `${requests} (${failed})`,
        ];
      }),
    ]),
  );

const machine = { nginx: hasNginx(), namespace: await hasNamespaces() };
const can = (name: EngineName, { needs }: Fault): boolean =>
  needs === 'webrtc' ? name !== 'webkit' : !needs || machine[needs];

async function cellOf(engine: Engine, fault: Fault): Promise<Cell> {
  const cells: Cell[] = [];
  do {
    const cell = await live(engine, fault);
    const wrong = wrongIn(cell);
    progress(
      `${engine.name}: ${fault.name}: ${wrong.join('; ') || `${cell.silence.toFixed(1)} s`}`,
    );
    if (values.explain) progress(cell.story);
    cells.push(cell);
    if (cells.length === 1 && !wrong.length) return cell;
  } while (cells.length < RUNS_IF_WORSE);
  const badness = (cell: Cell) => wrongIn(cell).length;
  cells.sort((one, other) => badness(one) - badness(other) || one.silence - other.silence);
  return cells[Math.floor(cells.length / 2)] as Cell;
}

const found = new Map<string, Cell | null>();
const around = await openSurroundings();
const sideBySide = count('side-by-side', values['side-by-side']);
try {
  await Promise.all(
    chosen.map(async (name) => {
      const waiting = wanted.filter((fault) => can(name, fault));
      const work = async () => {
        const engine = await openEngine(name, around);
        try {
          for (let fault = waiting.shift(); fault; fault = waiting.shift()) {
            found.set(`${name} ${fault.name}`, await cellOf(engine, fault));
          }
        } finally {
          await engine.close();
        }
      };
      await Promise.all(Array.from({ length: sideBySide }, work));
    }),
  );
} finally {
  await around.close();
}
const rows = wanted.map(
  (fault): Row => ({
    fault: fault.name,
    cells: Object.fromEntries(
      chosen.map((name) => [name, found.get(`${name} ${fault.name}`) ?? null]),
    ),
  }),
);
const shortfalls = rows.flatMap(({ fault, cells }) =>
  Object.entries(cells).flatMap(([name, cell]) =>
    cell ? wrongIn(cell).map((one) => `${name}: ${fault}: ${one}`) : [],
  ),
);
report(values, { measured: chosenOrigin(), rows }, print, shortfalls);
