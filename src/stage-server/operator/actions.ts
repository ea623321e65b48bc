import { parseChange, parseSaying } from '../config.ts';
import { changed } from '../settings.ts';
import type { Store } from '../store/store.ts';
import type { Sync } from '../sync.ts';
import type { OperatorActions } from './api.ts';

/** The parts that the actions stand on. */
export interface ActionParts {
  readonly store: Pick<Store, 'publish' | 'inbox'>;
  readonly sync: Pick<Sync, 'change' | 'pull'>;
  newId(): string;
  state(): unknown;
  /** Epoch ms. */
  now(): number;
}

/** Creates what an operator, or the app, can do to the stage. */
export function createActions({ store, sync, newId, state, now }: ActionParts): OperatorActions {
  return {
    state,
    async change(input, who) {
      const change = parseChange(input);
      await sync.change((settings) => changed(settings, change, who, now()));
    },
    async say(input, _who, id) {
      const said = parseSaying(input);
      const frame = 'cue' in said ? { op: 'cue', ...said.cue } : { op: 'message', ...said.message };
      await store.publish(id ?? newId(), [JSON.stringify(frame)]);
      await sync.pull();
    },
    messages: (after, most) => store.inbox(after, most),
  };
}
