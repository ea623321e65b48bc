import type { IncidentName } from '../../src/herd/index.ts';
import { EARSHOT, type Row } from './herd-rows.ts';

/** The most that Earshot may take. Times are shares of N/C. */
interface Budget {
  readonly in?: number;
  readonly peak?: number;
  readonly requests?: number;
  readonly documents?: number;
  readonly refusedPerAdmitted?: number;
  /** Requests as in `doors-open`, and no turn is lost. */
  readonly asWithout?: true;
}

const orderly = { in: 1.1, peak: 1.25, requests: 1.2, documents: 12 };
const undisturbed = { peak: 1.25, asWithout: true } as const;

const BUDGETS: Readonly<Record<IncidentName, Budget>> = {
  'doors-open': orderly,
  restart: orderly,
  'forty-five-minutes': { in: 1.3, refusedPerAdmitted: 1 },
  'guess-too-fast': { in: 1.25 },
  'guess-too-slow': { in: 1.25 },
  'no-hint': { in: 2.1, requests: 8 },
  return: undisturbed,
  'reload-storm': undisturbed,
};

const HEARING = 60;
const AS_WITHOUT = 0.02;

/** What a run of doors-open took. */
export interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
}

const MOST: Cost = { seconds: 10, megabytes: 1_000 };

/** Joins asked of an origin that stood, per listener. */
export const asked = ({ requests, requestsWhileDown }: Row): number => requests - requestsWhileDown;

const over = (what: string, found: number | null, most: number | undefined) =>
  most !== undefined &&
  (found === null || found > most) &&
  `${what} ${found?.toFixed(3) ?? 'never'}, at most ${most}`;

function shortfallsOf(row: Row, calm: Row | undefined): string[] {
  const budget = BUDGETS[row.incident];
  const { admitted, limit, hearing, lostTurns } = row;
  const within = admitted.p999 === null ? null : admitted.p999 / limit;
  const wrong = [
    over('99.9 % in, of N/C:', within, budget.in),
    over('peak, of C:', row.peak, budget.peak),
    over('requests', asked(row), budget.requests),
    over('documents', row.documents, budget.documents),
    over('refused for each admitted', row.refusedPerAdmitted, budget.refusedPerAdmitted),
    over('99 % hear after, s:', hearing.p99, HEARING),
    budget.asWithout && over('lost turns', lostTurns, 0),
    budget.asWithout && calm && over('requests', asked(row), asked(calm) + AS_WITHOUT),
  ];
  return wrong.filter((one) => typeof one === 'string').map((one) => `${row.incident}: ${one}`);
}

/** The figures of Earshot that fall short. */
export function herdShortfalls(rows: readonly Row[], cost: Cost | null): string[] {
  const own = rows.filter(({ client }) => client === EARSHOT);
  const calm = own.find(({ incident }) => incident === 'doors-open');
  const costly = cost && [
    over('the run took, s:', cost.seconds, MOST.seconds),
    over('the run took, MB:', cost.megabytes, MOST.megabytes),
  ];
  const wrong = (costly ?? []).filter((one) => typeof one === 'string');
  return [...own.flatMap((row) => shortfallsOf(row, calm)), ...wrong];
}
