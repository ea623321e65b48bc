import { ROOT } from '../exports.ts';
import { run } from '../npm.ts';
import type { Part } from '../part.ts';

/** The README's table of sizes is what the command prints. */
export const size: Part = {
  name: 'size',
  async run(_, check) {
    await check("the README's sizes are current", async () => {
      await run(process.execPath, ['scripts/size.mjs', '--current'], { cwd: ROOT });
    });
  },
};
