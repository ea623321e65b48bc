import { byId, say } from './dom.ts';
import type { State } from './earshot.js';
import { announcement } from './words.ts';

/** A status that passes by sooner than this is not worth a listener's attention. */
const SETTLES = 700;

/** Tells a screen reader of each change of status or source, and of nothing else. */
export function createAnnouncer(): (state: State) => void {
  const region = byId('announcer');
  let told = '';
  let timer = 0;
  return (state) => {
    const key = `${state.status} ${state.hearing ? state.source?.url : ''}`;
    if (key === told) return;
    told = key;
    clearTimeout(timer);
    timer = window.setTimeout(() => say(region, announcement(state)), SETTLES);
  };
}
