import { type IncidentName, type Outcome, PEERS, simulate } from '../../src/herd/index.ts';

/** What is simulated for each row of the table. */
export interface Crowd {
  readonly listeners: number;
  /** Joins a second. */
  readonly capacity: number;
  /** What a refusal costs, in joins. */
  readonly refusalCost: number;
  readonly seed: number;
}

/** What one crowd of one client lived through. */
export interface Row extends Omit<Outcome, 'series'> {
  readonly incident: IncidentName;
  readonly client: string;
}

export const EARSHOT = 'Earshot';

// What does not recover asks hundreds of times each, so the peers are a sample of the crowd.
const MOST_PEERS = 20_000;

/** The same crowd in small: as many listeners for each join a second. */
export const sampleOf = (crowd: Crowd): Crowd => {
  const scale = Math.max(1, crowd.listeners / MOST_PEERS);
  return {
    ...crowd,
    listeners: Math.round(crowd.listeners / scale),
    capacity: crowd.capacity / scale,
  };
};

export async function rowOf(
  incident: IncidentName,
  client: string,
  crowd: Crowd,
  onProgress?: (done: number) => void,
): Promise<Row> {
  const peer = PEERS.find(({ name }) => name === client);
  const policy = peer ? ({ kind: 'peer', peer } as const) : ({ kind: 'earshot' } as const);
  const size = peer ? sampleOf(crowd) : crowd;
  const options = onProgress ? { onProgress } : {};
  const { series: _, ...outcome } = await simulate({ incident, policy, ...size }, options);
  return { incident, client, ...outcome };
}
