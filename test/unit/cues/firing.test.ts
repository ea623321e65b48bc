import { expect } from 'chai';
import { cues } from '../../../src/cues/cues.ts';
import type { Cue } from '../../../src/policy/cue.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { A, B, hearing, type Listening, type ListeningOptions } from '../../helpers/listening.ts';
import { Talking, WITH_CHANNEL } from '../../helpers/talking.ts';

interface Fired {
  readonly id: string;
  /** By how many ms after its word. */
  readonly late: number;
}

/** A session with cues, and what has fired. */
const listening = async (options: ListeningOptions = {}) => {
  const all = await hearing({ cues: cues(), ...options });
  return { all, fired: record(all) };
};

const record = ({ session }: Listening): Fired[] => {
  const fired: Fired[] = [];
  session.on('cue', ({ id, at }) => {
    fired.push({ id, late: (session.state.programTime ?? Number.NaN) - at });
  });
  return fired;
};

const idsOf = (list: readonly { readonly id: string }[]): string[] => list.map(({ id }) => id);

/** Program time that is heard now. */
const wordOf = ({ state }: Listening): number => state.programTime as number;

describe('a cue', () => {
  it('fires once, within 100 ms of its word, and is in the state until its end', async () => {
    const { all, fired } = await listening();
    const at = wordOf(all) + 2_130;
    expect(
      all.session.cue({ id: 'a', at, until: at + 1_010, type: 'slide', payload: { page: 3 } }),
    ).to.equal(true);
    await all.advance(2_000);
    expect(fired).to.deep.equal([]);
    expect(all.state.cues).to.deep.equal([]);
    await all.advance(250);
    expect(idsOf(fired)).to.deep.equal(['a']);
    expect(fired[0]?.late).to.be.within(-100, 100);
    const [active] = all.state.cues as [Cue];
    expect(active).to.deep.include({ id: 'a', type: 'slide', payload: { page: 3 } });
    expect(active).to.be.frozen;
    expect(active.payload).to.be.frozen;
    await all.advance(1_000);
    expect(all.state.cues).to.deep.equal([]);
    await all.advance(60_000);
    expect(fired).to.have.length(1);
  });

  it('without an end is active until the next one of its type, and only of its type', async () => {
    const { all } = await listening();
    const word = wordOf(all);
    all.session.cue({ id: 'ada', at: word + 1_000, type: 'speaker' });
    all.session.cue({ id: 'slide', at: word + 2_000, type: 'slide' });
    all.session.cue({ id: 'bob', at: word + 5_000, type: 'speaker' });
    await all.advance(3_000);
    expect(idsOf(all.state.cues)).to.deep.equal(['ada', 'slide']);
    await all.advance(3_000);
    expect(idsOf(all.state.cues)).to.deep.equal(['slide', 'bob']);
  });

  it('fires in order of their words, whatever the order in which they came', async () => {
    const { all, fired } = await listening();
    const word = wordOf(all);
    for (const n of [3, 1, 2]) all.session.cue({ id: `${n}`, at: word + 1_000 + n, type: 'slide' });
    await all.advance(2_000);
    expect(idsOf(fired)).to.deep.equal(['1', '2', '3']);
  });

  it('fires 200 times a minute, each once, in order, within 100 ms, through a fall', async () => {
    const { all, fired } = await listening();
    const word = wordOf(all);
    const wanted: string[] = [];
    for (let n = 0; n < 200; n++) {
      all.session.cue({ id: `${n}`, at: word + n * 300 + 500, type: 'slide' });
      wanted.push(`${n}`);
    }
    await all.advance(15_000);
    all.origins.faults.set(A, () => reply(503));
    await all.advance(80_000);
    expect(all.state.source?.url).to.contain(B);
    expect(idsOf(fired)).to.deep.equal(wanted);
    expect(Math.max(...fired.map(({ late }) => Math.abs(late)))).to.be.below(100);
  });

  it('is replaced by one with its id, and does not fire twice', async () => {
    const { all, fired } = await listening();
    const word = wordOf(all);
    all.session.cue({ id: 'a', at: word + 1_000, type: 'speaker', payload: 'Ada' });
    all.session.cue({ id: 'a', at: word + 2_000, type: 'speaker', payload: 'Bob' });
    await all.advance(1_500);
    expect(fired).to.deep.equal([]);
    await all.advance(1_000);
    expect(idsOf(fired)).to.deep.equal(['a']);
    // Its end becomes known later, as in HLS.
    all.session.cue({ id: 'a', at: word + 2_000, until: word + 4_000, type: 'speaker' });
    expect(idsOf(all.state.cues)).to.deep.equal(['a']);
    await all.advance(2_000);
    expect(all.state.cues).to.deep.equal([]);
    expect(fired).to.have.length(1);
  });

  it('that comes after its word fires at once; after two minutes it is only in the state', async () => {
    const { all, fired } = await listening();
    await all.advance(150_000);
    const word = wordOf(all);
    all.session.cue({ id: 'soon', at: word - 20_000, type: 'poll' });
    all.session.cue({ id: 'old', at: word - 130_000, type: 'slide' });
    expect(idsOf(fired)).to.deep.equal(['soon']);
    expect(idsOf(all.state.cues)).to.deep.equal(['old', 'soon']);
  });

  it('of a word before the first sound does not fire, and is in the state', async () => {
    const { all, fired } = await listening();
    all.session.cue({ id: 'before', at: wordOf(all) - 60_000, type: 'speaker' });
    await all.advance(5_000);
    expect(fired).to.deep.equal([]);
    expect(idsOf(all.state.cues)).to.deep.equal(['before']);
  });

  it('that a seek skips does not fire', async () => {
    const { all, fired } = await listening();
    const word = wordOf(all);
    all.session.pause();
    await all.advance(40_000);
    all.session.cue({ id: 'skipped', at: word + 10_000, until: word + 11_000, type: 'slide' });
    all.session.play();
    all.session.goLive();
    await all.advance(10_000);
    expect(wordOf(all)).to.be.above(word + 20_000);
    expect(fired).to.deep.equal([]);
    expect(all.state.cues).to.deep.equal([]);
  });

  it('waits while nothing is heard', async () => {
    const { all, fired } = await listening();
    all.session.cue({ id: 'a', at: wordOf(all) + 1_000, type: 'slide' });
    all.session.pause();
    await all.advance(10_000);
    expect(fired).to.deep.equal([]);
    all.session.play();
    await all.advance(3_000);
    expect(idsOf(fired)).to.deep.equal(['a']);
    expect(fired[0]?.late).to.be.within(-100, 100);
  });

  it('fires for a muted listener, who may read', async () => {
    const { all, fired } = await listening();
    all.session.muted = true;
    all.session.cue({ id: 'a', at: wordOf(all) + 1_000, type: 'caption' });
    await all.advance(2_000);
    expect(idsOf(fired)).to.deep.equal(['a']);
  });

  it('ends with a source that has no program time', async () => {
    const source = { tells: (time: number, url: string) => (url.startsWith(B) ? null : time) };
    const { all } = await listening({ source });
    all.session.cue({ id: 'a', at: wordOf(all), type: 'slide' });
    expect(all.state.cues).to.have.length(1);
    all.origins.faults.set(A, () => reply(503));
    await all.advance(60_000);
    expect(all.state.source?.url).to.contain(B);
    expect(all.state.cues).to.deep.equal([]);
  });

  it('never fires after the end, and leaves no timer behind', async () => {
    const { all, fired } = await listening();
    all.session.cue({ id: 'a', at: wordOf(all) + 500, type: 'slide' });
    all.session.close();
    await all.advance(5_000);
    expect(fired).to.deep.equal([]);
    expect(all.host.held).to.deep.include({ timers: 0, listeners: 0 });
  });

  it('whose listener adds one that is due, or closes the session, breaks nothing', async () => {
    const { all, fired } = await listening();
    const word = wordOf(all);
    all.session.on('cue', ({ id, at }) => {
      if (id === 'a') all.session.cue({ id: 'b', at, type: 'slide' });
      if (id === 'b') all.session.close();
    });
    all.session.cue({ id: 'a', at: word + 500, type: 'slide' });
    all.session.cue({ id: 'c', at: word + 600, type: 'slide' });
    await all.advance(2_000);
    expect(idsOf(fired)).to.deep.equal(['a', 'b']);
  });

  it('is refused without the option, and nothing is in the state', async () => {
    const all = await hearing();
    expect(all.session.cue({ id: 'a', at: wordOf(all), type: 'slide' })).to.equal(false);
    expect(all.state.cues).to.deep.equal([]);
  });
});

describe('the cues of a stage document', () => {
  it('fire; those of the next edition replace them, and those that it lists no more are withdrawn', async () => {
    let sequence = 1;
    const documentOf = (list: unknown) => ({ ...WITH_CHANNEL, sequence: sequence++, cues: list });
    const at = (ms: number) => new Date(wordOf(all.listening) + ms).toISOString();
    const all = new Talking({ cues: cues() });
    const publish = (list: unknown) =>
      all.socket.say({ op: 'document', document: documentOf(list) });
    await all.listening.reaches('hearing');
    await all.reaches('open');
    const fired = record(all.listening);
    const one = { id: 'one', at: at(2_000), type: 'slide' };
    publish([one, { id: 'moved', at: at(8_000), type: 'slide' }, { id: 'garbage' }, null]);
    await all.advance(3_000);
    expect(idsOf(fired)).to.deep.equal(['one']);
    publish([
      { id: 'moved', at: at(20_000), type: 'slide' },
      { id: 'gone', at: at(10_000), type: 'slide' },
    ]);
    await all.advance(7_000);
    // It has fired, so that it stays until another slide.
    expect(idsOf(all.listening.state.cues)).to.deep.equal(['one']);
    publish([{ id: 'moved', at: at(5_000), type: 'slide' }]);
    await all.advance(30_000);
    expect(idsOf(fired)).to.deep.equal(['one', 'moved']);
    expect(idsOf(all.listening.state.cues)).to.deep.equal(['moved']);
    publish('garbage');
    expect(idsOf(all.listening.state.cues)).to.deep.equal(['moved']);
  });
});

describe('the cues of a channel', () => {
  it('fire once, also if the stage sends them again after a reconnect', async () => {
    const all = new Talking({ cues: cues() });
    await all.listening.reaches('hearing');
    await all.reaches('open');
    const fired = record(all.listening);
    await all.advance(5_000);
    const at = new Date(wordOf(all.listening) + 3_000).toISOString();
    const frame = {
      op: 'cue',
      id: 'poll-1',
      at,
      type: 'poll',
      payload: { options: ['yes', 'no'] },
    };
    all.socket.say(frame);
    await all.advance(5_000);
    expect(idsOf(fired)).to.deep.equal(['poll-1']);
    all.socket.drop(1012);
    await all.dialsAgain();
    await all.advance(1_000);
    all.socket.say(frame);
    all.socket.say({ ...frame, id: 'missed' });
    await all.advance(1_000);
    expect(idsOf(fired)).to.deep.equal(['poll-1', 'missed']);
    expect(idsOf(all.listening.state.cues)).to.deep.equal(['poll-1', 'missed']);
  });
});
