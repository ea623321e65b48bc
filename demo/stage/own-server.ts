import { createStage, memoryStore, type StageServer } from '../../src/stage-server/index.ts';
import type { Store } from '../../src/stage-server/store/store.ts';
import { idle } from './idle.ts';
import type { StageDoorOptions } from './stage-door.ts';

/** The name of the stage's one door. */
export const FLOOR = 'floor';

const CAPACITY = 20;
const LISTENERS = 200;
/** All listeners of a bench come from one address. */
const MOST_SOCKETS = 1_000_000;
const CHECKED_EVERY_MS = 20;

/** What the demo's stage is made of. */
export interface OwnServerParts {
  /** `null`: no door. */
  readonly door: StageDoorOptions | null;
  /** `null`: no channel. */
  readonly channel: {
    readonly ping: number;
    readonly pace: number;
    readonly terminal: readonly number[];
    readonly types: Readonly<Record<string, (payload: unknown) => boolean>>;
  } | null;
  /** Default: the memory of this process, forgotten with it. */
  readonly store?: Store | undefined;
  /** Of the stage document, seconds. */
  readonly spread: number;
  readonly now: () => number;
  /** Has the last word on the stage document. */
  document(published: Record<string, unknown>): Record<string, unknown>;
}

/** The server of `earshot/stage-server`, as the demo runs it: its door and its channel, and a document of our own. */
export function createOwnServer(parts: OwnServerParts): StageServer {
  const { door, channel, now, spread, document } = parts;
  const { capacity = CAPACITY, listeners = LISTENERS, tickets = false, ...rest } = door ?? {};
  return createStage({
    stage: 'embedded',
    secrets: [crypto.getRandomValues(new Uint8Array(32))],
    // The document has sources of its own, whose URLs are known only when the ports are open.
    state: 'scheduled',
    metrics: 'off',
    doors: door ? { [FLOOR]: { ...rest, capacity, listeners, tickets } } : {},
    spread,
    tickets: { perMinute: 1_000_000, burst: 1_000_000 },
    channel: channel
      ? {
          ...{ ping: channel.ping, pace: channel.pace, terminal: [...channel.terminal] },
          socketsPerAddress: MOST_SOCKETS,
        }
      : false,
    messages: channel?.types,
    store: parts.store ?? memoryStore({ now }),
    timers: { now, after: now === Date.now ? afterReal : afterOf(now) },
    document,
  });
}

const afterReal = (ms: number, run: () => void) => {
  const timer = idle(setTimeout(run, ms));
  return () => clearTimeout(timer);
};

/** On a clock that somebody else turns. */
const afterOf = (now: () => number) => (ms: number, run: () => void) => {
  const due = now() + ms;
  const check = () => {
    if (now() < due) return;
    clearInterval(timer);
    run();
  };
  const timer = idle(setInterval(check, CHECKED_EVERY_MS));
  return () => clearInterval(timer);
};

type Document = Record<string, unknown>;

/** The document of the moment at which the stage was frozen, while it is. */
export function frozenWhile(
  isFrozen: () => boolean,
  document: (published: Document) => Document,
): (published: Document) => Document {
  let last: Document | null = null;
  return (published) => {
    if (!last || !isFrozen()) last = document(published);
    return last;
  };
}
