import fc from 'fast-check';
import type {
  DoorLimits,
  Position,
  Store,
  Submission,
} from '../../src/stage-server/store/store.ts';
import { OPEN, type StoreBench } from './store-bench.ts';

/** What a call answers, with nothing in it that differs from store to store. */
type Answer = unknown;

/** A random call. `ends`: what the reader has seen of the channel. */
export type Call = (bench: StoreBench, ends: { last: Position | null }) => Promise<Answer>;

/** @param args for the report of a difference. */
const call = (name: string, args: unknown, run: (store: Store) => Promise<Answer>): Call =>
  Object.assign(async ({ store }: StoreBench) => [name, await run(store)], {
    [fc.toStringMethod]: () => `${name}(${fc.stringify(args)})`,
  });

const session = fc.nat(20).map((number) => `s${number}`);
const ticket = fc.option(
  fc.nat(20).map((number) => `t${number}`),
  { freq: 3 },
);
const key = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ door: 'floor', epoch: 1 }) },
  {
    weight: 1,
    arbitrary: fc.record({ door: fc.constantFrom('floor', 'hall'), epoch: fc.constantFrom(1, 2) }),
  },
);
const few = { maxLength: 6 };

const limits = (capacity: fc.Arbitrary<number>): fc.Arbitrary<DoorLimits> =>
  fc.record({
    capacity,
    most: fc.option(fc.constantFrom(0, 1, 4, 9), { freq: 2 }),
    refusalCost: fc.constantFrom(0, 0.1, 0.3, 1),
    passLife: fc.constant(OPEN.passLife),
    ticketLife: fc.constant(OPEN.ticketLife),
  });

const entries = fc.record({
  entries: fc.array(fc.record({ ticket, session }), few),
  turnedAway: fc.constantFrom(0, 0, 0, 2),
  refusals: fc.constantFrom(0, 0, 0, 2),
});

const renewal = fc.record({ session, serial: fc.nat(4), isDue: fc.boolean() });

const submission: fc.Arbitrary<Submission> = fc.record({
  from: fc.constantFrom('x', 'y', 'z'),
  seq: fc.nat(40),
  type: fc.constantFrom('question', 'vote'),
  key: fc.option(fc.constant('k')),
  payload: fc.jsonValue({ maxDepth: 1 }),
  reason: fc.option(fc.constantFrom('late', 'rude')),
});

const cursorKind = fc.constantFrom('none', 'last', 'before', 'ahead', 'foreign');

function cursorOf(kind: string, last: Position | null): Position | null {
  if (kind === 'none' || !last) return null;
  if (kind === 'foreign') return { epoch: 'foreign', offset: 1 };
  const step = { last: 0, before: -1, ahead: 1 }[kind] ?? 0;
  return { epoch: last.epoch, offset: Math.max(0, last.offset + step) };
}

const pull = (kind: string): Call => {
  const run: Call = async ({ store }, ends) => {
    const position = cursorOf(kind, ends.last);
    const { head, ...news } = await store.pull({ position, edition: 0, settings: 0 });
    // Epochs are drawn at random; whether there is another one is not.
    const isSameEpoch = head.epoch === ends.last?.epoch;
    ends.last = head;
    return ['pull', kind, news, head.offset, isSameEpoch];
  };
  return Object.assign(run, { [fc.toStringMethod]: () => `pull(${kind})` });
};

/** The times at which something ends. */
const ENDS = [1, 40, 333, 5_000, 30_000, 60_000, 120_000, 300_000, 3_600_000];

/** Moves the clock to one of them, or just before it. */
const wait: fc.Arbitrary<Call> = fc.tuple(fc.constantFrom(...ENDS), fc.nat(1)).map(([ms, less]) => {
  const run: Call = async (bench) => {
    bench.now += ms - less;
    return ['wait'];
  };
  return Object.assign(run, { [fc.toStringMethod]: () => `wait(${ms - less})` });
});

const enter = (capacity: fc.Arbitrary<number>): fc.Arbitrary<Call> =>
  fc
    .tuple(key, limits(capacity), entries)
    .map(([of, within, asked]) =>
      call('enter', [of, within, asked], (store) => store.enter(of, within, asked)),
    );

/** Calls whose effects outlive a store with a journal. */
export const lastingCalls = (capacity: fc.Arbitrary<number>): fc.Arbitrary<Call>[] => [
  wait,
  wait,
  enter(capacity),
  enter(capacity),
  fc
    .tuple(key, fc.array(renewal, few))
    .map(([of, shown]) => call('renew', [of, shown], (store) => store.renew(of, OPEN, shown))),
  fc
    .tuple(key, fc.array(fc.record({ session, ticket }), few))
    .map(([of, gone]) => call('leave', [of, gone], (store) => store.leave(of, gone))),
  fc
    .tuple(fc.constantFrom('one', 'two'), fc.constantFrom(1, 1_000, 60_000))
    .map(([name, life]) => call('once', [name, life], (store) => store.once(name, life))),
  fc.array(submission, few).map((all) => call('decide', all, (store) => store.decide(all))),
  fc
    .tuple(fc.nat(3), fc.nat(9))
    .map(([after, most]) => call('inbox', [after, most], (store) => store.inbox(after, most))),
  fc
    .tuple(fc.constantFrom('p1', 'p2', 'p3'), fc.array(fc.string(), few))
    .map(([id, frames]) => call('publish', [id, frames], (store) => store.publish(id, frames))),
  cursorKind.map(pull),
  fc.tuple(fc.boolean(), fc.constantFrom('S', 'T')).map(([isCurrent, text]) =>
    call('change', [isCurrent, text], async (store) => {
      const { settings } = await store.pull({ position: null, edition: 0, settings: 0 });
      return store.change(isCurrent ? (settings?.version ?? 0) : 0, text);
    }),
  ),
];

const node = fc.constantFrom('n1', 'n2', 'n3');

/** Calls whose effects only last as long as the store. */
export const passingCalls: fc.Arbitrary<Call>[] = [
  fc
    .tuple(
      fc.array(fc.constantFrom('k1', 'k2'), few),
      fc.constantFrom(0.3, 3, 7),
      fc.integer({ min: 1, max: 3 }),
    )
    .map(([keys, rate, burst]) =>
      call('ration', [keys, rate, burst], (store) => store.ration(keys, { rate, burst })),
    ),
  fc
    .tuple(node, fc.boolean(), fc.array(key, { maxLength: 2 }))
    .map(([name, isLast, doors]) =>
      call('beat', [name, isLast, doors], (store) =>
        store.beat({ node: name, status: name.repeat(2), life: 3_000, isLast, doors }),
      ),
    ),
  fc.tuple(node, fc.constantFrom('E', 'F'), fc.nat(1)).map(([name, text, off]) =>
    call('keep', [name, text, off], async (store) => {
      const beat = { node: name, status: '', life: 5_000, isLast: false, doors: [] };
      const { fence } = await store.beat(beat);
      return [fence, await store.keep((fence ?? 0) - off, text)];
    }),
  ),
];
