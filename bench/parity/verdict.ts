import type { Kind } from '../lib/outage.ts';
import type { Lived, Row } from './live.ts';

/** The peers of Earshot. */
const PEERS = ['stock', 'recipe'] as const satisfies readonly Kind[];

/** So much more silence is the chance of a moment: in which 20 ms it is looked for, where a segment ends. */
const SILENCE_WITHIN = 0.5;

/**
 * All players ask for the playlist about every 4 s, and for each segment once. Where the misdeed falls between two of
 * these is chance: one playlist more, and the segment that it lists, fit into the same time.
 */
const REQUESTS_WITHIN = 2;

/** The peer that did better: it is back, and was silent for less. */
export const betterPeer = (row: Row): Lived => {
  const [a, b] = PEERS.map((kind) => row[kind]) as [Lived, Lived];
  if (a.isBack !== b.isBack) return a.isBack ? a : b;
  if (Math.abs(a.silence - b.silence) > SILENCE_WITHIN) return a.silence < b.silence ? a : b;
  // Equally good: the one that needed more requests for it.
  return {
    ...a,
    silence: Math.min(a.silence, b.silence),
    requests: Math.max(a.requests, b.requests),
  };
};

/** In what Earshot is worse than the better of its peers. */
export function worseIn(row: Row): string[] {
  const { earshot } = row;
  const peer = betterPeer(row);
  const wrong = [
    peer.isBack && !earshot.isBack && 'not back',
    earshot.silence > peer.silence + SILENCE_WITHIN &&
      `silent for ${earshot.silence.toFixed(1)} s, the better peer for ${peer.silence.toFixed(1)} s`,
    earshot.requests > peer.requests + REQUESTS_WITHIN &&
      `${earshot.requests} requests, the better peer ${peer.requests}`,
  ];
  return wrong.filter((one) => one !== false);
}
