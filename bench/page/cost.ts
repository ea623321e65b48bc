// One player that nobody records, so that nothing but it costs anything.
import { players } from './ways.ts';

const player = new URLSearchParams(location.search).get('player') ?? '';
const playing = await players[player]?.();
const session = playing && 'state' in playing ? playing : null;

/** What a bench asks: whether it plays, and what Earshot says of its latency, ms. */
const cost = {
  isHeard: () =>
    session ? session.state.hearing : !!playing && !(playing as HTMLMediaElement).paused,
  behindLive: () => session?.state.behindLive ?? null,
};

declare global {
  interface Bench {
    cost: typeof cost;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, cost };
