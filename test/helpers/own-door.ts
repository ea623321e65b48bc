import {
  type Admission,
  createStage,
  type DoorStats,
  memoryStore,
  type Secret,
  type Ticket,
} from '../../src/stage-server/index.ts';

/** The options of the one door of a stage; seconds. */
export interface OwnDoorOptions {
  readonly stage?: string;
  readonly door?: string;
  readonly secrets: readonly Secret[];
  readonly capacity: number;
  readonly listeners: number;
  readonly most?: number;
  readonly tickets?: boolean;
  readonly opensIn?: number;
  readonly ticketLife?: number;
  readonly retryAfter?: number;
  readonly now: () => number;
  readonly randomBytes?: (length: number) => Uint8Array;
}

/** A door of a stage whose time stands still between two calls. */
export interface OwnDoor extends Pick<Admission, 'join' | 'leave'> {
  ticket(weight?: number): Promise<Ticket>;
  published(): { epoch: number; open: number; opensPerSecond: number; tickets?: string };
  /** What a second does to it. */
  tick(): Promise<void>;
  restart(): Promise<void>;
  setCapacity(capacity: number): Promise<void>;
  stats(): DoorStats;
}

/** Opens a door on a stage of one node, in memory. */
export async function ownDoor(options: OwnDoorOptions): Promise<OwnDoor> {
  const { stage = 'talk', door = 'floor', secrets, now, randomBytes, ...settings } = options;
  const { tickets = false, ...limits } = settings;
  const server = createStage({
    ...{ stage, secrets, randomBytes, state: 'scheduled', channel: false },
    doors: { [door]: { ...limits, tickets } },
    store: memoryStore({ now }),
    timers: { now, after: () => () => {} },
  });
  await server.ready;
  const admission = server.door(door) as Admission;
  const change = (changed: object) => server.change({ doors: { [door]: changed } });
  const stats = () => server.stats().doors[door] as DoorStats;
  return {
    ...{ join: admission.join, leave: admission.leave },
    ticket: async (weight) => (await admission.ticket(weight)) as Ticket,
    published() {
      const { epoch, open, opensPerSecond, tickets: isTicketed } = stats();
      const url = `door/${door}/tickets`;
      return { epoch, open, opensPerSecond, ...(isTicketed && { tickets: url }) };
    },
    tick: server.refresh,
    restart: () => change({ restart: true }),
    setCapacity: (capacity) => change({ capacity }),
    stats,
  };
}
