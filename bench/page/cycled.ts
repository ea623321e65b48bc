// Earshot for a long time in one page, and a count of all that it holds there.
import type { Session } from '../../src/index.ts';

// Whatever nobody else holds is let go, or the count itself would be the leak.
const peers: WeakRef<RTCPeerConnection>[] = [];
const audio: WeakRef<AudioContext>[] = [];
const elements: WeakRef<HTMLMediaElement>[] = [];
const timers = new Set<unknown>();

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(config?: RTCConfiguration) {
    super(config);
    peers.push(new WeakRef(this));
  }
};
globalThis.AudioContext = class extends AudioContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    audio.push(new WeakRef(this));
  }
};
const { createElement } = Document.prototype;
Document.prototype.createElement = function (this: Document, ...given: [string]) {
  const element = createElement.apply(this, given);
  if (element instanceof HTMLMediaElement) elements.push(new WeakRef(element));
  return element;
} as typeof createElement;

const { setTimeout: start, clearTimeout: stop } = globalThis;
globalThis.setTimeout = ((callback: () => void, ms?: number) => {
  const id = start(() => {
    timers.delete(id);
    callback();
  }, ms);
  timers.add(id);
  return id;
}) as typeof setTimeout;
globalThis.clearTimeout = (id) => {
  timers.delete(id);
  stop(id);
};

const path: string = '/earshot/earshot.js';
const { listen } = (await import(path)) as typeof import('../../src/index.ts');
const stage = new URLSearchParams(location.search).get('stage') ?? '';
const session: Session = listen({ stage });
const troubles: string[] = [];
session.on('error', ({ code, message }) => troubles.push(`${code}: ${message}`));
addEventListener('unhandledrejection', ({ reason }) => troubles.push(`unhandled: ${reason}`));

const alive = <Item extends object>(refs: readonly WeakRef<Item>[]): Item[] =>
  refs.flatMap((ref) => ref.deref() ?? []);

/** What the page holds now. */
const held = () => ({
  peers: alive(peers).filter(({ connectionState }) => connectionState !== 'closed').length,
  audio: alive(audio).filter(({ state }) => state !== 'closed').length,
  elements: alive(elements).length,
  timers: timers.size,
});

/** What is heard, or nothing. */
const heard = (): string | null =>
  session.state.hearing ? (session.state.source?.kind ?? null) : null;

const cycled = { session, held, heard, troubles };

declare global {
  interface Bench {
    cycled: typeof cycled;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, cycled };
