import { idle } from './idle.ts';
import type { RequestRecord } from './ledger.ts';
import type { StageDoor } from './stage-door.ts';

/** So that a lone visitor waits for some 20 to 60 s: the door opens faster as it sees nobody come. */
export const DOOR = { capacity: 5, listeners: 300, opensIn: 25 };
/** For so long after its last request somebody may still be coming back, and with a pass. */
const AWAY_MS = 300_000;
const HELD_EVERY_MS = 5_000;

/** Keeps the door at its beginning until somebody listens: it opens for who comes, not to nobody. */
export function holdDoor(door: StageDoor, requests: readonly RequestRecord[]): void {
  const hold = () => {
    const last = requests.at(-1)?.at ?? 0;
    if (Date.now() - last > AWAY_MS) door.restart().catch(() => {});
  };
  idle(setInterval(hold, HELD_EVERY_MS));
}
