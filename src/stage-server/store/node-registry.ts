import type { Beat, BeatResult } from './store.ts';

/** The nodes that are alive, and which of them is the keeper. */
export interface NodeRegistry {
  beat(beat: Beat, now: number): Omit<BeatResult, 'now' | 'counts'>;
  /** Whether the keeper with this fencing number is still the keeper. */
  isKeeper(fence: number): boolean;
}

/** Keeps nodes in memory. The fencing number comes from the clock, so it grows over a restart. */
export function createNodeRegistry(): NodeRegistry {
  const nodes = new Map<string, { readonly status: string; readonly until: number }>();
  let lease: { readonly node: string; readonly until: number } | null = null;
  let fence = 0;

  function elect({ node, life }: Beat, now: number): void {
    if (lease && lease.node !== node && lease.until > now) return;
    if (lease?.node !== node) fence = Math.max(now, fence + 1);
    lease = { node, until: now + life };
  }

  return {
    beat(beat, now) {
      const { node, status, life, isLast } = beat;
      for (const [name, { until }] of nodes) if (until <= now) nodes.delete(name);
      if (isLast) {
        nodes.delete(node);
        if (lease?.node === node) lease = null;
      } else {
        nodes.set(node, { status, until: now + life });
        elect(beat, now);
      }
      const keeper = lease && lease.until > now ? lease.node : null;
      return {
        nodes: [...nodes]
          .map(([name, { status: of }]) => ({ node: name, status: of }))
          .sort((one, other) => (one.node < other.node ? -1 : 1)),
        keeper,
        fence: keeper === node ? fence : null,
      };
    },
    isKeeper: (of) => lease !== null && of === fence,
  };
}
