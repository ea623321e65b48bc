import type { StageServer } from '../../src/stage-server/index.ts';
import { FLOOR } from './own-server.ts';
import {
  clampAttack,
  clampCapacity,
  type DoorOrder,
  type DoorState,
  type StageDoor,
  type StageDoorOptions,
} from './stage-door.ts';

export interface Floor extends StageDoor {
  readonly server: StageServer;
  obey(order: DoorOrder): Promise<void>;
  onPublication(listener: (state: DoorState) => void): () => void;
}

const CAPACITY = 20;
const NO_JOINS = { arrivals: 0, admitted: 0, refused: 0 };
/** Before the first edition. */
const SHUT = { epoch: 0, open: 0, opensPerSecond: 0, tickets: false, ...NO_JOINS };

/** The switches of the door of the stage's own server. */
export function createFloor(
  server: StageServer,
  options: StageDoorOptions,
  now: () => number,
): Floor {
  let capacity = clampCapacity(options.capacity ?? CAPACITY);
  let attack = 0;

  function stats(): DoorState {
    const { epoch, open, opensPerSecond, tickets, arrivals, admitted, refused } =
      server.stats().doors[FLOOR] ?? SHUT;
    const joins = { arrivals, admitted, refused };
    return { at: now(), epoch, open, opensPerSecond, capacity, attack, tickets, ...joins };
  }

  const change = (door: { capacity?: number; tickets?: boolean; restart?: true }) =>
    server.change({ doors: { [FLOOR]: door } }, 'console');
  const apply = () => change({ capacity: capacity * (1 - attack) });

  const switches: StageDoor = {
    setCapacity(joinsPerSecond) {
      capacity = clampCapacity(joinsPerSecond);
      return apply();
    },
    setAttack(share) {
      attack = clampAttack(share);
      return apply();
    },
    setTickets: (required) => change({ tickets: required }),
    restart: () => change({ restart: true }),
    stats,
  };

  return {
    ...switches,
    server,
    async obey({ capacity: joins, attack: share, tickets, restart }) {
      capacity = joins ?? capacity;
      attack = share ?? attack;
      await apply();
      if (tickets !== undefined) await switches.setTickets(tickets);
      if (restart) await switches.restart();
    },
    onPublication: (listener) => server.on('edition', () => listener(stats())),
  };
}
