import { KINDS, type Kind } from '../lib/outage.ts';
import { median } from '../lib/table.ts';
import { latestAfter } from '../lib/windows.ts';
import type { Case } from './cases.ts';
import type { Lived, Row } from './live.ts';

/** So much more silence is chance: when a timer looks for a hole in the buffer, and where a segment ends. */
const SILENCE_WITHIN = 0.5;

/**
 * All players ask for the playlist every 4 s, and again after 2 s if it holds nothing new. Where the ends of what is
 * measured fall between two of these is chance, and may cost each of them one playlist more.
 */
const REQUESTS_WITHIN = 2;

/** What a case allows. */
export type Allowed = Pick<Case, 'drawnFor' | 'cached'>;

/** The peer that did better: it is back, and was silent for less. If both did as well: the more requests. */
export function betterPeer({ stock, recipe }: Row): Lived {
  if (stock.isBack !== recipe.isBack) return stock.isBack ? stock : recipe;
  const [best, other] = stock.silence <= recipe.silence ? [stock, recipe] : [recipe, stock];
  if (other.silence > best.silence + SILENCE_WITHIN) return best;
  return {
    ...best,
    overhead: Math.max(best.overhead, other.overhead),
    failed: Math.max(best.failed, other.failed),
  };
}

/**
 * In what Earshot is worse than the better of its peers. A segment that came is sound, and one that plays more of the
 * same time needs more of them: what counts is each request that brought no new segment, playlists too. A player that
 * is silent for good asks for no playlist either, so that only failures can be compared with its own.
 */
export function worseIn(row: Row, { drawnFor, cached = 0 }: Allowed = {}): string[] {
  const { earshot } = row;
  const peer = betterPeer(row);
  const drawn = drawnFor === undefined ? 0 : latestAfter(drawnFor);
  const excess = peer.isBack
    ? earshot.overhead - peer.overhead
    : Math.max(0, earshot.failed - peer.failed);
  const wrong = [
    peer.isBack && !earshot.isBack && 'it is not back, the better peer is',
    earshot.silence > peer.silence + drawn + SILENCE_WITHIN &&
      `silent for ${earshot.silence.toFixed(1)} s, the better peer for ${peer.silence.toFixed(1)} s`,
    excess > REQUESTS_WITHIN + cached &&
      `${excess} more requests without a new segment than the better peer`,
  ];
  return wrong.filter((one) => one !== false);
}

/** Some runs of one case as one: the medians, and the worst of what is yes or no. */
export function medianOf(runs: readonly Row[]): Row {
  const of = (kind: Kind): Lived => {
    const lived = runs.map((row) => row[kind]);
    const middle = (key: 'silence' | 'requests' | 'overhead' | 'failed') =>
      median(lived.map((one) => one[key])) ?? 0;
    return {
      silence: middle('silence'),
      isBack: lived.every(({ isBack }) => isBack),
      requests: middle('requests'),
      overhead: middle('overhead'),
      failed: middle('failed'),
    };
  };
  const name = runs[0]?.name ?? '';
  return {
    name,
    ...(Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as Record<Kind, Lived>),
  };
}
