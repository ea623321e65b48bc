import type { StageClock } from './clock.ts';
import type { CompleteConfig } from './config-types.ts';
import type { Edition, Finish, Places } from './edition.ts';
import { nextEdition } from './keeper.ts';
import type { StageLog } from './options.ts';
import { type StageSettings, settingsOf } from './settings.ts';
import type { NodeStats } from './stats.ts';
import type { Cursor, DoorCounts, DoorKey, News, Store } from './store/store.ts';
import { createStoreHealth } from './store-health.ts';

/** The parts that a node's view of the stage stands on. */
export interface SyncParts {
  readonly store: Store;
  readonly clock: StageClock;
  readonly config: CompleteConfig;
  /** Identifies this start of this process. */
  readonly node: string;
  readonly places: Places;
  readonly finish: Finish;
  readonly log: StageLog | null;
  /** What this node tells the others. */
  status(isKeeper: boolean): NodeStats;
  onSettings(settings: StageSettings, before: StageSettings | null): void;
  onEdition(edition: Edition, before: Edition | null): void;
  onFrames(news: Pick<News, 'head' | 'frames'>): void;
  /** Once a second, whether or not the store answers. */
  onBeat(): void;
  onRender(): void;
  onStoreError(): void;
}

/** What a node knows of the stage, and keeps fresh. */
export interface Sync {
  /** `null` before the first pull. */
  readonly settings: StageSettings | null;
  /** `null` before the first edition. */
  readonly edition: Edition | null;
  readonly nodes: readonly NodeStats[];
  readonly isKeeper: boolean;
  /** Ms since the store last answered. */
  readonly storeAge: number;
  /** Resolves with the first edition. */
  readonly ready: Promise<void>;
  /** Gets what is not here yet, at once. Never rejects. */
  pull(): Promise<void>;
  /**
   * Replaces the settings.
   *
   * @throws what `change` throws, and an Error if the store is unreachable.
   */
  change(change: (settings: StageSettings) => StageSettings): Promise<void>;
  /** Beats at once: the keeper makes the next edition. Never rejects. */
  refresh(): Promise<void>;
  /** Says good-bye to the other nodes. */
  stop(): Promise<void>;
}

const PULL_MS = 100;
const BEAT_MS = 1_000;
const NODE_LIFE_MS = 3_000;
const MOST_TRIES = 10;
const NOTHING: ReadonlyMap<string, DoorCounts> = new Map();

/** A hash of a text (FNV-1a), to tell texts apart. It keeps nobody out. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** Starts to keep a node's view fresh. */
export function createSync(parts: SyncParts): Sync {
  const { store, clock, config, node, places, finish, log } = parts;
  /** The same on all nodes that were started with this configuration. */
  const id = hashOf(JSON.stringify(config));
  let cursor: Cursor = { position: null, edition: 0, settings: 0 };
  let settings: StageSettings | null = null;
  let edition: Edition | null = null;
  let editionText = '';
  let nodes: readonly NodeStats[] = [];
  let fence: number | null = null;
  const health = createStoreHealth(clock, log, parts.onStoreError);
  /** Settings that the store had, and has lost. */
  let lost: StageSettings | null = null;
  let isSeeded = false;
  let pulling: Promise<void> | null = null;
  let isPullDue = false;
  let publishing = Promise.resolve();
  let isStopped = false;
  let settleReady = () => {};
  const ready = new Promise<void>((resolve) => {
    settleReady = resolve;
  });

  function keep(next: number | null): void {
    const isKeeper = next !== null;
    if (isKeeper !== (fence !== null)) {
      log?.info({ node }, `${isKeeper ? 'This' : 'Another'} node keeps the doors.`);
    }
    fence = next;
  }

  function keysOf(): DoorKey[] {
    return Object.entries(settings?.doors ?? {}).map(([door, { epoch }]) => ({ door, epoch }));
  }

  /** The first node writes the settings, and one that was started with another configuration. */
  async function seed(): Promise<void> {
    if (isSeeded) return;
    if (settings?.config !== id) {
      const first = settingsOf(config, id, clock.now(), settings);
      const isWritten = await store.change(cursor.settings, JSON.stringify(first));
      // Another node was faster: its settings come with the next pull.
      isPullDue = true;
      if (!isWritten) return;
    }
    isSeeded = true;
  }

  function adopt(news: News): void {
    const { head } = news;
    const isLost = cursor.position !== null && cursor.position.epoch !== head.epoch;
    if (isLost) {
      log?.error({ epoch: head.epoch }, 'The store has lost its data.');
      cursor = { position: null, edition: 0, settings: 0 };
      if (!news.settings) lost = settings;
    }
    // Another node was faster.
    if (news.settings) lost = null;
    cursor = {
      position: head,
      edition: news.edition?.version ?? cursor.edition,
      settings: news.settings?.version ?? cursor.settings,
    };
    if (news.settings) {
      const before = settings;
      settings = JSON.parse(news.settings.text) as StageSettings;
      parts.onSettings(settings, before);
    }
    if (news.edition) takeEdition(news.edition.text);
    parts.onFrames(news);
  }

  /** Puts back what this node still knows. If the call fails, the next pull tries again. */
  async function rewrite(): Promise<void> {
    if (!lost) return;
    await store.change(0, JSON.stringify(lost));
    lost = null;
    isPullDue = true;
  }

  async function pullOnce(): Promise<void> {
    isPullDue = false;
    const sentAt = clock.local();
    try {
      const news = await store.pull(cursor);
      clock.correct(news.now, sentAt);
      health.answered();
      adopt(news);
      await rewrite();
      await seed();
      if (fence !== null && news.settings) await publish(NOTHING);
    } catch (error) {
      health.unanswered(error);
    }
  }

  async function pullUntilDone(): Promise<void> {
    do await pullOnce();
    while (isPullDue && !isStopped);
  }

  function pull(): Promise<void> {
    if (pulling) {
      // One on its way may have been answered before what is asked for.
      isPullDue = true;
      return pulling;
    }
    pulling = pullUntilDone().finally(() => {
      pulling = null;
    });
    return pulling;
  }

  function takeEdition(text: string): void {
    // What this node has made itself comes back with the next pull.
    if (text === editionText) return;
    editionText = text;
    const before = edition;
    edition = JSON.parse(text) as Edition;
    parts.onEdition(edition, before);
    settleReady();
  }

  async function publishOnce(counts: ReadonlyMap<string, DoorCounts>): Promise<void> {
    if (fence === null || !settings) return;
    const now = clock.now();
    const version = cursor.settings;
    const next = nextEdition({ before: edition, settings, version, counts, now, places, finish });
    if (!next) return;
    parts.onRender();
    const text = JSON.stringify(next);
    if (await store.keep(fence, text)) takeEdition(text);
    else keep(null);
  }

  /** Makes the next edition, as the keeper. One after the other, since each is made from the one before. */
  function publish(counts: ReadonlyMap<string, DoorCounts>): Promise<void> {
    const next = publishing.then(() => publishOnce(counts));
    publishing = next.catch(() => {});
    return next;
  }

  async function beat(): Promise<void> {
    parts.onBeat();
    const doors = keysOf();
    try {
      const status = JSON.stringify(parts.status(fence !== null));
      const result = await store.beat({ node, status, life: NODE_LIFE_MS, isLast: false, doors });
      nodes = result.nodes.map((one) => JSON.parse(one.status) as NodeStats);
      keep(result.fence);
      const counts = doors.map(({ door }, index) => [door, result.counts[index]] as const);
      const known = counts.filter((entry): entry is [string, DoorCounts] => !!entry[1]);
      await publish(new Map(known));
    } catch (error) {
      // Whether this node still keeps the doors is not known: the store decides with the next edition.
      health.unanswered(error);
    }
  }

  async function start(): Promise<void> {
    await pull();
    if (!isStopped) await beat();
  }

  const stopPulling = clock.every(PULL_MS, pull);
  let stopBeating = clock.every(BEAT_MS, beat);
  void start();

  return {
    get settings() {
      return settings;
    },
    get edition() {
      return edition;
    },
    get nodes() {
      return nodes;
    },
    get isKeeper() {
      return fence !== null;
    },
    get storeAge() {
      return health.age;
    },
    ready,
    pull,
    async refresh() {
      if (isStopped) return;
      // The next beat is due a second after this one: two editions in one moment would count its joins as no time at all.
      stopBeating();
      stopBeating = clock.every(BEAT_MS, beat);
      await beat();
    },
    async change(change) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        if (!settings) throw new Error('The stage is starting.');
        const next = change(settings);
        if (await store.change(cursor.settings, JSON.stringify(next))) return pull();
        await pull();
      }
      throw new Error('Others changed the settings at the same time.');
    },
    async stop() {
      isStopped = true;
      fence = null;
      stopPulling();
      stopBeating();
      const status = JSON.stringify(parts.status(false));
      await store
        .beat({ node, status, life: 0, isLast: true, doors: [] })
        .catch((error) => health.failed(error, 'The other nodes learn late that this one stops.'));
    },
  };
}
