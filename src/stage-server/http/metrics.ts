import { Gauge, Registry } from 'prom-client';
import type { StageStats } from '../stats.ts';

/** The metrics of a node, in the text format of Prometheus. */
export interface Metrics {
  readonly contentType: string;
  render(): Promise<string>;
}

const DOOR = ['door'];

type Reading = readonly [labels: Record<string, string>, value: number];

/** Creates the metrics of a node. Each scrape reads the statistics anew. */
export function createMetrics(stats: () => StageStats): Metrics {
  const registry = new Registry();

  function gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    read: (now: StageStats) => readonly Reading[],
  ): void {
    new Gauge({
      name: `earshot_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect() {
        this.reset();
        for (const [labels, value] of read(stats())) this.set(labels, value);
      },
    });
  }

  const each = (now: StageStats, read: (door: StageStats['doors'][string]) => number) =>
    Object.entries(now.doors).map(([door, one]): Reading => [{ door }, read(one)]);
  const one = (value: number): readonly Reading[] => [[{}, value]];

  gauge('door_capacity', 'Joins per second that the door lets in at most.', DOOR, (now) =>
    each(now, ({ capacity }) => capacity),
  );
  gauge('door_most', 'The maximum of people inside; -1 without a limit.', DOOR, (now) =>
    each(now, ({ most }) => most ?? -1),
  );
  gauge('door_inside', 'People inside, on all nodes.', DOOR, (now) =>
    each(now, ({ inside }) => inside),
  );
  gauge('door_open', 'The share of the lots that the door has admitted.', DOOR, (now) =>
    each(now, ({ open }) => open),
  );
  gauge('door_opens_per_second', 'How much of the lots the door admits each second.', DOOR, (now) =>
    each(now, ({ opensPerSecond }) => opensPerSecond),
  );
  gauge('door_joins', 'Joins per second on all nodes, by outcome.', ['door', 'outcome'], (now) =>
    Object.entries(now.doors).flatMap(([door, { admitted, refused }]): Reading[] => [
      [{ door, outcome: 'admitted' }, admitted],
      [{ door, outcome: 'refused' }, refused],
    ]),
  );
  gauge('channel_connections', 'Open channels of this node.', [], ({ channel }) =>
    one(channel.open),
  );
  gauge('channel_waiting_messages', 'Messages that wait for the store.', [], ({ channel }) =>
    one(channel.waiting),
  );
  gauge('events_total', 'What this node has done since its start.', ['event'], ({ counts }) =>
    Object.entries(counts).map(([event, value]): Reading => [{ event }, value]),
  );
  gauge('is_keeper', '1 if this node keeps the doors.', [], ({ isKeeper }) =>
    one(Number(isKeeper)),
  );
  gauge('nodes', 'Nodes of the stage that are alive.', [], ({ nodes }) => one(nodes.length));
  gauge('store_age_seconds', 'Seconds since the store last answered.', [], ({ storeAge }) =>
    one(storeAge),
  );
  return { contentType: registry.contentType, render: () => registry.metrics() };
}
