// A listener whose session is recorded.
import type { Session } from '../../src/index.ts';

const path: string = '/earshot/earshot.js';
const { channel, listen } = (await import(path)) as typeof import('../../src/index.ts');
const stage = new URLSearchParams(location.search).get('stage') ?? '';
const night: Session = listen({ stage, channel: channel(), record: true });

declare global {
  interface Bench {
    night: Session;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, night };
