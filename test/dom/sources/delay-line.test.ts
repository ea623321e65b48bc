import { expect } from 'chai';
import fc from 'fast-check';
import { DelayLine } from '../../../src/sources/delay-line.ts';
import { runs } from '../../helpers/effort.ts';
import { FakeAudio } from '../../helpers/fake-audio.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { seeded } from '../../helpers/random.ts';

const SPEECH = 0.2;
const ROOM = 0.0005;

/** From and to, seconds. */
type Stretch = readonly [from: number, to: number];

/** Speech of 20 s: words and pauses in turns, in ms. */
const talk = (words: readonly number[], pauses: readonly number[]): Stretch[] => {
  const silent: Stretch[] = [];
  for (let at = 0, turn = 0; at < 20; turn++) {
    at += (words[turn % words.length] ?? 1) / 1_000;
    const to = at + (pauses[turn % pauses.length] ?? 1) / 1_000;
    silent.push([at, to]);
    at = to;
  }
  return silent;
};

const spend = async (silent: readonly Stretch[], delay: number, seed: number) => {
  const host = new FakeHost();
  const random = seeded(seed);
  const quiet = new Set(
    silent.flatMap(([from, to]) => {
      const first = Math.ceil(from * 1_000);
      return Array.from({ length: Math.ceil(to * 1_000) - first }, (_, ms) => first + ms);
    }),
  );
  const isSilent = (at: number) => quiet.has(Math.floor(at * 1_000));
  const audio = new FakeAudio(host.clock, (at) => (isSilent(at) ? ROOM : SPEECH));
  const line = new DelayLine(host, audio.context, new MediaStream(), 30_000);
  await host.advance(1_000);
  line.set(delay);
  while (host.elapsed() < 20_000) {
    await host.advance(20 + random() * 80);
    line.spend();
  }
  return { line, jumps: audio.jumps };
};

const talks = fc.record({
  words: fc.array(fc.integer({ min: 200, max: 2_500 }), { minLength: 1, maxLength: 8 }),
  pauses: fc.array(fc.integer({ min: 150, max: 600 }), { minLength: 1, maxLength: 8 }),
  delay: fc.integer({ min: 150, max: 5_000 }),
  seed: fc.integer({ min: 1, max: 1e9 }),
});

describe('a delay that is spent in the pauses of the speech', () => {
  it('never leaves out anything but silence, whatever the speech and the timers', () =>
    fc.assert(
      fc.asyncProperty(talks, async ({ words, pauses, delay, seed }) => {
        const silent = talk(words, pauses);
        const { jumps } = await spend(silent, delay, seed);
        jumps.slice(1).forEach((jump, index) => {
          const before = jumps[index]?.delay ?? 0;
          const [from, to] = [jump.at - before, jump.at - jump.delay];
          const isCut = silent.some((pause) => from >= pause[0] && to <= pause[1]);
          expect(isCut, `left out ${from} to ${to} s`).to.equal(true);
          expect(jump.delay).to.be.within(0, before);
        });
      }),
      { numRuns: runs(30) },
    ));

  it('is used up within some pauses', async () => {
    const { line } = await spend(talk([1_500], [300]), 1_000, 1);
    expect(line.delay).to.be.below(120);
  });

  it('stays as it is while nobody pauses', async () => {
    const { line, jumps } = await spend([], 1_000, 1);
    expect(line.delay).to.equal(1_000);
    expect(jumps).to.have.length(1);
  });

  it('no longer listens once it is used up', async () => {
    const host = new FakeHost();
    const audio = new FakeAudio(host.clock, () => SPEECH);
    const line = new DelayLine(host, audio.context, new MediaStream(), 30_000);
    line.set(90);
    await host.advance(1_000);
    line.spend();
    expect(audio.looks).to.equal(0);
    line.set(500);
    line.spend();
    expect(audio.looks).to.equal(1);
  });

  it('stays while nobody listened whether it was a pause', async () => {
    const host = new FakeHost();
    const audio = new FakeAudio(host.clock, (at) => (at % 2 < 1 ? SPEECH : 0));
    const line = new DelayLine(host, audio.context, new MediaStream(), 30_000);
    line.set(1_000);
    for (let round = 0; round < 20; round++) {
      await host.advance(2_000);
      line.spend();
    }
    expect(audio.jumps).to.have.length(1);
  });

  it('is later than the line says, by what the audio graph of the browser adds', () => {
    const audio = new FakeAudio(new FakeHost().clock, () => SPEECH);
    const line = new DelayLine(new FakeHost(), audio.context, new MediaStream(), 30_000);
    expect(line.lateness).to.equal(60);
    line.set(1_000);
    expect(line.lateness).to.equal(1_060);
  });

  it('is no longer than the line', () => {
    const host = new FakeHost();
    const audio = new FakeAudio(host.clock, () => 0);
    const line = new DelayLine(host, audio.context, new MediaStream(), 2_000);
    line.set(9_000);
    expect(line.delay).to.equal(2_000);
    line.set(-5);
    expect(line.delay).to.equal(0);
  });
});
