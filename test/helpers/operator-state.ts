import type { OperatorState } from '../../src/stage-server/operator/operator-state.ts';

/** The state of a small stage, for tests of what shows it. */
export function operatorState(more: Partial<OperatorState> = {}): OperatorState {
  const at = more.at ?? Date.UTC(2026, 10, 28, 12);
  return {
    ...{ stage: 'talk', node: 'one', at, title: null, state: 'live', startsAt: null },
    sources: [{ kind: 'hls', url: 'https://cdn.example/talk.m3u8' }],
    ...{ spread: 5, refresh: 10, listeners: 1_200, hasChannel: true, storeAge: 0.1, log: [] },
    doors: {
      floor: {
        ...{ epoch: 1, capacity: 20, most: null, inside: 3, open: 1, opensPerSecond: 0.1 },
        ...{ fullyOpenAt: null, tickets: true, arrivals: 2, admitted: 1, refused: 1 },
      },
    },
    nodes: [
      {
        ...{ node: 'one', since: at - 60_000, at, connections: 1_200 },
        ...{ isDraining: false, isKeeper: true, version: '0.1.0' },
      },
    ],
    ...more,
  };
}
