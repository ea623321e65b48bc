import { EarshotError } from '../../../src/policy/errors.ts';
import type { Rung, State } from '../../../src/policy/state.ts';
import { stateOf as plainState } from '../../../src/testing/index.ts';

export const NOW = Date.UTC(2026, 10, 22, 20, 14, 5);

type Known = Pick<Rung, 'kind' | 'url'> & { door?: string };

const cdn = (name: string, file: string, kind = 'hls'): Known => ({
  kind,
  url: `https://cdn-${name}.example/${file}.m3u8`,
});

export const FLOOR: Known = {
  kind: 'whep',
  url: new URL('/floor/whep/talk', location.origin).href,
  door: 'floor',
};
export const A = {
  low: cdn('a', 'talk-ll'),
  audio: cdn('a', 'audio'),
  recording: cdn('a', 'talk-vod', 'recording'),
};
export const B = { plain: cdn('b', 'talk') };

/** A rung as a snapshot tells it; behind its door, if it has one, the listener has been before. */
export function at(
  description: Known,
  status: Rung['status'] = 'ready',
  over: Partial<Rung> = {},
): Rung {
  const position = description.door ? { turn: 0, uncertainty: 0, admitted: true } : null;
  return { ...description, status, wait: null, position, error: null, ...over };
}

export const left = (description: Known, error: EarshotError): Rung =>
  at(description, 'excluded', { error });

/** What an overloaded origin makes of a rung. */
export function waitFor({ url }: Known, ms: number): Pick<Rung, 'wait'> {
  const error = new EarshotError('overload', '', { status: 503, url });
  return { wait: { until: NOW + ms, error, since: NOW, attempt: 1 } };
}

/** A snapshot of a listener who hears the active rung. */
export function stateOf(ladder: readonly Rung[], over: Partial<State> = {}): State {
  const source = ladder.find(({ status }) => status === 'active') ?? null;
  const known = { ladder, source, behindLive: null, ahead: 0, programTime: null };
  const channel = { status: 'none', wait: null, isLeader: true, listeners: null } as const;
  return {
    ...plainState(source ? 'hearing' : 'connecting', { ...known, channel }),
    ...over,
  } as State;
}
