const LOOK_EVERY = 50;

/** Resolves as soon as `condition` holds; rejects, saying what was waited for, after `most` ms. */
export const until = (
  what: string,
  condition: () => boolean | Promise<boolean>,
  most = 30_000,
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
