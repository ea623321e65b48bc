import { expect } from 'chai';
import type { News, Submission } from '../../src/stage-server/store/store.ts';
import type { StoreCase } from './door-cases.ts';
import { MOST_SENDERS, numbered } from './store-bench.ts';

const NOTHING = { position: null, edition: 0, settings: 0 };

const say = (from: string, seq: number, more: Partial<Submission> = {}): Submission => ({
  ...{ from, seq, type: 'question', key: null, payload: { text: `${seq}` }, reason: null },
  ...more,
});

const textsOf = ({ frames }: News) => frames.map(({ text }) => text);

/** What a channel asks the store for. */
export const channelCases: readonly StoreCase[] = [
  [
    'a message is decided once, and what was said of it is said again',
    async (bench) => {
      const asked = [say('a', 1), say('a', 2, { reason: 'not now' }), say('a', 4, { key: 'k' })];
      const first = await bench.store.decide(asked);
      expect(first.map(({ isFirst }) => isFirst)).to.deep.equal([true, true, true]);
      await bench.reopen();
      // Another node may have another opinion.
      const again = await bench.store.decide([
        ...asked.map((message) => ({ ...message, reason: message.reason ? null : 'too late' })),
        say('a', 3),
      ]);
      expect(again).to.deep.equal([
        { reason: null, isFirst: false },
        { reason: 'not now', isFirst: false },
        { reason: null, isFirst: false },
        { reason: null, isFirst: false },
      ]);
      const inbox = await bench.store.inbox(0, 10);
      expect(inbox.map(({ seq }) => seq)).to.deep.equal([1, 4]);
      expect(inbox[1]).to.deep.include({
        ...{ from: 'a', type: 'question', key: 'k', payload: { text: '4' }, at: bench.now },
      });
    },
  ],
  [
    'of 100 same messages at once, one is the first',
    async (bench) => {
      const calls = numbered(100, '').map(() => bench.store.decide([say('a', 1), say('a', 1)]));
      const decided = (await Promise.all(calls)).flat();
      expect(decided.filter(({ isFirst }) => isFirst)).to.have.length(1);
      expect(await bench.store.inbox(0, 10)).to.have.length(1);
    },
  ],
  [
    'the last 32 refusals of a sender are remembered',
    async (bench) => {
      const refused = numbered(33, 'because').map((reason, seq) => say('a', seq, { reason }));
      await bench.store.decide(refused);
      await bench.reopen();
      const again = await bench.store.decide(refused);
      expect(again[0]).to.deep.equal({ reason: null, isFirst: false });
      expect(again.slice(1).map(({ reason }) => reason)).to.deep.equal(
        refused.slice(1).map(({ reason }) => reason),
      );
    },
  ],
  [
    'a decision is kept for an hour after the sender’s last message, and senders are bounded',
    async (bench) => {
      const { decide } = bench.store;
      const senders = numbered(MOST_SENDERS, 's');
      await decide(senders.map((from) => say(from, 9)));
      const refused = { reason: 'too many senders', isFirst: false };
      expect(await decide([say('one more', 1)])).to.deep.equal([refused]);
      await bench.reopen();
      bench.now += 3_599_999;
      expect(await bench.store.decide([say('s 0', 10), say('s 1', 9)])).to.deep.equal([
        { reason: null, isFirst: true },
        { reason: null, isFirst: false },
      ]);
      bench.now += 1;
      expect(
        await bench.store.decide([say('s 0', 10), say('s 1', 9), say('one more', 1)]),
      ).to.deep.equal([
        { reason: null, isFirst: false },
        { reason: null, isFirst: true },
        { reason: null, isFirst: true },
      ]);
    },
  ],
  [
    'what was decided more than an hour ago is decided anew, over a restart too',
    async (bench) => {
      const { decide } = bench.store;
      await decide([say('a', 1, { reason: 'not now' })]);
      bench.now += 3_600_000;
      await decide([say('a', 1)]);
      await bench.reopen();
      const [again] = await bench.store.decide([say('a', 1)]);
      expect(again).to.deep.equal({ reason: null, isFirst: false });
    },
  ],
  [
    'the inbox is read from a position on, in order, over batches',
    async (bench) => {
      const messages = numbered(1_200, '').map((_, seq) => say(`s ${seq % 3}`, seq));
      await bench.store.decide(messages);
      await bench.reopen();
      bench.now += 5;
      await bench.store.decide([say('s 0', 5_000)]);
      let position = 0;
      const read: number[] = [];
      for (let page = await bench.store.inbox(0, 500); page.length > 0; ) {
        for (const message of page) {
          expect(message.position).to.be.above(position);
          position = message.position;
          read.push(message.seq);
        }
        page = await bench.store.inbox(position, 500);
      }
      expect(read).to.deep.equal([...messages.map(({ seq }) => seq), 5_000]);
    },
  ],
  [
    'messages are of any JSON',
    async (bench) => {
      const payloads = [null, 'ü\n"', [], {}, [1.5, { a: [null] }], 9_007_199_254_740_991, false];
      const seqs = payloads.map((_, at) => 9_007_199_254_740_900 + at);
      await bench.store.decide(payloads.map((payload, at) => say('a', seqs[at] ?? 0, { payload })));
      await bench.reopen();
      const inbox = await bench.store.inbox(0, 100);
      expect(inbox.map(({ payload }) => payload)).to.deep.equal(payloads);
      expect(inbox.map(({ seq }) => seq)).to.deep.equal(seqs);
    },
  ],
  [
    'who has a position gets what came after it, and who has none gets all',
    async (bench) => {
      const { head: before } = await bench.store.pull(NOTHING);
      expect(before.offset).to.equal(0);
      const at = bench.now;
      await bench.store.publish('one', ['a', 'b']);
      await bench.store.publish('one', ['a', 'b']);
      await bench.reopen();
      await bench.store.publish('one', ['a', 'b']);
      await bench.store.publish('two', ['c']);
      const news = await bench.store.pull({ ...NOTHING, position: before });
      expect(news).to.deep.equal({
        now: bench.now,
        head: { epoch: before.epoch, offset: 3 },
        frames: ['a', 'b', 'c'].map((text, index) => ({ offset: index + 1, at, text })),
        edition: null,
        settings: null,
      });
      const later = { ...NOTHING, position: { epoch: before.epoch, offset: 2 } };
      expect(textsOf(await bench.store.pull(later))).to.deep.equal(['c']);
      expect(textsOf(await bench.store.pull({ ...NOTHING, position: news.head }))).to.deep.equal(
        [],
      );
      expect(textsOf(await bench.store.pull(NOTHING))).to.deep.equal(['a', 'b', 'c']);
      const foreign = { epoch: 'another', offset: 2 };
      expect(textsOf(await bench.store.pull({ ...NOTHING, position: foreign }))).to.deep.equal([
        'a',
        'b',
        'c',
      ]);
    },
  ],
  [
    'an ID is known for a minute',
    async (bench) => {
      await bench.store.publish('one', ['a']);
      bench.now += 59_999;
      await bench.reopen();
      await bench.store.publish('one', ['a']);
      expect((await bench.store.pull(NOTHING)).head.offset).to.equal(1);
      bench.now += 1;
      await bench.store.publish('one', ['a']);
      expect((await bench.store.pull(NOTHING)).head.offset).to.equal(2);
    },
  ],
  [
    'frames are kept for 2 minutes, and 1,000 of them',
    async (bench) => {
      await bench.store.publish('old', ['old']);
      bench.now += 60_000;
      await bench.store.publish('many', numbered(1_050, 'frame'));
      await bench.reopen();
      const all = await bench.store.pull(NOTHING);
      expect(all.frames).to.have.length(1_000);
      expect(all.head.offset).to.equal(1_051);
      expect(all.frames.at(-1)).to.include({ offset: 1_051, text: 'frame 1049' });
      expect(all.frames[0]?.offset).to.equal(52);
      bench.now += 119_999;
      expect((await bench.store.pull(NOTHING)).frames).to.have.length(1_000);
      bench.now += 1;
      const none = await bench.store.pull(NOTHING);
      expect(none.frames).to.deep.equal([]);
      expect(none.head).to.deep.equal(all.head);
    },
  ],
  [
    '40 publications at once get offsets without gaps, each once',
    async (bench) => {
      const ids = numbered(40, 'id');
      await Promise.all(
        [...ids, ...ids].map((id) => bench.store.publish(id, [`${id} a`, `${id} b`])),
      );
      const { frames } = await bench.store.pull(NOTHING);
      expect(frames.map(({ offset }) => offset)).to.deep.equal(
        numbered(80, '').map((_, at) => at + 1),
      );
      expect(new Set(frames.map(({ text }) => text)).size).to.equal(80);
      // The frames of one call stay together.
      for (let at = 0; at < 80; at += 2)
        expect(frames[at + 1]?.text).to.equal(frames[at]?.text.replace(/a$/, 'b'));
    },
  ],
  [
    'a reader with a later position than the store shows that frames were lost: a new epoch begins',
    async (bench) => {
      await bench.store.publish('one', ['a', 'b']);
      const { head } = await bench.store.pull(NOTHING);
      const ahead = { ...NOTHING, position: { ...head, offset: 5 } };
      const after = await bench.store.pull(ahead);
      expect(after.head.epoch).to.not.equal(head.epoch);
      expect(textsOf(after)).to.deep.equal(['a', 'b']);
      await bench.reopen();
      // The second reader starts no third one.
      expect((await bench.store.pull(ahead)).head).to.deep.equal(after.head);
      expect(textsOf(await bench.store.pull({ ...NOTHING, position: head }))).to.deep.equal([
        'a',
        'b',
      ]);
      await bench.store.publish('two', ['c']);
      const next = await bench.store.pull({ ...NOTHING, position: after.head });
      expect(next.frames).to.deep.equal([{ offset: 3, at: bench.now, text: 'c' }]);
    },
  ],
];
