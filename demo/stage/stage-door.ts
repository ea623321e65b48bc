import { clamp, InvalidInput } from './faults.ts';

const LEAST_CAPACITY = 0.1;
const MOST_CAPACITY = 1_000_000;
const LARGEST_ATTACK = 0.99;

/** The door in front of the live talk. Seconds, unless it says otherwise. */
export interface StageDoorOptions {
  /** Joins a second, 0.1 to 1,000,000. Default 20. */
  capacity?: number;
  /** How many are expected. Default 200. */
  listeners?: number;
  /** Whether lots are drawn and signed by the stage. Default false. */
  tickets?: boolean;
  /** Until the first lot is admitted. Default 0. */
  opensIn?: number;
  /** Default 5. */
  retryAfter?: number;
  /** Default 300. */
  passLife?: number;
  /** Default 21,600. */
  ticketLife?: number;
  /** In joins. Default 0.1. */
  refusalCost?: number;
}

/** How the door stands, and the joins of the last second. */
export interface DoorState {
  /** Epoch ms. */
  at: number;
  epoch: number;
  open: number;
  opensPerSecond: number;
  /** Joins a second, an attack's share included. */
  capacity: number;
  /** Share of the capacity that an attack holds. */
  attack: number;
  tickets: boolean;
  arrivals: number;
  admitted: number;
  refused: number;
}

/** The switches of the door. */
export interface StageDoor {
  setCapacity(joinsPerSecond: number): Promise<void>;
  /** @param share of the capacity, 0 to 0.99. */
  setAttack(share: number): Promise<void>;
  setTickets(required: boolean): Promise<void>;
  /** Everyone inside is out, and the door opens anew. */
  restart(): Promise<void>;
  stats(): DoorState;
}

/** What the console is told to do at the door. */
export interface DoorOrder {
  capacity?: number;
  attack?: number;
  tickets?: boolean;
  restart?: true;
}

export function clampCapacity(input: unknown): number {
  return clamp(input, LEAST_CAPACITY, MOST_CAPACITY);
}

export function clampAttack(input: unknown): number {
  return clamp(input, 0, LARGEST_ATTACK);
}

export function parseOrder(input: unknown): DoorOrder {
  const { capacity, attack, tickets, restart } = Object(input) as Record<string, unknown>;
  const order: DoorOrder = {};
  if (capacity !== undefined) order.capacity = clampCapacity(capacity);
  if (attack !== undefined) order.attack = clampAttack(attack);
  if (tickets !== undefined) {
    if (typeof tickets !== 'boolean') throw new InvalidInput('tickets: neither true nor false');
    order.tickets = tickets;
  }
  if (restart !== undefined) {
    if (restart !== true) throw new InvalidInput('restart: not true');
    order.restart = restart;
  }
  if (Object.keys(order).length === 0) {
    throw new InvalidInput('none of capacity, attack, tickets, restart');
  }
  return order;
}
