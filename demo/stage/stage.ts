import { createConsole } from './console.ts';
import type { DocumentOptions } from './document.ts';
import { type Fault, ORIGINS, type Origin, parseFault, parseOrigins } from './faults.ts';
import { createLedger, type RequestRecord } from './ledger.ts';
import { createLibrary } from './library.ts';
import { createMainHandler, type Routes } from './main-server.ts';
import { createOrigins } from './origins.ts';
import { openPort, type Port } from './port.ts';
import { createSwitchboard } from './switchboard.ts';
import { createTimeline } from './timeline.ts';

export type { Fault, Origin, RequestRecord };

const WINDOW_SECONDS = 90;
const ALREADY_ON_AIR_MS = 120_000;

export interface StageOptions {
  /** Of the main server; 0 is any. */
  port?: number;
  ports?: { a?: number; b?: number };
  /** What the sources of the stage document point to. */
  program?: 'talk' | 'sweep';
  windowSeconds?: number;
  startsAt?: number;
  now?: () => number;
  /** Merged into the served stage document. */
  document?: Partial<Record<string, unknown>>;
  /** Other paths of the main server. */
  routes?: Routes;
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
  end(): void;
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
  const switchboard = createSwitchboard(now, async (origin, open) => {
    // The main server stays open for the console: a refusing document is reset at each request.
    if (origin !== 'stage') await listening[origin]?.setOpen(open);
  });
  const cdn = { a: '', b: '' };
  const { program = 'talk', document: overrides = {} } = options;
  const document: DocumentOptions = { timeline, program, cdn, overrides };
  const library = createLibrary(timeline);
  const origins = createOrigins({ timeline, library, switchboard, ledger, document });
  const console = createConsole(switchboard, ledger, now);
  const routes = options.routes ?? (() => false);

  async function close(): Promise<void> {
    console.close();
    await switchboard.close();
    await Promise.all(ORIGINS.map((origin) => listening[origin]?.close()));
  }

  try {
    for (const name of ['a', 'b'] as const) {
      const refused = () => ledger.addRefused(name, now());
      const onRefused = options.countRefused ? refused : undefined;
      const port = await openPort({ port: ports[name] ?? 0, handler: origins[name], onRefused });
      listening[name] = port;
      cdn[name] = port.url;
    }
    const handler = createMainHandler(origins.stage, console, routes);
    const main = await openPort({ port: options.port ?? 0, handler });
    listening.stage = main;
    return {
      url: main.url,
      cdn,
      documentUrl: `${main.url}/stage.json`,
      async setFault(origin, fault) {
        const wanted = parseFault(fault);
        await Promise.all(parseOrigins(origin).map((name) => switchboard.set(name, wanted)));
      },
      fault: (origin) => switchboard.state(origin).fault,
      end: timeline.end,
      requests: ledger.records,
      onRequest: ledger.onRequest,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
