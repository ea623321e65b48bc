import { join } from 'node:path';
import { ROOT } from '../exports.ts';
import { run } from '../npm.ts';
import type { Part } from '../part.ts';

const bin = (name: string): string => join(ROOT, 'node_modules/.bin', name);

/** What the linters of packages say to the tarball. */
export const tarball: Part = {
  name: 'tarball',
  async run(tools, check) {
    const packed = await tools.tarball();
    await check('publint', async () => {
      await run(bin('publint'), ['run', packed, '--strict'], { cwd: ROOT });
    });
    await check('attw', async () => {
      // ESM alone is meant: it needs neither `require` nor the resolution of Node 10, which knows no subpaths.
      await run(bin('attw'), [packed, '--profile', 'esm-only', '--no-emoji'], { cwd: ROOT });
    });
  },
};
