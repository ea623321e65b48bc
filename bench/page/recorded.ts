// One Earshot listener whose sound is recorded, with what the SDK itself says of it.
import type { Switch } from '../../src/index.ts';

const EVERY = 100;

const query = new URLSearchParams(location.search);
const path: string = '/earshot/earshot.js';
const { listen } = (await import(path)) as typeof import('../../src/index.ts');
const { tap } = bench;

await tap.ready;
const session = listen({
  stage: query.get('stage') ?? '',
  ...(query.has('given') && { media: document.createElement('audio') }),
});
const switches: Switch[] = [];
session.on('switch', (change) => {
  switches.push(change);
  tap.mark('switch', change);
});
setInterval(() => {
  const { status, programTime } = session.state;
  const speed = tap.audible()[0]?.playbackRate ?? null;
  tap.mark('look', { status, programTime, speed });
}, EVERY);

const recorded = { session, switches };

declare global {
  interface Bench {
    recorded: typeof recorded;
  }
}

bench.recorded = recorded;
