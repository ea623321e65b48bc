import { journalBench, memoryBench } from '../../stage-server/store-bench.ts';
import { storeCases } from '../../stage-server/store-cases.ts';

describe('a store in memory', () => {
  for (const [name, run] of storeCases) it(name, () => run(memoryBench()));
});

describe('a store in memory with a journal, reopened in the middle', () => {
  for (const [name, run] of storeCases) it(name, () => run(journalBench()));
});
