import { progress } from './report.ts';

/** As many pages at once as two cores play without a break. */
const SIDE_BY_SIDE = 2;
const TRIES = 3;

/**
 * Lets runs pass, two at a time; one that throws is tried again, twice at most.
 *
 * @param done called for each run, in order, and only while none is live: the stages live in this process.
 */
export async function sideBySide<Run, Lived>(
  runs: readonly Run[],
  nameOf: (run: Run) => string,
  live: (run: Run) => Promise<Lived>,
  done: (run: Run, lived: Lived) => void,
): Promise<void> {
  for (let first = 0; first < runs.length; first += SIDE_BY_SIDE) {
    const now = runs.slice(first, first + SIDE_BY_SIDE);
    progress(`${first + 1} of ${runs.length}: ${now.map(nameOf).join(', and ')}`);
    const lived = await Promise.all(now.map((run) => tried(() => live(run))));
    for (const [index, run] of now.entries()) done(run, lived[index] as Lived);
  }
}

async function tried<Lived>(live: () => Promise<Lived>): Promise<Lived> {
  for (let tries = 1; ; tries++) {
    try {
      return await live();
    } catch (error) {
      if (tries === TRIES) throw error;
      progress(`  once more: ${error}`);
    }
  }
}
