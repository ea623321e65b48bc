import type { State, Wait } from '../earshot.js';
import { type KnownPlace, type Place, placeOf } from './words/names.ts';

/** Of one server, which is left alone, and answers again, as a whole. */
export const SERVER: readonly KnownPlace[] = ['whep', 'floor', 'stage'];

/**
 * What each origin waits for: the source that is heard comes first, then the ladder's order. What
 * the door guards and the stage document are of one server, which is left alone as a whole: the wait
 * is told of the one that failed.
 */
export function waitsOf(state: State): Record<KnownPlace, Wait | null> {
  const { ladder, documentWait } = state;
  const own = (wait: Wait | null | undefined, place: Place): Wait | null => {
    const url = wait?.error.url;
    return wait && (!url || placeOf(url, ladder) === place) ? wait : null;
  };
  const of = (place: Place): Wait | null => {
    const rungs = ladder.filter((rung) => placeOf(rung.url, ladder) === place);
    const active = rungs.find((rung) => rung.status === 'active');
    return own(active?.wait ?? rungs.find((rung) => rung.wait)?.wait, place);
  };
  return {
    whep: of('whep'),
    floor: of('floor'),
    a: of('a'),
    b: of('b'),
    stage: own(documentWait, 'stage'),
    channel: state.channel.wait,
  };
}
