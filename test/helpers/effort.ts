import fc from 'fast-check';

/** How many times the usual runs a property gets. `npm run verify` sets it, and draws new seeds. */
const EFFORT = Math.max(1, Number(globalThis.process?.env.EARSHOT_EFFORT ?? 1));

/** The runs of a property: enough for `npm test` to find what it was written for. */
export const runs = (usual: number): number => Math.ceil(usual * EFFORT);

// The same draws each time, so that the same code has the same verdict; others where there is time for more.
fc.configureGlobal({ ...(EFFORT === 1 && { seed: 20_261_122 }), numRuns: runs(100) });
