import type { State, Wait } from './earshot.js';
import { type KnownPlace, type Place, placeOf } from './names.ts';

/** What each origin waits for: the source that is heard comes first, then the ladder's order. */
export function waitsOf(state: State): Record<KnownPlace, Wait | null> {
  const of = (place: Place): Wait | null => {
    const rungs = state.ladder.filter((rung) => placeOf(rung.url, state.ladder) === place);
    const active = rungs.find((rung) => rung.status === 'active');
    return active?.wait ?? rungs.find((rung) => rung.wait)?.wait ?? null;
  };
  return { floor: of('floor'), a: of('a'), b: of('b'), stage: state.documentWait };
}
