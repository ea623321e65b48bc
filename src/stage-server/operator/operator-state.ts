import type { EventState, SourceConfig } from '../config-types.ts';
import type { LogEntry, StageSettings } from '../settings.ts';
import type { DoorStats, NodeStats, StageStats } from '../stats.ts';

/** All that an operator sees. */
export interface OperatorState {
  readonly stage: string;
  /** The node that says so. */
  readonly node: string;
  /** Epoch ms, by the store's clock. */
  readonly at: number;
  readonly title: string | null;
  readonly state: EventState;
  /** ISO 8601, or `null`. */
  readonly startsAt: string | null;
  readonly sources: readonly SourceConfig[];
  /** Seconds. */
  readonly spread: number;
  /** Seconds. */
  readonly refresh: number;
  readonly doors: Readonly<Record<string, DoorStats>>;
  /** Listeners with a channel, on all nodes. */
  readonly listeners: number;
  readonly hasChannel: boolean;
  readonly nodes: readonly NodeStats[];
  /** Seconds since the store last answered this node. */
  readonly storeAge: number;
  /** The last changes, newest first. */
  readonly log: readonly LogEntry[];
}

const MOST_SHOWN = 50;

/** The operator's view of a stage. */
export function operatorStateOf(
  stage: string,
  settings: StageSettings,
  stats: StageStats,
  hasChannel: boolean,
  at: number,
): OperatorState {
  const { title, state, startsAt, sources, spread, refresh, log } = settings;
  return {
    ...{ stage, node: stats.node, at, title, state, startsAt, sources, spread, refresh },
    doors: stats.doors,
    listeners: stats.listeners,
    hasChannel,
    nodes: stats.nodes,
    storeAge: stats.storeAge,
    log: log.slice(-MOST_SHOWN).reverse(),
  };
}
