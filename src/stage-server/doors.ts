import { doorOf } from '../policy/opening.ts';
import {
  type Admission,
  type AdmissionParts,
  type AdmissionState,
  createAdmission,
} from './door/admission.ts';
import type { Edition } from './edition.ts';
import type { StageSettings } from './settings.ts';
import type { DoorStats } from './stats.ts';

/** The parts that the doors of a node stand on. */
export interface DoorsParts extends Omit<AdmissionParts, 'door' | 'state'> {
  /** `null` before the first pull. */
  settings(): StageSettings | null;
  /** `null` before the first edition. */
  edition(): Edition | null;
}

/** The doors of a stage, on one node. */
export interface Doors {
  /** `null`: there is no such door. */
  get(name: string): Admission | null;
  isTicketed(name: string): boolean;
  /** Follows the settings: doors come and go. */
  follow(settings: StageSettings): void;
  /** Reports the refusals that no other call has reported. */
  report(): void;
  stats(now: number): Readonly<Record<string, DoorStats>>;
}

/** Creates the doors of a node. */
export function createDoors({ settings, edition, ...parts }: DoorsParts): Doors {
  const doors = new Map<string, Admission>();

  function stateOf(name: string): AdmissionState | null {
    const opening = edition()?.doors[name]?.opening;
    const door = settings()?.doors[name];
    if (!opening || !door) return null;
    const { capacity, most, refusalCost, tickets, retryAfter } = door;
    const lives = { passLife: door.passLife * 1_000, ticketLife: door.ticketLife * 1_000 };
    const limits = { capacity, most, refusalCost, ...lives };
    return { opening, limits, isTicketed: tickets, retryAfter };
  }

  function statsOf(name: string, now: number): DoorStats | null {
    const door = edition()?.doors[name];
    const setting = settings()?.doors[name];
    if (!door || !setting) return null;
    const { epoch, open, opensPerSecond } = doorOf(door.opening, now);
    const left = open < 1 ? ((1 - open) / opensPerSecond) * 1_000 : null;
    return {
      ...{ epoch, open, opensPerSecond, inside: door.inside },
      ...{ capacity: setting.capacity, most: setting.most, tickets: setting.tickets },
      fullyOpenAt: left === null ? null : now + left,
      ...door.rates,
    };
  }

  return {
    get: (name) => doors.get(name) ?? null,
    isTicketed: (name) => stateOf(name)?.isTicketed ?? false,
    follow({ doors: wanted }) {
      for (const name of doors.keys()) if (!Object.hasOwn(wanted, name)) doors.delete(name);
      for (const name of Object.keys(wanted)) {
        if (doors.has(name)) continue;
        doors.set(name, createAdmission({ ...parts, door: name, state: () => stateOf(name) }));
      }
    },
    report() {
      for (const door of doors.values()) door.report().catch(() => {});
    },
    stats(now) {
      const entries = Object.keys(edition()?.doors ?? {}).flatMap((name) => {
        const stats = statsOf(name, now);
        return stats ? [[name, stats] as const] : [];
      });
      return Object.fromEntries(entries);
    },
  };
}
