import type { OperatorState } from '../operator-state.ts';

/** What a door did at one moment. */
export interface Sample {
  /** Epoch ms. */
  readonly at: number;
  /** Joins per second. */
  readonly joins: number;
  /** Refused joins per second. */
  readonly refused: number;
  readonly inside: number;
  readonly capacity: number;
  readonly most: number | null;
}

/** The last minutes of each door, kept in this page. */
export interface History {
  add(state: OperatorState): void;
  /** Oldest first. */
  of(door: string): readonly Sample[];
}

export const HISTORY_MS = 600_000;
const SMALLEST_STEP_MS = 900;

/** Creates an empty history. */
export function createHistory(): History {
  const doors = new Map<string, Sample[]>();
  return {
    add({ at, doors: now }) {
      for (const name of doors.keys()) if (!Object.hasOwn(now, name)) doors.delete(name);
      for (const [name, door] of Object.entries(now)) {
        const samples = doors.get(name) ?? [];
        doors.set(name, samples);
        const last = samples.at(-1);
        // Two states within a second show the same figures. A clock that was set back starts over.
        if (last && at < last.at) samples.length = 0;
        else if (last && at - last.at < SMALLEST_STEP_MS) continue;
        const { admitted: joins, refused, inside, capacity, most } = door;
        samples.push({ at, joins, refused, inside, capacity, most });
        while (samples[0] && samples[0].at < at - HISTORY_MS) samples.shift();
      }
    },
    of: (door) => doors.get(door) ?? [],
  };
}
