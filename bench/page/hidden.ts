// A listener in a tab that nobody looks at: what its state showed, how late its timers were, and where it had no sound.
// Its sound is recorded only if the query says `recorded`: Firefox slows down no page that has an audio graph.
import type { Session } from '../../src/index.ts';

const QUIET = 0.02;
const BLOCK_FRAMES = 480;
const TICK_MS = 100;

const query = new URLSearchParams(location.search);

interface Tick {
  readonly at: number;
  /** Since the one before, ms. */
  readonly after: number;
}

/** A deadline that the state showed, epoch ms. */
interface Shown {
  readonly at: number;
  readonly until: number;
}

const ticks: Tick[] = [];
const shown: Shown[] = [];
const dialled: Shown[] = [];
const told: string[] = [];
let session: Session | undefined;
const reel = query.has('recorded') ? await record() : null;

async function record() {
  await import('./probe.ts');
  const { reel } = await import('./reel.ts');
  // What is recorded sounds as well: Chromium slows down a page that nobody can hear.
  reel.sum.connect(reel.context.destination);
  document.addEventListener('click', () => void reel.context.resume());
  return reel;
}

let last = Date.now();
const tick = () => {
  const at = Date.now();
  ticks.push({ at, after: at - last });
  last = at;
  setTimeout(tick, TICK_MS);
};
tick();

const show = (all: Shown[], until: number | undefined) => {
  if (until && Number.isFinite(until) && all.at(-1)?.until !== until) {
    all.push({ at: Date.now(), until });
  }
};

const follow = ({ state }: Session) => {
  show(shown, state.status === 'waiting' ? state.wait.until : state.queue?.turn);
  show(dialled, state.channel.wait?.until);
};

const start = async () => {
  const path: string = '/earshot/earshot.js';
  const { channel, listen } = (await import(path)) as typeof import('../../src/index.ts');
  const options = query.has('channel') ? { channel: channel({ tabs: false }) } : {};
  const own = listen({ stage: query.get('url') ?? '', ...options });
  session = own;
  own.subscribe(() => follow(own));
  own.on('error', ({ code, message }) => told.push(`${Date.now()} ${code}: ${message}`));
};

/** Stretches without sound of 60 ms and more since `from`, in order; the last one may go on. Epoch ms. */
const quiet = (from: number): [from: number, to: number][] => {
  const all: [number, number][] = [];
  for (const [begin, end] of reel?.stretchesBelow(QUIET, BLOCK_FRAMES) ?? []) {
    if (end - begin >= 60 && end > from) all.push([Math.max(from, begin), end]);
  }
  return all;
};

/** What the lane asks. @param from since when, epoch ms. */
const look = (from: number) => {
  const state = session?.state;
  const now = Date.now();
  const own = ticks.filter(({ at }) => at > from);
  return {
    now,
    visibility: document.visibilityState,
    status: state?.status,
    hearing: state?.hearing === true,
    source: state?.source?.url ?? '',
    channel: state?.channel.status,
    /** How far apart timers of 100 ms were on average, ms. */
    pace: (now - from) / Math.max(1, own.length),
    slowest: Math.max(0, ...own.map(({ after }) => after)),
    shown: shown.filter(({ at }) => at > from),
    dialled: dialled.filter(({ at }) => at > from),
    told,
  };
};

const hidden = { look, quiet, pause: () => session?.pause() };

export type Look = ReturnType<typeof look>;

declare global {
  interface Bench {
    hidden: typeof hidden;
  }
}

globalThis.bench = { ...globalThis.bench, hidden };
if (query.has('url')) document.addEventListener('click', () => void start(), { once: true });
document.body.append('Press to listen');
