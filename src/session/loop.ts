import { isChanged } from '../policy/changed.ts';
import { derive, freeze, type View } from '../policy/derive.ts';
import { type Effect, type Event, INITIAL, type Model } from '../policy/model.ts';
import { reduce } from '../policy/reduce.ts';
import type { State } from '../policy/state.ts';

/** The options of a loop. */
export interface LoopOptions {
  /** The inputs of the state besides the model. */
  view(): View;
  perform(effect: Effect): void;
  onState(state: State): void;
  /** The source that played is lost, and no better source replaced it. */
  onLost(): void;
}

/**
 * Holds the model of a session, and is the only way to change it: event in, effects out, state published. Nothing
 * else re-enters (DESIGN.md, invariant 3).
 */
export interface Loop {
  readonly model: Model;
  /** The last derived state. It is frozen when it is read, because most states are never read. */
  readonly state: State;
  isOver(): boolean;
  /** Call it as a method: the recorder replaces it. */
  dispatch(event: Event): void;
  /** Derives the state again, and publishes it if it has changed. */
  publish(): void;
  /** Publishes the last state. */
  finish(): State;
}

export const createLoop = ({ view, perform, onState, onLost }: LoopOptions): Loop => {
  let state: State | undefined;
  let published: State | undefined;

  const look = (): State => {
    state = derive(loop.model, view());
    return state;
  };

  const loop = {
    model: INITIAL,
    get state() {
      return state ?? look();
    },
    isOver: () => loop.model.phase === 'closed' || loop.model.phase === 'ended',
    dispatch(event: Event) {
      if (loop.isOver()) return;
      const { active: before } = loop.model;
      const [next, effects] = reduce(loop.model, event);
      loop.model = next;
      effects.forEach(perform);
      const { active } = loop.model;
      const isHigher = active && before && active.rung < before.rung;
      if (before?.hasPlayed && active?.generation !== before.generation && !isHigher) onLost();
      loop.publish();
    },
    publish() {
      if (loop.isOver() || !isChanged(published, look())) return;
      published = loop.state;
      onState(freeze(published));
    },
    finish() {
      onState(freeze(look()));
      return loop.state;
    },
  };
  return loop;
};
