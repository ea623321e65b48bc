import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { CORS, json, send } from '../answers.ts';
import { deliver, letsThrough } from '../delivery.ts';
import type { Fault } from '../faults.ts';
import type { Floor } from '../floor.ts';
import { describe, type Ledger } from '../ledger.ts';
import type { Switchboard } from '../switchboard.ts';
import type { Timeline } from '../timeline.ts';
import { createEndpoint } from './endpoint.ts';
import { createWhepSessions } from './sessions.ts';
import { createStudio } from './studio.ts';

export interface WhepOptions {
  /** URLs that the endpoint names as ICE servers. Default: none. */
  iceServers?: readonly string[];
  /** Address of this machine that media is sent from. Default: 127.0.0.1, which no other machine reaches. */
  host?: string;
}

/** The stage's WHEP endpoint and its media process. */
export interface Whep {
  /** The path below which the endpoints of all programs lie. */
  readonly root: string;
  readonly handler: RequestListener;
  /** How many listeners are in. */
  sessions(): number;
  /** Of the media process; null while it is down. */
  pid(): number | null;
  start(): Promise<void>;
  /** Brings about what a fault does to the media. */
  obey(fault: Fault): Promise<void>;
  close(): Promise<void>;
}

export interface WhepParts {
  options: WhepOptions;
  floor: Floor | null;
  timeline: Timeline;
  ledger: Ledger;
  state: Switchboard['state'];
}

export function createWhep({ options, floor, timeline, ledger, state }: WhepParts): Whep {
  const root = floor ? '/floor/whep' : '/whep';
  const sessions = createWhepSessions();
  let isClosed = false;
  const studio = createStudio(timeline.startsAt, options.host ?? '127.0.0.1', (session) => {
    if (session !== null) return sessions.remove(session);
    sessions.clear();
    // What was not killed by a fault comes back by itself.
    const { fault } = state('whep');
    if (fault.kind !== 'killed' && !isClosed) obey(fault).catch(() => {});
  });
  const { iceServers = [] } = options;
  const endpoint = createEndpoint({ root, floor, studio, sessions, iceServers });

  async function obey(fault: Fault): Promise<void> {
    if (fault.kind === 'killed') return studio.kill();
    await studio.start();
    if (fault.kind === 'expired') {
      sessions.clear();
      await studio.order({ kind: 'leaveAll' });
    }
    const loss = fault.kind === 'loss' ? fault.share : 0;
    const jitter = fault.kind === 'jitter' ? fault.ms : 0;
    const weather = { stopped: fault.kind === 'packetsStop', loss, jitter };
    await studio.order({ kind: 'weather', weather });
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://whep');
    const at = timeline.now();
    const { fault } = state('whep');
    for (const [header, value] of Object.entries(CORS)) {
      response.setHeader(header, value as string);
    }
    // A page learns of a refusal only if its preflight got through.
    const isPreflight = request.method === 'OPTIONS' && !isSilent(fault);
    const through = isPreflight ? ({ kind: 'none' } as const) : fault;
    const path = url.pathname.slice(root.length);
    const answer = letsThrough(through)
      ? await endpoint(request, path, through)
      : { status: 404, headers: {}, body: '' };
    if (through.kind === 'slow') await late(response, through.ms);
    const status = response.closed ? null : deliver(request, response, through, answer);
    ledger.add({ at, origin: 'whep', ...describe(request, url), status, fault: fault.kind });
  }

  return {
    root,
    handler: (request, response) => {
      handle(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else send(request, response, json(500, { error: String(error) }));
      });
    },
    sessions: sessions.size,
    pid: studio.pid,
    start: studio.start,
    obey,
    async close() {
      isClosed = true;
      await studio.kill();
    },
  };
}

function isSilent({ kind }: Fault): boolean {
  return kind === 'hang' || kind === 'reset' || kind === 'refuse';
}

/** Waits, unless the listener goes before. */
async function late(response: ServerResponse, ms: number): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  await wait(ms, undefined, { signal: left.signal }).catch(() => {});
}
