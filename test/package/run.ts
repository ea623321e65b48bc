// What npm ships, proved from the outside: CONTRIBUTING.md names the parts.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './exports.ts';
import type { Check, Part } from './part.ts';
import { api } from './parts/api.ts';
import { contracts } from './parts/contracts.ts';
import { newcomer } from './parts/newcomer.ts';
import { next } from './parts/next.ts';
import { pages } from './parts/pages.ts';
import { server } from './parts/server.ts';
import { size } from './parts/size.ts';
import { stage } from './parts/stage.ts';
import { tarball } from './parts/tarball.ts';
import { createTools } from './tools.ts';

const PARTS: readonly Part[] = [
  tarball,
  api,
  contracts,
  size,
  server,
  pages,
  stage,
  newcomer,
  next,
];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    without: { type: 'string', multiple: true },
    check: { type: 'boolean', default: false },
  },
});
const { only, without, check: isBounded } = values;
const names = PARTS.map(({ name }) => name);
const unknown = [...(only ?? []), ...(without ?? [])].filter((name) => !names.includes(name));
if (unknown.length) {
  console.error(`No such part: ${unknown.join(', ')}. There are ${names.join(', ')}.`);
  process.exit(2);
}
if (!existsSync(join(ROOT, 'dist/earshot.js'))) {
  console.error('dist/ is missing: npm run build makes it.');
  process.exit(2);
}

const count = { passed: 0, failed: 0 };

const check: Check = async (name, body) => {
  const began = performance.now();
  const took = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  try {
    const said = await body();
    count.passed++;
    console.log(`ok      ${name} (${took()})${typeof said === 'string' ? `: ${said}` : ''}`);
    return true;
  } catch (error) {
    count.failed++;
    console.log(`failed  ${name} (${took()})\n${error instanceof Error ? error.message : error}`);
    return false;
  }
};

const tools = await createTools();
try {
  for (const part of PARTS) {
    if (only && !only.includes(part.name)) continue;
    if (without?.includes(part.name)) continue;
    console.log(`-- ${part.name}`);
    // What a part needs before its first check may fail too.
    await part
      .run(tools, check, isBounded)
      .catch((error: unknown) => void check(part.name, () => Promise.reject(error)));
  }
} finally {
  await tools.close();
}
console.log(`\n${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed || !count.passed ? 1 : 0;
