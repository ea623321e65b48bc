// Earshot, given nothing but the stage's document.
await bench.probe.ready;
const path: string = '/earshot/earshot.js';
const { listen } = (await import(path)) as typeof import('../../../src/index.ts');
const stage = new URLSearchParams(location.search).get('stage') ?? '';
const session = listen({ stage });
session.on('switch', (change) => bench.probe.mark('switch', change));
session.on('error', ({ code, message }) => bench.probe.mark('error', `${code}: ${message}`));

export {};
