const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

/** Mocha itself lets a rejection pass that nobody handles. */
export const mochaHooks = {
  async afterEach(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const [first] = unhandled.splice(0);
    if (first !== undefined) throw first;
  },
};
