import type { State } from './earshot.js';
import { placeOf } from './names.ts';

/** What colours the page: which CDN is heard, or why none is. */
export type Tone = 'a' | 'b' | 'other' | 'wait' | 'idle';

export function toneOf(state: State): Tone {
  const { status, source, ladder } = state;
  if (status === 'hearing' && source) {
    const place = placeOf(source.url, ladder);
    return place === 'stage' ? 'other' : place;
  }
  if (status === 'waiting' || status === 'stalled' || status === 'blocked') return 'wait';
  return 'idle';
}
