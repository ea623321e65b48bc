import { expect } from 'chai';
import { clock } from '../../../demo/page/listen/words/clock.ts';
import { nextWords, rungName, rungWords } from '../../../demo/page/listen/words/ladder.ts';
import { EarshotError } from '../../../src/policy/errors.ts';
import type { Rung, State } from '../../../src/policy/state.ts';
import { A, at, B, FLOOR, left, NOW, stateOf, waitFor } from './states.ts';

const next = (ladder: Rung[], over: Partial<State> = {}) => nextWords(stateOf(ladder, over), NOW);
const rows = (ladder: Rung[], over: Partial<State> = {}) => {
  const state = stateOf(ladder, over);
  return state.ladder.map((rung) => rungWords(rung, state, NOW));
};

describe('the words of the ladder', () => {
  it('name each rung for what it is, though the document has no word for low latency', () => {
    const state = stateOf([at(FLOOR), at(A.low), at(B.plain), at(A.audio), at(A.recording)]);
    expect(state.ladder.map((rung) => rungName(rung, state))).to.deep.equal([
      'WebRTC, live',
      'LL-HLS from CDN A',
      'HLS from CDN B',
      'Audio-only HLS from CDN A',
      'Recording from CDN A',
    ]);
  });

  it('tell what takes over when the best rung falls, and which one that is', () => {
    const ladder = [at(FLOOR, 'active'), at(A.low), at(B.plain), at(A.recording)];
    expect(next(ladder)).to.equal('If WebRTC fails, LL-HLS from CDN A takes over.');
    expect(rows(ladder)).to.deep.equal([
      'Playing now, admitted',
      'Next, if WebRTC fails',
      'Ready',
      'For after the event',
    ]);
    const held = [at(FLOOR, 'active'), at(A.low, 'waiting', waitFor(A.low, 9_000)), at(B.plain)];
    expect(next(held)).to.equal('If WebRTC fails, HLS from CDN B takes over.');
    expect(next([at(FLOOR, 'active'), at(A.recording)])).to.contain('no source is ready');
  });

  it('tell that one falters, and what is being prepared', () => {
    const ladder = [at(FLOOR, 'active'), at(A.low, 'standby')];
    expect(next(ladder)).to.equal(
      'WebRTC is unreliable: LL-HLS from CDN A is being prepared to take over.',
    );
    expect(rows(ladder)[1]).to.equal('Being prepared to take over');
  });

  it('count down to the climb, and say what it takes', () => {
    const ladder = [at(FLOOR), at(A.low, 'active'), at(B.plain)];
    expect(next(ladder, { climbsAt: NOW + 43_000 })).to.equal(
      `Goes back to WebRTC at ${clock(NOW + 43_000)}, if nothing stalls until then.`,
    );
    expect(rows(ladder, { climbsAt: NOW + 43_000 })).to.deep.equal([
      `Next try at ${clock(NOW + 43_000)}, or at once if LL-HLS from CDN A fails`,
      'Playing now',
      'Ready',
    ]);
    expect(next(ladder)).to.equal('Goes back to WebRTC after a minute without a stall.');
    expect(next(ladder, { climbsAt: NOW - 1 })).to.equal('Tries WebRTC at any moment.');
    const probing = [at(FLOOR, 'standby'), at(A.low, 'active')];
    expect(next(probing)).to.equal('Tries WebRTC silently.');
    expect(rows(probing)[0]).to.equal('Being tried silently');
  });

  it('tell of the door: its turn, a lot not yet drawn, a turn that nobody knows', () => {
    const queued = (turn: number, uncertainty: number | null) => [
      at(FLOOR, 'queued', { position: { turn, uncertainty, admitted: false } }),
      at(A.low, 'active'),
    ];
    const turn = clock(NOW + 12_000);
    const known = queued(NOW + 12_000, 300);
    expect(next(known, { climbsAt: NOW + 70_000 })).to.equal(
      `In the waiting room of WebRTC. Its turn is at ${turn}.`,
    );
    expect(rows(known)[0]).to.equal(`Its turn is at ${turn}`);
    expect(next(queued(NOW + 12_000, null))).to.equal(
      'Draws a number in the waiting room of WebRTC.',
    );
    expect(next(queued(Infinity, null))).to.contain('The turn is not known yet');
  });

  it('count from the turn, not from the rest, for who was never let in', () => {
    const position = { turn: 0, uncertainty: 0, admitted: false };
    const ladder = [at(FLOOR, 'ready', { position }), at(A.low, 'active')];
    expect(next(ladder, { climbsAt: NOW + 70_000 })).to.equal('Tries WebRTC at any moment.');
  });

  it('say why it stays: the origin is left alone, or the source was left', () => {
    const busy = [at(FLOOR, 'waiting', waitFor(FLOOR, 25_000)), at(A.low, 'active')];
    const until = clock(NOW + 25_000);
    expect(next(busy, { climbsAt: NOW + 5_000 })).to.equal(
      `Stays on LL-HLS from CDN A: WebRTC was overloaded (503), next try at ${until}.`,
    );
    expect(rows(busy)[0]).to.equal(`Next try at ${until}: it was overloaded (503)`);
    expect(next(busy, { climbsAt: NOW + 60_000 })).to.contain(
      `Goes back to WebRTC at ${clock(NOW + 60_000)}`,
    );
    const gone = [left(FLOOR, new EarshotError('refused', '', { status: 403 }))];
    const ladder = [...gone, at(A.low, 'active')];
    expect(next(ladder)).to.equal('Stays on LL-HLS from CDN A: WebRTC refused it (403).');
    expect(rows(ladder)[0]).to.equal('Not used: it refused it (403)');
  });

  it('speak of the rung that may be tried first', () => {
    const ladder = [at(FLOOR, 'waiting', waitFor(FLOOR, 90_000)), at(A.low), at(B.plain, 'active')];
    expect(next(ladder, { climbsAt: NOW + 30_000 })).to.contain('Goes back to LL-HLS from CDN A');
  });

  it('tell who is asked next when nothing is heard', () => {
    const wait = waitFor(A.low, 8_000);
    const ladder = [at(FLOOR, 'waiting', waitFor(FLOOR, 25_000)), at(A.low, 'waiting', wait)];
    const words = next(ladder, { status: 'waiting', ...wait } as Partial<State>);
    expect(words).to.equal(`Tries CDN A again at ${clock(NOW + 8_000)}.`);
    expect(next(ladder, { status: 'paused' })).to.equal('Nothing changes until you resume.');
    expect(next([at(A.low), at(B.plain)], { status: 'connecting' })).to.equal(
      'LL-HLS from CDN A plays next.',
    );
  });

  it('tell what may be asked, and when, while what is meant is silent', () => {
    const ladder = [
      at(FLOOR, 'active'),
      at(A.low, 'waiting', waitFor(A.low, 20_000)),
      at(B.plain, 'waiting', waitFor(B.plain, 8_000)),
    ];
    expect(next(ladder, { status: 'stalled' })).to.equal(
      `WebRTC is silent: HLS from CDN B is tried at ${clock(NOW + 8_000)}.`,
    );
    expect(next([at(FLOOR, 'active'), at(A.low)], { status: 'stalled' })).to.equal(
      'WebRTC is silent: LL-HLS from CDN A plays next.',
    );
    expect(next([at(FLOOR, 'active')], { status: 'stalled' })).to.contain('no other source');
  });

  it('take a recording for the next one only after the end', () => {
    const ladder = [at(A.low, 'active'), at(A.recording)];
    const stage = { state: 'ended', startsAt: null } as const;
    expect(rows(ladder, { stage })[1]).to.equal('Next, if LL-HLS from CDN A fails');
  });
});
