import { expect } from 'chai';
import {
  CHANNEL_PINS,
  isFor,
  pinName,
  WHEP_PINS,
} from '../../../demo/page/listen/console/faults.ts';
import { inHand } from '../../../demo/page/listen/dial.ts';
import { reason, switchWords } from '../../../demo/page/listen/words/state.ts';
import { parseFault, parseOrigins } from '../../../demo/stage/faults.ts';
import { EarshotError } from '../../../src/policy/errors.ts';
import { A, at, B, FLOOR, stateOf } from './states.ts';

const ladder = [at(FLOOR), at(A.low), at(B.plain)];
const change = (
  from: typeof FLOOR,
  to: typeof FLOOR,
  skippedMs: number | null,
  repeatedMs: number | null,
) => switchWords({ from, to, skippedMs, repeatedMs }, ladder);

describe('the words of the listener', () => {
  it('tell of a change of source: which way, and what became of the words of the talk', () => {
    expect(change(FLOOR, A.low, 0, 231)).to.equal(
      'Fell to LL-HLS from CDN A: nothing lost, 231 ms heard twice',
    );
    expect(change(A.low, FLOOR, 0, 0)).to.equal('Climbed to WebRTC: nothing lost');
    expect(change(A.low, FLOOR, 38, 0)).to.equal('Climbed to WebRTC: 38 ms lost');
    expect(change(A.low, FLOOR, 12, 0)).to.equal('Climbed to WebRTC: nothing lost');
    expect(change(A.low, FLOOR, 0, 12)).to.equal('Climbed to WebRTC: nothing lost');
    expect(change(B.plain, A.low, 1_240, 0)).to.equal('Climbed to LL-HLS from CDN A: 1.2 s lost');
    expect(change(A.low, B.plain, null, null)).to.contain('after a silence');
  });

  it('tell what is buffered: of WebRTC nothing but what it is late', () => {
    const hand = (rung: typeof FLOOR, ahead: number, hearing = true) =>
      inHand(stateOf([at(rung, 'active')], { ahead, hearing }));
    expect(hand(FLOOR, 0)).to.equal('in real time');
    expect(hand(FLOOR, 0, false)).to.equal('nothing buffered');
    // The cushion, which is not made up for.
    expect(hand(FLOOR, 940)).to.equal('in real time');
    expect(hand(FLOOR, 4_940)).to.equal('4.9 s late, catching up');
    expect(hand(A.low, 6_100)).to.equal('6 s buffered');
  });

  it('have one for each way in which WebRTC says no', () => {
    const because = (status: number) => reason(new EarshotError('http', '', { status }));
    expect(because(409)).to.equal('has no live stream (409)');
    expect(because(418)).to.equal('failed (418)');
    expect(reason(new EarshotError('stalled', ''))).to.equal('stopped sending sound');
  });
});

for (const [origin, pins, never] of [
  ['whep', WHEP_PINS, { kind: 'frozen' }],
  ['channel', CHANNEL_PINS, { kind: 'corrupt' }],
] as const) {
  describe(`the pins of ${origin}`, () => {
    it('are faults that the stage takes for it, each with a name of its own', () => {
      for (const { name, fault } of pins) {
        expect(parseFault(fault), name).to.deep.equal(fault);
        expect(parseOrigins(origin, ['a', origin], fault)).to.deep.equal([origin]);
        expect(isFor(origin, fault)).to.equal(true);
        expect(pinName(fault)).to.equal(name);
      }
      expect(new Set(pins.map(({ name }) => name)).size).to.equal(pins.length);
      expect(() => parseOrigins(origin, ['a', origin], never)).to.throw();
      expect(isFor(origin, never)).to.equal(false);
    });
  });
}
