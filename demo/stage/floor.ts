import { createDoor, type DoorServer } from '../../src/stage-server/index.ts';
import { idle } from './idle.ts';
import {
  clampAttack,
  clampCapacity,
  type DoorOrder,
  type DoorState,
  type StageDoor,
  type StageDoorOptions,
} from './stage-door.ts';

/** The name of the stage's one door. */
export const FLOOR = 'floor';

const CAPACITY = 20;
const LISTENERS = 200;
const PUBLISHED_EVERY_MS = 1000;
const POLLED_EVERY_MS = 100;

/** What stands in the stage document until the next publication. */
export interface Publication {
  at: number;
  sequence: number;
  door: ReturnType<DoorServer['published']>;
}

export interface Floor extends StageDoor {
  readonly server: DoorServer;
  publication(): Publication;
  obey(order: DoorOrder): void;
  onPublication(listener: (state: DoorState) => void): () => void;
  close(): void;
}

export interface FloorParts {
  options: StageDoorOptions;
  /** Of the stage document. */
  spread: number;
  now: () => number;
  ticketsUrl: () => string;
  /** Whether the document is not to change. */
  isFrozen: () => boolean;
}

export function createFloor({ options, spread, now, ticketsUrl, isFrozen }: FloorParts): Floor {
  const { capacity: wanted = CAPACITY, listeners = LISTENERS, tickets = false, ...rest } = options;
  let capacity = clampCapacity(wanted);
  let attack = 0;
  let isTicketed = tickets;
  const secrets = [crypto.getRandomValues(new Uint8Array(32))];
  const server = createDoor({
    ...rest,
    stage: 'embedded',
    door: FLOOR,
    secrets,
    capacity,
    listeners,
    spread,
    now,
    tickets: isTicketed ? ticketsUrl() : null,
  });
  const readers = new Set<(state: DoorState) => void>();
  let tickedAt = now();
  let publication: Publication | null = null;

  function published(): Publication {
    const at = now();
    const sequence = Math.max((publication?.sequence ?? -1) + 1, Math.floor(at / 1000));
    return { at, sequence, door: server.published(at) };
  }

  function publish(): void {
    // The URL is known only when the main server listens.
    server.setTickets(isTicketed ? ticketsUrl() : null);
    if (!isFrozen()) publication = published();
    for (const reader of readers) reader(stats());
  }

  // Also asked at each look at the document, so that it is right whatever clock the stage runs on.
  function publishIfDue(): void {
    if (Math.abs(now() - tickedAt) < PUBLISHED_EVERY_MS) return;
    tickedAt = now();
    server.tick();
    publish();
  }

  function stats(): DoorState {
    const at = now();
    const { epoch, open, opensPerSecond } = server.published(at);
    const { arrivals, admitted, refused } = server.stats();
    const joins = { arrivals, admitted, refused };
    return { at, epoch, open, opensPerSecond, capacity, attack, tickets: isTicketed, ...joins };
  }

  function apply(): void {
    server.setCapacity(capacity * (1 - attack));
  }

  const switches: StageDoor = {
    setCapacity(joinsPerSecond) {
      capacity = clampCapacity(joinsPerSecond);
      apply();
    },
    setAttack(share) {
      attack = clampAttack(share);
      apply();
    },
    setTickets(required) {
      isTicketed = required;
      publish();
    },
    restart() {
      server.restart();
      publish();
    },
    stats,
  };

  function obey({ capacity: joins, attack: share, tickets: required, restart }: DoorOrder): void {
    capacity = joins ?? capacity;
    attack = share ?? attack;
    apply();
    if (required !== undefined) switches.setTickets(required);
    if (restart) switches.restart();
  }

  const timer = idle(setInterval(publishIfDue, POLLED_EVERY_MS));

  return {
    ...switches,
    server,
    obey,
    publication() {
      publishIfDue();
      if (!publication) publish();
      return publication ?? published();
    },
    onPublication(listener) {
      readers.add(listener);
      return () => readers.delete(listener);
    },
    close: () => clearInterval(timer),
  };
}
