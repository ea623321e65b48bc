import type { Opening } from '../policy/opening.ts';
import {
  type ControllerSettings,
  NO_RATES,
  revisedOpening,
  startOpening,
  withCapacity,
} from './door/admission-controller.ts';
import {
  type Edition,
  type EditionDoor,
  type Finish,
  gistOf,
  type Places,
  renderDocument,
} from './edition.ts';
import type { DoorSetting, StageSettings } from './settings.ts';
import type { DoorCounts } from './store/store.ts';

/** What the next edition is made from. */
export interface EditionParts {
  /** `null`: there was none. */
  readonly before: Edition | null;
  readonly settings: StageSettings;
  readonly version: number;
  /** Of the joins since the edition before, by door. A door that is missing had none. */
  readonly counts: ReadonlyMap<string, DoorCounts>;
  /** Epoch ms. */
  readonly now: number;
  readonly places: Places;
  readonly finish: Finish;
}

/** Without a door nothing moves in a document but its time. */
const OLDEST_MS = 60_000;

function nextDoor(
  before: EditionDoor | undefined,
  door: DoorSetting,
  spread: number,
  counts: DoorCounts | undefined,
  now: number,
): EditionDoor {
  const settings: ControllerSettings = { ...door, spread };
  if (before?.opening.epoch !== door.epoch) {
    const opening = startOpening(settings, now);
    return { opening, rates: NO_RATES, inside: 0, capacity: door.capacity };
  }
  // The keeper's clock may have been set back by a new store: the door stays where it was.
  const opening: Opening =
    now < before.opening.at ? { ...before.opening, at: now } : before.opening;
  // Two editions in one moment: there is no second in which the joins could be counted.
  if (!counts || now <= opening.at) return { ...before, opening };
  const { opening: revised, rates } = revisedOpening(opening, settings, counts, now);
  return {
    opening: withCapacity(revised, before.capacity ?? door.capacity, door.capacity),
    ...{ rates, inside: counts.inside, capacity: door.capacity },
  };
}

/**
 * The next edition of a stage. It depends on nothing but the edition before and what came since, so any node can make
 * it.
 *
 * @returns `null` if nothing has changed that would be published.
 */
export function nextEdition(parts: EditionParts): Edition | null {
  const { before, settings, version, counts, now, places, finish } = parts;
  const doors: Record<string, EditionDoor> = {};
  for (const [name, door] of Object.entries(settings.doors)) {
    doors[name] = nextDoor(before?.doors[name], door, settings.spread, counts.get(name), now);
  }
  const sequence = Math.max((before?.sequence ?? 0) + 1, Math.floor(now / 1_000));
  const document = renderDocument(settings, doors, sequence, now, places, finish);
  const isMoving = Object.keys(doors).length > 0;
  const isFresh = before && !isMoving && Math.abs(now - before.at) < OLDEST_MS;
  if (isFresh && gistOf(document) === gistOf(before.document)) return null;
  return { sequence, at: now, settings: version, doors, document };
}
