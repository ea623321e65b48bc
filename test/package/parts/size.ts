import { ROOT } from '../exports.ts';
import { run } from '../npm.ts';
import type { Part } from '../part.ts';

/** The table of docs/size.md is what the command prints. */
export const size: Part = {
  name: 'size',
  async run(_, check) {
    await check('the sizes in docs/size.md are current', async () => {
      await run(process.execPath, ['scripts/size.mjs', '--current'], { cwd: ROOT });
    });
  },
};
