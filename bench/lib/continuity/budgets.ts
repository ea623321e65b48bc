import { median } from '../table.ts';
import type { Incident } from './incidents.ts';
import type { Outcome } from './outcome.ts';
import { TOLERANCE } from './tracks.ts';

/** What a fall may cost, ms. What the instrument does not see, 20 ms at one place, is no damage. */
interface Budget {
  readonly median: number;
  readonly worst: number;
  readonly lost: number;
  readonly twice: number;
}

const FALL: Budget = { median: 0, worst: 100, lost: 0, twice: 100 };

const BUDGETS: Record<Incident, Budget | null> = {
  killed: FALL,
  packetsStop: FALL,
  cdn: { median: 0, worst: 0, lost: 0, twice: 0 },
  narrow: FALL,
  // A page that comes late to its own seam hears some of it twice.
  slow: { ...FALL, worst: 500, twice: 500 },
  // The fall is budgeted above; what counts here is the way up.
  returns: null,
  // What counts is the sound that is made up, beside that of a plain client.
  loss10: null,
  loss20: null,
  jitter: null,
};

const CONCEALED_OF_PLAIN = 0.1;

const CLIMB = { silence: 50, lost: 0, notBefore: 60_000 };

/** Where Earshot does not keep its budgets. */
export function shortfalls(outcomes: readonly Outcome[]): string[] {
  const own = outcomes.filter(({ player }) => player === 'earshot');
  const kinds = [...new Set(own.map(({ incident }) => incident))];
  return kinds.flatMap((incident) => {
    const runs = own.filter((one) => one.incident === incident);
    const budget = BUDGETS[incident];
    if (incident === 'returns') return runs.flatMap(climbsShort);
    return budget ? fallsShort(incident, budget, runs) : concealsMore(incident, runs, outcomes);
  });
}

function fallsShort(incident: Incident, budget: Budget, runs: readonly Outcome[]): string[] {
  const usual = median(runs.map(({ silence }) => silence)) ?? 0;
  const over = (name: string, found: number, allowed: number) =>
    found > allowed ? [`${incident}: ${name} ${found.toFixed(0)} ms, allowed ${allowed}`] : [];
  return [
    ...over('silence, median,', usual, budget.median),
    ...runs.flatMap(({ run, silence, lost, twice, capped }) => [
      ...over(`run ${run}: silence`, silence, budget.worst),
      ...over(`run ${run}: lost`, lost, budget.lost),
      ...over(`run ${run}: twice`, twice, budget.twice),
      ...(capped ? [`${incident}: run ${run}: not heard any more`] : []),
    ]),
  ];
}

/** In the same run, on the same machine. */
function concealsMore(
  incident: Incident,
  runs: readonly Outcome[],
  all: readonly Outcome[],
): string[] {
  const usual = (of: readonly Outcome[]) => median(of.flatMap(({ concealed }) => concealed ?? []));
  const own = usual(runs) ?? 1;
  const plain = usual(all.filter((one) => one.incident === incident && one.player === 'plain'));
  if (plain === null || own <= CONCEALED_OF_PLAIN * plain) return [];
  const shares = `${(100 * own).toFixed(2)} % made up, a plain client ${(100 * plain).toFixed(2)} %`;
  return [`${incident}: ${shares}, allowed a tenth`];
}

function climbsShort({ run, climb, lost, said }: Outcome): string[] {
  const name = `returns: run ${run}`;
  if (!climb) return [`${name}: did not go up again`];
  const { silence, after } = climb;
  return [
    silence > CLIMB.silence && `${name}: ${silence.toFixed(0)} ms of silence on the way up`,
    lost > CLIMB.lost && `${name}: ${lost.toFixed(0)} ms lost`,
    // By the page's clock, whose notes are as exact as the instrument.
    after < CLIMB.notBefore - TOLERANCE && `${name}: went up ${after.toFixed(0)} ms after the fall`,
    !said && `${name}: no DELETE of the session that was lost`,
  ].filter((one) => one !== false);
}
