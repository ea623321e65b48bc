import { expect } from 'chai';
import type { Beat } from '../../src/stage-server/store/store.ts';
import type { StoreCase } from './door-cases.ts';
import { DOOR, numbered, OPEN, warmUp, withTickets } from './store-bench.ts';

const NOTHING = { position: null, edition: 0, settings: 0 };

const beatOf = (node: string, more: Partial<Beat> = {}): Beat => ({
  ...{ node, status: `{"of":"${node}"}`, life: 3_000, isLast: false, doors: [] },
  ...more,
});

/** What the nodes of a stage share beside its doors and its channel. */
export const stageCases: readonly StoreCase[] = [
  [
    'a key is taken once within its life',
    async (bench) => {
      const calls = numbered(50, '').map(() => bench.store.once('key', 1_000));
      expect((await Promise.all(calls)).filter(Boolean)).to.have.length(1);
      await bench.reopen();
      bench.now += 999;
      expect(await bench.store.once('key', 1_000)).to.equal(false);
      expect(await bench.store.once('another', 1_000)).to.equal(true);
      bench.now += 1;
      expect(await bench.store.once('key', 1_000)).to.equal(true);
    },
  ],
  [
    'a ration allows its burst at once, then its rate, for each key alone',
    async (bench) => {
      const ration = { rate: 2, burst: 3 };
      const keys = ['a', 'a', 'a', 'a', 'b'];
      expect(await bench.store.ration(keys, ration)).to.deep.equal([0, 0, 0, 500, 0]);
      bench.now += 499;
      expect(await bench.store.ration(['a'], ration)).to.deep.equal([1]);
      bench.now += 1;
      // A refused call takes nothing.
      expect(await bench.store.ration(['a', 'a'], ration)).to.deep.equal([0, 500]);
      bench.now += 60_000;
      expect(await bench.store.ration(keys.slice(0, 4), ration)).to.deep.equal([0, 0, 0, 500]);
    },
  ],
  [
    'of 50 calls at once, a ration allows its burst',
    async (bench) => {
      const calls = numbered(50, '').map(() => bench.store.ration(['a'], { rate: 0.1, burst: 7 }));
      expect((await Promise.all(calls)).flat().filter((wait) => wait === 0)).to.have.length(7);
    },
  ],
  [
    'one node is the keeper until it stops to report',
    async (bench) => {
      const first = await bench.store.beat(beatOf('one'));
      expect(first).to.deep.equal({
        now: bench.now,
        nodes: [{ node: 'one', status: '{"of":"one"}' }],
        keeper: 'one',
        fence: first.fence,
        counts: [],
      });
      expect(first.fence).to.be.a('number');
      bench.now += 2_000;
      const second = await bench.store.beat(beatOf('another'));
      expect(second).to.include({ keeper: 'one', fence: null });
      expect(second.nodes.map(({ node }) => node)).to.deep.equal(['another', 'one']);
      expect(await bench.store.beat(beatOf('one'))).to.include({ fence: first.fence });
      bench.now += 2_999;
      expect(await bench.store.beat(beatOf('another'))).to.include({ keeper: 'one', fence: null });
      bench.now += 1;
      const third = await bench.store.beat(beatOf('another'));
      expect(third.keeper).to.equal('another');
      expect(third.fence).to.be.above(first.fence ?? 0);
      expect(third.nodes).to.have.length(1);
      expect(await bench.store.beat(beatOf('one'))).to.include({ keeper: 'another', fence: null });
    },
  ],
  [
    'of 20 nodes that start at once, one is the keeper',
    async (bench) => {
      const beats = await Promise.all(
        numbered(20, 'n').map((node) => bench.store.beat(beatOf(node))),
      );
      expect(beats.filter(({ fence }) => fence !== null)).to.have.length(1);
      expect(new Set(beats.map(({ keeper }) => keeper)).size).to.equal(1);
    },
  ],
  [
    'a node that stops gives up at once, and a keeper whose lease nobody took has it still',
    async (bench) => {
      const { fence } = await bench.store.beat(beatOf('one'));
      bench.now += 60_000;
      expect(await bench.store.keep(fence ?? 0, 'late')).to.equal(true);
      expect(await bench.store.beat(beatOf('one'))).to.include({ keeper: 'one', fence });
      const last = await bench.store.beat(beatOf('one', { isLast: true, doors: [DOOR] }));
      expect(last).to.deep.include({ keeper: null, fence: null, nodes: [], counts: [] });
      expect(await bench.store.keep(fence ?? 0, 'too late')).to.equal(false);
      const next = await bench.store.beat(beatOf('another'));
      expect(next.fence).to.be.above(fence ?? 0);
    },
  ],
  [
    'the edition of a keeper that was replaced is refused',
    async (bench) => {
      const one = (await bench.store.beat(beatOf('one'))).fence ?? 0;
      expect(await bench.store.keep(one, 'edition 1')).to.equal(true);
      bench.now += 10_000;
      const two = (await bench.store.beat(beatOf('two'))).fence ?? 0;
      expect(await bench.store.keep(one, 'stale')).to.equal(false);
      const before = await bench.store.pull(NOTHING);
      expect(before.edition?.text).to.equal('edition 1');
      expect(await bench.store.keep(two, 'edition 2')).to.equal(true);
      const after = await bench.store.pull({ ...NOTHING, edition: before.edition?.version ?? 0 });
      expect(after.edition?.text).to.equal('edition 2');
      expect(after.edition?.version).to.be.above(before.edition?.version ?? 0);
      await bench.reopen();
      const version = after.edition?.version ?? 0;
      expect((await bench.store.pull({ ...NOTHING, edition: version })).edition).to.equal(null);
      expect((await bench.store.pull(NOTHING)).edition).to.deep.equal(after.edition);
      expect(await bench.store.keep(one, 'stale')).to.equal(false);
    },
  ],
  [
    'an edition that is kept twice is one edition',
    async (bench) => {
      const fence = (await bench.store.beat(beatOf('one'))).fence ?? 0;
      await bench.store.keep(fence, 'same');
      const { edition } = await bench.store.pull(NOTHING);
      bench.now += 1_000;
      expect(await bench.store.keep(fence, 'same')).to.equal(true);
      expect((await bench.store.pull(NOTHING)).edition).to.deep.equal(edition);
    },
  ],
  [
    'of changes from the same version, one takes effect; the same one may be made again',
    async (bench) => {
      const texts = numbered(20, 'text');
      const done = await Promise.all(texts.map((text) => bench.store.change(0, text)));
      expect(done.filter(Boolean)).to.have.length(1);
      const { settings } = await bench.store.pull(NOTHING);
      expect(settings?.text).to.equal(texts[done.indexOf(true)]);
      await bench.reopen();
      // Its answer was lost.
      expect(await bench.store.change(0, settings?.text ?? '')).to.equal(true);
      const version = settings?.version ?? 0;
      expect((await bench.store.pull({ ...NOTHING, settings: version })).settings).to.equal(null);
      expect(await bench.store.change(version, 'next')).to.equal(true);
      expect(await bench.store.change(version, 'other')).to.equal(false);
      expect(await bench.store.change(0, settings?.text ?? '')).to.equal(false);
      const last = await bench.store.pull({ ...NOTHING, settings: version });
      expect(last.settings?.text).to.equal('next');
      expect(last.settings?.version).to.be.above(version);
    },
  ],
  [
    'the keeper, and nobody else, is given the counts, once',
    async (bench) => {
      const limits = { ...OPEN, most: 2 };
      await bench.store.beat(beatOf('keeper', { life: 60_000 }));
      await warmUp(bench, limits);
      const asked = { ...withTickets('a', 'b', 'c'), turnedAway: 5, refusals: 2 };
      await bench.store.enter(DOOR, limits, asked);
      await bench.store.enter(DOOR, { ...OPEN, capacity: 0 }, withTickets('d'));
      await bench.store.enter(DOOR, limits, withTickets('a'));
      await bench.store.leave(DOOR, [
        { session: 'a', ticket: null },
        { session: 'a', ticket: null },
        { session: 'nobody', ticket: null },
      ]);
      const unknown = { door: 'unknown', epoch: 1 };
      expect((await bench.store.beat(beatOf('other', { doors: [DOOR] }))).counts).to.deep.equal([]);
      const doors = [unknown, DOOR];
      const none = { admitted: 0, full: 0, crowded: 0, turnedAway: 0, left: 0, inside: 0 };
      expect((await bench.store.beat(beatOf('keeper', { doors }))).counts).to.deep.equal([
        none,
        { admitted: 2, full: 1, crowded: 1, turnedAway: 5, left: 1, inside: 1 },
      ]);
      expect((await bench.store.beat(beatOf('keeper', { doors }))).counts[1]).to.deep.equal({
        ...none,
        inside: 1,
      });
      bench.now += OPEN.passLife;
      const expired = await bench.store.beat(beatOf('keeper', { doors: [DOOR] }));
      expect(expired.counts).to.deep.equal([{ ...none, left: 1 }]);
    },
  ],
  [
    'a used ticket counts as turned away, and one that is shown again as nothing',
    async (bench) => {
      await warmUp(bench);
      await bench.store.enter(DOOR, OPEN, withTickets('a'));
      await bench.store.enter(DOOR, OPEN, withTickets('a'));
      bench.now += OPEN.passLife / 2;
      await bench.store.enter(DOOR, OPEN, withTickets('a'));
      const { counts } = await bench.store.beat(beatOf('keeper', { doors: [DOOR] }));
      expect(counts[0]).to.include({ admitted: 1, turnedAway: 1, inside: 1 });
    },
  ],
  [
    'a closed store rejects',
    async (bench) => {
      await bench.store.check();
      const { store } = bench;
      await store.close();
      await store.close();
      const error = await store.check().catch((reason: unknown) => reason);
      expect(String(error)).to.contain('closed');
    },
  ],
];
