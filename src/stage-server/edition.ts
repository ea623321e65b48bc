import { doorOf, type Opening } from '../policy/opening.ts';
import type { Rates } from './door/admission-controller.ts';
import type { DoorSetting, StageSettings } from './settings.ts';

/** A door in an edition. */
export interface EditionDoor {
  readonly opening: Opening;
  readonly rates: Rates;
  /** Sessions inside when the edition was made. */
  readonly inside: number;
  /** The setting that the opening follows, joins per second. An edition of an older version does not say it. */
  readonly capacity?: number;
}

/** What is published until the next edition: made by the keeper, served by all nodes. */
export interface Edition {
  /** As in the stage document. */
  readonly sequence: number;
  /** Epoch ms. */
  readonly at: number;
  /** The version of the settings that it was made from. */
  readonly settings: number;
  readonly doors: Readonly<Record<string, EditionDoor>>;
  /** The bytes of the stage document. */
  readonly document: string;
}

/** Where the parts of a stage are, for its document. */
export interface Places {
  /** Before each path; '' for paths that are relative to the document. */
  readonly base: string;
  readonly hasChannel: boolean;
}

/** Has the last word on a document. */
export type Finish = (document: Record<string, unknown>) => Record<string, unknown>;

/** The place where a door's tickets are drawn. */
export function ticketsUrl({ base }: Places, door: string): string {
  return `${base}door/${door}/tickets`;
}

/** The place where a pass is renewed: it never takes a place. */
export function passesUrl({ base }: Places, door: string): string {
  return `${base}door/${door}/check?pass`;
}

function publishedDoor(
  places: Places,
  name: string,
  door: DoorSetting,
  opening: Opening,
  at: number,
) {
  return {
    ...doorOf(opening, at),
    ...(door.tickets && { tickets: ticketsUrl(places, name) }),
    passes: passesUrl(places, name),
  };
}

/** The stage document as it is published at `at`. */
export function renderDocument(
  settings: StageSettings,
  doors: Readonly<Record<string, EditionDoor>>,
  sequence: number,
  at: number,
  places: Places,
  finish: Finish,
): string {
  const { title, state, startsAt, sources, spread, refresh, cues, moves } = settings;
  const published = Object.entries(doors).map(([name, { opening }]) => [
    name,
    publishedDoor(places, name, settings.doors[name] as DoorSetting, opening, at),
  ]);
  const document = {
    version: 1,
    sequence,
    serverTime: new Date(at).toISOString(),
    state,
    ...(startsAt !== null && { startsAt }),
    ...(title !== null && { title }),
    sources: sources.filter(({ isOut }) => !isOut).map(({ isOut: _, ...source }) => source),
    ...(published.length > 0 && { doors: Object.fromEntries(published) }),
    spread,
    refresh,
    ...(places.hasChannel && { channel: `${places.base}channel${moves ? `?${moves + 1}` : ''}` }),
    ...(cues.length > 0 && { cues }),
  };
  return JSON.stringify(finish(document));
}

/** What everybody must know of at once; the rest comes with the next edition that is fetched. */
export function gistOf(document: string): string {
  const { serverTime: _, sequence: __, doors, ...rest } = JSON.parse(document);
  const entries = Object.entries<Record<string, unknown>>(doors ?? {}).map(([name, door]) => {
    const { open: ___, opensPerSecond, ...fixed } = door;
    return [name, { ...fixed, opensPerSecond: Number(opensPerSecond).toPrecision(1) }];
  });
  return JSON.stringify([rest, entries]);
}

/** Whether an edition is one that listeners should get at once. */
export function isNews(before: Edition | null, { document, doors }: Edition): boolean {
  if (!before || gistOf(before.document) !== gistOf(document)) return true;
  return Object.entries(doors).some(
    ([name, { capacity }]) => capacity !== before.doors[name]?.capacity,
  );
}
