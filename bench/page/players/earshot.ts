// Earshot, given nothing but the stage's document.
await bench.probe.ready;
const path: string = '/earshot/earshot.js';
const { listen } = (await import(path)) as typeof import('../../../src/index.ts');
const stage = new URLSearchParams(location.search).get('stage') ?? '';
const session = listen({ stage });
session.on('switch', (change) => {
  bench.probe.mark('switch', change);
  bench.source = change.to.kind;
});

declare global {
  interface Bench {
    /** To what kind of source it has changed last. */
    source?: string;
  }
}
