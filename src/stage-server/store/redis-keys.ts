import type { DoorKey } from './store.ts';

/** Makes names of keys. */
export interface RedisKeys {
  (...parts: readonly string[]): string;
  door(key: DoorKey): string;
  inside(key: DoorKey): string;
  session(key: DoorKey, session: string): string;
  ticket(key: DoorKey, ticket: string): string;
}

/** All keys of a stage have one hash tag, so that a cluster keeps them in one place. */
export function createRedisKeys(prefix: string, stage: string): RedisKeys {
  const tag = `{${encodeURIComponent(prefix)}:${encodeURIComponent(stage)}}`;
  // Encoded, so that no part can end before its colon.
  const key = (...parts: readonly string[]) => [tag, ...parts.map(encodeURIComponent)].join(':');
  const of = (kind: string, { door, epoch }: DoorKey, ...parts: string[]) =>
    key(kind, door, String(epoch), ...parts);
  return Object.assign(key, {
    door: (door: DoorKey) => of('door', door),
    inside: (door: DoorKey) => of('inside', door),
    session: (door: DoorKey, session: string) => of('session', door, session),
    ticket: (door: DoorKey, ticket: string) => of('ticket', door, ticket),
  });
}
