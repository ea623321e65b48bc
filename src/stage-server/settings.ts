import { ConfigError } from './config-error.ts';
import type {
  CompleteConfig,
  ConfiguredDoor,
  CueConfig,
  EventState,
  SourceConfig,
  StageChange,
} from './config-types.ts';

/** A change that somebody has made. */
export interface LogEntry {
  /** Epoch ms. */
  readonly at: number;
  /** The operator's name, or `config`. */
  readonly who: string;
  /** What was changed, as the API took it. */
  readonly change: unknown;
}

/** A door, and which opening of it this is. */
export interface DoorSetting extends ConfiguredDoor {
  /** As in the stage document. */
  readonly epoch: number;
}

/** What an operator can change while the stage runs. All nodes share it. */
export interface StageSettings {
  /** Identifies the configuration that the nodes were started with. */
  readonly config: string;
  /** What players show; `null`: nothing. */
  readonly title: string | null;
  /** How the event stands. */
  readonly state: EventState;
  /** ISO 8601, or `null`. */
  readonly startsAt: string | null;
  /** Best first, also those that are out. */
  readonly sources: readonly SourceConfig[];
  /** By name. */
  readonly doors: Readonly<Record<string, DoorSetting>>;
  /** Seconds. */
  readonly spread: number;
  /** Seconds. */
  readonly refresh: number;
  /** Those of the document. */
  readonly cues: readonly CueConfig[];
  /** How often the channel was another one before. */
  readonly moves: number;
  /** The last restart of the channel on all nodes. */
  readonly restart: { readonly count: number; readonly seconds: number };
  /** The last changes, newest last. */
  readonly log: readonly LogEntry[];
}

const MOST_ENTRIES = 200;

/** The settings that a configuration starts with. Doors that are known already keep their epoch. */
export function settingsOf(
  config: CompleteConfig,
  id: string,
  now: number,
  before: StageSettings | null,
): StageSettings {
  const { title = null, state, startsAt = null, sources, spread, refresh, cues } = config;
  const epoch = Math.floor(now / 1_000);
  const doors = Object.entries(config.doors).map(([name, door]): [string, DoorSetting] => [
    name,
    { ...door, epoch: before?.doors[name]?.epoch ?? epoch },
  ]);
  const entry = { at: now, who: 'config', change: before ? 'another configuration' : 'started' };
  return {
    config: id,
    ...{ title, state, startsAt, sources, spread, refresh, cues },
    doors: Object.fromEntries(doors),
    moves: before?.moves ?? 0,
    restart: before?.restart ?? { count: 0, seconds: 0 },
    log: [...(before?.log ?? []), entry].slice(-MOST_ENTRIES),
  };
}

function changedDoors(settings: StageSettings, change: StageChange, now: number) {
  const doors: Record<string, DoorSetting> = { ...settings.doors };
  for (const [name, { restart, ...given }] of Object.entries(change.doors ?? {})) {
    const door = Object.hasOwn(doors, name) ? doors[name] : null;
    if (!door) throw new ConfigError([`doors.${name}: there is no such door.`]);
    const changes = Object.entries(given).filter(([, value]) => value !== undefined);
    const epoch = restart ? Math.max(door.epoch + 1, Math.floor(now / 1_000)) : door.epoch;
    doors[name] = { ...door, ...Object.fromEntries(changes), epoch };
  }
  return doors;
}

/**
 * The settings after a change.
 *
 * @throws ConfigError if it names what there is not, or leaves no source.
 */
export function changed(
  settings: StageSettings,
  change: StageChange,
  who: string,
  now: number,
): StageSettings {
  const { doors: _, moveChannel, restartChannel: seconds, ...fields } = change;
  const { restart } = settings;
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const next: StageSettings = {
    ...settings,
    ...Object.fromEntries(given),
    doors: changedDoors(settings, change, now),
    moves: settings.moves + (moveChannel ? 1 : 0),
    restart: seconds === undefined ? restart : { count: restart.count + 1, seconds },
    log: [...settings.log, { at: now, who, change }].slice(-MOST_ENTRIES),
  };
  for (const { door } of next.sources) {
    if (door !== undefined && !Object.hasOwn(next.doors, door)) {
      throw new ConfigError([`sources: there is no door "${door}".`]);
    }
  }
  if (next.state !== 'scheduled' && next.sources.every(({ isOut }) => isOut)) {
    throw new ConfigError(['sources: at least one must stay in, unless the state is "scheduled".']);
  }
  return next;
}
