import type { State } from '../../earshot.js';
import { placeOf } from '../words/names.ts';

/** What colours the page: from where the stage is heard, or why it is not. */
export type Tone = 'whep' | 'floor' | 'a' | 'b' | 'other' | 'wait' | 'idle';

const SILENT: readonly State['status'][] = ['waiting', 'queued', 'rejoining', 'stalled', 'blocked'];

export function toneOf(state: State): Tone {
  const { status, source, ladder } = state;
  if (status === 'hearing' && source) {
    const place = placeOf(source.url, ladder);
    return place === 'stage' || place === 'channel' ? 'other' : place;
  }
  return SILENT.includes(status) ? 'wait' : 'idle';
}
