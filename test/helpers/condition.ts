const LOOK_EVERY = 50;
/** Ends what hangs, and judges nobody's speed: a hundred times what most conditions take. */
const HANGS_AFTER = 600_000;

/** Resolves as soon as `condition` holds; rejects, saying what was waited for, after `most` ms. */
export const until = (
  what: string,
  condition: () => boolean | Promise<boolean>,
  most = HANGS_AFTER,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const deadline = performance.now() + most;
    const look = async () => {
      if (await condition()) return resolve();
      if (performance.now() > deadline)
        return reject(new Error(`Waited ${most} ms until ${what}.`));
      setTimeout(() => look().catch(reject), LOOK_EVERY);
    };
    look().catch(reject);
  });
