const WIDTH = 24;
/** Where nothing can be drawn over, a line for every so much is enough. */
const SPARSE = 0.25;

/** A bar on the standard error for one run; where that is no terminal, a line now and then. */
export function barOf(name: string): { at(done: number): void; end(): void } {
  const { stderr } = process;
  let told = 0;
  if (!stderr.isTTY) {
    return {
      at(done) {
        if (done < told + SPARSE) return;
        told = Math.floor(done / SPARSE) * SPARSE;
        stderr.write(`${name}: ${Math.round(told * 100)} %\n`);
      },
      end: () => stderr.write(`${name}: done\n`),
    };
  }
  return {
    at(done) {
      if (done < told + 0.01) return;
      told = done;
      const full = Math.round(done * WIDTH);
      const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
      stderr.write(`\r\x1b[K${bar} ${String(Math.round(done * 100)).padStart(3)} %  ${name}`);
    },
    end: () => stderr.write('\r\x1b[K'),
  };
}
