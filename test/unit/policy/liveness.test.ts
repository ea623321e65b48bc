import { expect } from 'chai';
import { livenessOf, type PacketTiming, recordPacket } from '../../../src/policy/liveness.ts';

/** The rhythm after packets that came at these times. */
const having = (...times: number[]): PacketTiming => {
  const [first = 0, ...rest] = times;
  const start = recordPacket(null, first);
  return rest.reduce((timing: PacketTiming, at) => recordPacket(timing, at), start);
};

const every = (ms: number, until: number): number[] =>
  Array.from({ length: until / ms + 1 }, (_, index) => index * ms);

describe('the pulse of a realtime source', () => {
  it('is steady while packets come', () => {
    expect(livenessOf(having(...every(20, 1_000)), 1_299, 0, 0)).to.equal('steady');
  });

  it('is suspect after 300 ms without one, and lost after a second', () => {
    const rhythm = having(...every(20, 1_000));
    expect(livenessOf(rhythm, 1_300, 0, 0)).to.equal('suspect');
    expect(livenessOf(rhythm, 1_999, 0, 0)).to.equal('suspect');
    expect(livenessOf(rhythm, 2_000, 0, 0)).to.equal('lost');
  });

  it('is suspect sooner while there is enough in hand that a false alarm is not heard', () => {
    const rhythm = having(...every(20, 1_000));
    expect(livenessOf(rhythm, 1_199, 0, 600)).to.equal('steady');
    expect(livenessOf(rhythm, 1_200, 0, 600)).to.equal('suspect');
    expect(livenessOf(rhythm, 1_299, 0, 300)).to.equal('steady');
  });

  it('takes the pauses of DTX, packets 400 ms apart, for what they are', () => {
    const rhythm = having(...every(400, 4_000));
    expect(livenessOf(rhythm, 4_400, 0, 0)).to.equal('steady');
    expect(livenessOf(rhythm, 4_600, 0, 0)).to.equal('suspect');
  });

  it('is lost after a second, however far apart packets were before', () => {
    expect(livenessOf(having(0, 5_000), 6_000, 0, 0)).to.equal('lost');
  });

  it('forgets a gap of a minute ago', () => {
    const rhythm = having(0, 500, ...every(20, 61_000).map((at) => 600 + at));
    expect(livenessOf(rhythm, rhythm.at + 300, 0, 0)).to.equal('suspect');
  });

  it('is suspect while more than a fifth of the sound is made up', () => {
    const rhythm = having(...every(20, 1_000));
    expect(livenessOf(rhythm, 1_020, 0.2, 0)).to.equal('steady');
    expect(livenessOf(rhythm, 1_020, 0.21, 0)).to.equal('suspect');
  });

  it('begins anew when the clock of the packets goes back', () => {
    expect(livenessOf(recordPacket(having(9_000), 100), 200, 0, 0)).to.equal('steady');
  });
});
