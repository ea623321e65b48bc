import { memoryStore } from '../../src/stage-server/index.ts';
import { fileJournal } from '../../src/stage-server/node/file-journal.ts';
import { loadPrograms } from './assets.ts';
import { type Channel, createChannel } from './channel/channel.ts';
import type { StageChannel, StageChannelOptions } from './channel/stage-channel.ts';
import { TYPES } from './channel/tallies.ts';
import { createConsole } from './console.ts';
import { type DocumentOptions, SPREAD_SECONDS, stageDocument } from './document.ts';
import { type Fault, ORIGINS, type Origin, parseFault, parseOrigins } from './faults.ts';
import { createFloor } from './floor.ts';
import { createLedger, type RequestRecord } from './ledger.ts';
import { createLibrary } from './library.ts';
import { createMainHandler, type Routes } from './main-server.ts';
import { createOrigins } from './origins.ts';
import { createOwnServer, frozenWhile } from './own-server.ts';
import type { StageRange } from './playlist.ts';
import { openPort, type Port } from './port.ts';
import type { DoorState, StageDoor, StageDoorOptions } from './stage-door.ts';
import { createSwitchboard } from './switchboard.ts';
import { createTimeline } from './timeline.ts';
import { createWhep, type Whep, type WhepOptions } from './whep/whep.ts';

export type {
  DoorState,
  Fault,
  Origin,
  RequestRecord,
  StageChannel,
  StageChannelOptions,
  StageDoor,
  StageDoorOptions,
  WhepOptions,
};

const WINDOW_SECONDS = 90;
const ALREADY_ON_AIR_MS = 120_000;
const MOST_REMEMBERED = 50_000;

export interface StageOptions {
  /** Of the main server; 0 is any. */
  port?: number;
  ports?: { a?: number; b?: number };
  /** What the sources of the stage document point to. */
  program?: 'talk' | 'sweep' | 'coded';
  windowSeconds?: number;
  startsAt?: number;
  now?: () => number;
  /** Merged into the served stage document. */
  document?: Partial<Record<string, unknown>>;
  /** Date ranges of the playlists, which may grow. Default: none. */
  ranges?: () => readonly StageRange[];
  /** Other paths of the main server. */
  routes?: Routes;
  /** Puts a source of the same talk behind a door, as the best of the ladder. Default: no door. */
  door?: StageDoorOptions;
  /** Makes WHEP the best of the ladder, behind the door if there is one, and LL-HLS the next. */
  whep?: boolean | WhepOptions;
  /** Opens a channel, and names it in the document. */
  channel?: boolean | StageChannelOptions;
  /** Counts the connections that come while an origin refuses, instead of closing its port. */
  countRefused?: boolean;
}

export interface Stage {
  url: string;
  /** Base URLs. */
  cdn: { a: string; b: string };
  documentUrl: string;
  setFault(origin: Origin | 'all', fault: Fault): Promise<void>;
  fault(origin: Origin): Fault;
  end(): Promise<void>;
  /** null without the option. */
  door: StageDoor | null;
  /** null without the option. */
  whep: Pick<Whep, 'sessions' | 'pid'> | null;
  /** null without the option. */
  channel: StageChannel | null;
  /** Bounded, newest last. */
  requests: RequestRecord[];
  onRequest(listener: (record: RequestRecord) => void): () => void;
  close(): Promise<void>;
}

/** Starts a live stage: a main server with the stage document and the console, and two CDNs. */
export async function startStage(options: StageOptions = {}): Promise<Stage> {
  const { now = Date.now, ports = {}, windowSeconds = WINDOW_SECONDS } = options;
  const startsAt = options.startsAt ?? now() - Math.max(ALREADY_ON_AIR_MS, windowSeconds * 1000);
  const timeline = createTimeline({ now, startsAt, windowSeconds });
  const ledger = createLedger();
  const listening: Partial<Record<Origin, Port>> = {};
  const origins: readonly Origin[] = [
    ...ORIGINS,
    ...(options.door ? (['floor'] as const) : []),
    ...(options.whep ? (['whep'] as const) : []),
    ...(options.channel ? (['channel'] as const) : []),
  ];
  const switchboard = createSwitchboard(origins, now, async (origin, fault) => {
    // The main server stays open for the console: it resets each request that it is to refuse.
    if (origin === 'a' || origin === 'b') await listening[origin]?.setOpen(fault.kind !== 'refuse');
    if (origin === 'whep') await whep?.obey(fault);
    if (origin === 'channel') channel?.obey(fault);
  });
  const cdn = { a: '', b: '' };
  const { program = 'talk', document: overrides = {} } = options;
  const base = () => listening.stage?.url ?? '';
  const channelOptions = options.channel === true ? {} : options.channel || null;
  const { ping = 25, pace = 5, terminal = [], types = {} } = channelOptions ?? {};
  const journal = channelOptions?.journal ? fileJournal(channelOptions.journal) : undefined;
  const store = memoryStore({ now, journal });
  // Before the server starts, which asks for the document.
  const accepted = await store.inbox(0, MOST_REMEMBERED);
  const server = createOwnServer({
    door: options.door ?? null,
    channel: channelOptions && { ping, pace, terminal, types: { ...TYPES, ...types } },
    spread: typeof overrides.spread === 'number' ? overrides.spread : SPREAD_SECONDS,
    store,
    now,
    document: frozenWhile(
      () => switchboard.state('stage').fault.kind === 'frozen',
      (published) => stageDocument(document, published),
    ),
  });
  const floor = options.door ? createFloor(server, options.door, now) : null;
  const whep = options.whep
    ? createWhep({
        options: options.whep === true ? {} : options.whep,
        floor,
        timeline,
        ledger,
        state: switchboard.state,
      })
    : null;
  const whepUrl = whep && (() => `${base()}${whep.root}/${program}`);
  const channel: Channel | null = channelOptions
    ? createChannel({
        server,
        accepted,
        moves: channelOptions.moves ?? 0,
        program,
        base,
        ledger,
        state: switchboard.state,
        now,
      })
    : null;
  const document: DocumentOptions = {
    timeline,
    program,
    cdn,
    overrides,
    floor: floor && {
      base,
      ticketsUrl: () => `${base()}/floor/tickets`,
      passesUrl: () => `${base()}/floor/passes`,
    },
    whepUrl,
    channel,
  };
  const library = createLibrary(timeline, loadPrograms(), options.ranges);
  const handlers = createOrigins({ timeline, library, switchboard, ledger, server, floor });
  const console = createConsole(switchboard, ledger, floor, channel, now);
  const routes = options.routes ?? (() => false);

  async function close(): Promise<void> {
    console.close();
    await switchboard.close();
    await whep?.close();
    channel?.end();
    await server.close();
    await Promise.all(ORIGINS.map((origin) => listening[origin]?.close()));
  }

  try {
    await whep?.start();
    for (const name of ['a', 'b'] as const) {
      const refused = () => ledger.addRefused(name, now());
      const onRefused = options.countRefused ? refused : undefined;
      const port = await openPort({ port: ports[name] ?? 0, handler: handlers[name], onRefused });
      listening[name] = port;
      cdn[name] = port.url;
    }
    const handler = createMainHandler(
      handlers.stage,
      floor && handlers.floor,
      whep,
      console,
      routes,
    );
    const main = await openPort({
      port: options.port ?? 0,
      handler,
      onUpgrade: channel?.onUpgrade,
    });
    listening.stage = main;
    // Now that the URLs are known.
    await server.ready;
    await server.refresh();
    return {
      url: main.url,
      cdn,
      documentUrl: `${main.url}/stage.json`,
      async setFault(origin, fault) {
        const wanted = parseFault(fault);
        await Promise.all(
          parseOrigins(origin, origins, wanted).map((name) => switchboard.set(name, wanted)),
        );
      },
      fault: (origin) => switchboard.state(origin).fault,
      async end() {
        timeline.end();
        await server.refresh();
      },
      door: floor,
      whep,
      channel,
      requests: ledger.records,
      onRequest: ledger.onRequest,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
