import type { RequestListener } from 'node:http';
import { STATIC_CDN } from '../policies.ts';
import { createConsole } from '../stage/console.ts';
import { type DocumentOptions, SPREAD_SECONDS, stageDocument } from '../stage/document.ts';
import { ORIGINS } from '../stage/faults.ts';
import { createFloor } from '../stage/floor.ts';
import { DOOR, holdDoor } from '../stage/hold-door.ts';
import { createLedger } from '../stage/ledger.ts';
import { createLibrary } from '../stage/library.ts';
import { createMainHandler } from '../stage/main-server.ts';
import { createOrigins } from '../stage/origins.ts';
import { createOwnServer, frozenWhile } from '../stage/own-server.ts';
import type { Programs } from '../stage/programs.ts';
import { createSwitchboard } from '../stage/switchboard.ts';
import { createTimeline } from '../stage/timeline.ts';

const WINDOW_SECONDS = 90;
const ALREADY_ON_AIR_MS = 120_000;
const DAY_MS = 86_400_000;

/** Whom a request may be for. */
export type StaticStage = Readonly<Record<'main' | 'a' | 'b', RequestListener>>;

/**
 * The stage without sockets: the same origins, door and console, asked through handlers.
 *
 * @param base URL of the site, without a slash at its end.
 */
export const createStaticStage = (base: string, programs: Programs): StaticStage => {
  const now = Date.now;
  // The same after the browser has ended the worker and begun it anew, so that no playlist jumps.
  const startsAt = Math.floor((now() - ALREADY_ON_AIR_MS) / DAY_MS) * DAY_MS;
  const timeline = createTimeline({ now, startsAt, windowSeconds: WINDOW_SECONDS });
  const ledger = createLedger();
  const switchboard = createSwitchboard([...ORIGINS, 'floor'], now, async () => {});
  const server = createOwnServer({
    ...{ door: DOOR, channel: null, spread: SPREAD_SECONDS, now },
    document: frozenWhile(
      () => switchboard.state('stage').fault.kind === 'frozen',
      (published) => stageDocument(document, published),
    ),
  });
  const floor = createFloor(server, DOOR, now);
  const document: DocumentOptions = {
    timeline,
    program: 'talk',
    cdn: STATIC_CDN,
    overrides: {},
    floor: {
      base: () => base,
      ticketsUrl: () => `${base}/floor/tickets`,
      passesUrl: () => `${base}/floor/passes`,
    },
    isFloorLow: true,
    whepUrl: null,
    channel: null,
  };
  const library = createLibrary(timeline, programs);
  const handlers = createOrigins({ timeline, library, switchboard, ledger, server, floor });
  const console = createConsole(switchboard, ledger, floor, null, now);
  holdDoor(floor, ledger.records);
  const main = createMainHandler(handlers.stage, handlers.floor, null, console, () => false);
  return { main, a: handlers.a, b: handlers.b };
};
