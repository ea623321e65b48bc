import type { AcceptedMessage } from '../../../src/stage-server/index.ts';

export const REACTIONS = ['applause', 'heart', 'laugh', 'question'] as const;

/** Of each type that is accepted: whether a payload is one. */
export type Types = Readonly<Record<string, (payload: unknown) => boolean>>;

export const TYPES: Types = {
  hand: (payload) => typeof Object(payload).raised === 'boolean',
  reaction: (payload) => REACTIONS.includes(Object(payload).kind),
};

/** A hand goes down by itself: its owner may have gone without a word. */
const RAISED_MS = 600_000;
const MOST_HANDS = 100_000;

/** What everybody is told of what everybody does. */
export interface Tallies {
  enter(message: AcceptedMessage): void;
  /** The messages that are due: the hands, if their number has changed, and the reactions since the last call. */
  drain(at: number): { type: string; payload: unknown }[];
  /** Hands that are up. */
  hands(at: number): number;
}

export function createTallies(): Tallies {
  const raised = new Map<string, number>();
  let reactions: Record<string, number> = {};
  let told = 0;

  function hands(at: number): number {
    for (const [from, since] of raised) {
      if (at - since < RAISED_MS && raised.size <= MOST_HANDS) break;
      raised.delete(from);
    }
    return raised.size;
  }

  return {
    enter({ type, from, payload, at }) {
      const { raised: isUp, kind } = Object(payload);
      if (type === 'hand') {
        raised.delete(from);
        if (isUp) raised.set(from, at);
      }
      if (type === 'reaction') reactions[kind] = (reactions[kind] ?? 0) + 1;
    },
    hands,
    drain(at) {
      const due: { type: string; payload: unknown }[] = [];
      const count = hands(at);
      if (count !== told) due.push({ type: 'hands', payload: { raised: count } });
      told = count;
      if (Object.keys(reactions).length > 0) due.push({ type: 'reactions', payload: reactions });
      reactions = {};
      return due;
    },
  };
}
