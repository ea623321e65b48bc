import { ROOT } from '../exports.ts';
import { run } from '../npm.ts';
import type { Part } from '../part.ts';

/** The committed API reports are those of what is built. */
export const api: Part = {
  name: 'api',
  async run(_, check) {
    await check('docs/api is what is exported', async () => {
      await run(process.execPath, ['scripts/api.mjs', '--check'], { cwd: ROOT });
    });
  },
};
