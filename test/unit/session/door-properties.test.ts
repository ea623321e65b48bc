import { expect } from 'chai';
import fc from 'fast-check';
import { AtTheDoor, FLOOR } from '../../helpers/at-the-door.ts';
import { runs } from '../../helpers/effort.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { FakeStore } from '../../helpers/fake-store.ts';

const ONE = [{ kind: 'hls', url: `${FLOOR}/talk.m3u8`, door: 'floor' }];
const RETRY_AFTER = 7;
const DAY = 86_400_000;

const weird = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -1, 1, 2, 1e-9, 1e300, -1e300, Number.NaN, null, 'x', {}, [], true),
);

/** A door as a good stage, a bad one or an attacker writes it. */
const door = fc.record({ epoch: weird, open: weird, opensPerSecond: weird }, { requiredKeys: [] });

const fields = fc.record(
  {
    sequence: weird,
    state: fc.constantFrom('live', 'held', 'scheduled', 'nonsense', 7),
    startsAt: fc.constantFrom('2026-11-22T20:30:00Z', 'soon', null, '9999-12-31T00:00:00Z'),
    serverTime: fc.constantFrom('2026-11-21T20:00:00Z', '2026-11-23T20:00:00Z', 'now', 0, null),
    spread: weird,
    refresh: weird,
    doors: fc.oneof(weird, fc.dictionary(fc.string(), door)),
  },
  { requiredKeys: [] },
);

type Edition =
  | { readonly kind: 'good'; readonly open: number; readonly rate: number; readonly epoch: number }
  | { readonly kind: 'odd'; readonly door: object; readonly fields: object }
  | { readonly kind: 'garbage'; readonly value: unknown };

const edition: fc.Arbitrary<Edition> = fc.oneof(
  fc.record({
    kind: fc.constant('good' as const),
    open: fc.double({ min: -1, max: 0.5, noNaN: true }),
    rate: fc.double({ min: 1e-4, max: 1e-2, noNaN: true }),
    epoch: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('odd' as const), door, fields }),
  fc.record({ kind: fc.constant('garbage' as const), value: fc.jsonValue() }),
);

const step = fc.record({
  edition,
  seconds: fc.integer({ min: 1, max: 1_200 }),
  reload: fc.boolean(),
});

const publish = (listener: AtTheDoor, given: Edition): void => {
  if (given.kind === 'garbage') listener.origins.document = given.value;
  else if (given.kind === 'odd') listener.publish(given.door, given.fields);
  else {
    const { open, rate, epoch } = given;
    listener.publish({ open, opensPerSecond: rate, epoch });
  }
};

describe('whatever document comes', () => {
  it('nobody asks before the turn or the floor, and no lot is redrawn in its epoch', async () => {
    const run = async (
      steps: readonly { edition: Edition; seconds: number; reload: boolean }[],
    ) => {
      const stores = { tab: new FakeStore(), browser: new FakeStore() };
      const lots = new Map<number, number>();
      let highest = 0;
      let sequence = 1;
      let listener = new AtTheDoor({ ladder: ONE, stores });
      const open = () => {
        const asked: number[] = [];
        listener.answers(({ at }) => {
          const [rung] = listener.state.ladder;
          expect(rung?.position?.turn ?? 0).to.be.at.most(at);
          for (const before of asked.slice(-1)) {
            expect(at - before).to.be.at.least(RETRY_AFTER * 1_000);
          }
          asked.push(at);
          return reply(503, '', { 'retry-after': `${RETRY_AFTER}` });
        });
      };
      open();
      for (const { edition: given, seconds, reload } of steps) {
        if (reload) {
          const { clock } = listener.host;
          sequence = listener.sequence;
          const { document } = listener.origins;
          listener.session.close();
          listener = new AtTheDoor({ ladder: ONE, stores, page: { clock } });
          listener.sequence = sequence;
          listener.origins.document = document;
          open();
        }
        publish(listener, given);
        const publishedAt = listener.host.now();
        await listener.advance(seconds * 1_000);
        // An odd edition may have named any epoch, and may still be in force.
        if (given.kind !== 'good') highest = Number.POSITIVE_INFINITY;
        else if (given.epoch >= highest) {
          highest = given.epoch;
          const { queue } = listener.state;
          const isSeen = listener.state.ladder[0]?.position;
          if (!queue || !isSeen || seconds < 400) continue;
          const lot = given.open + ((queue.turn - publishedAt) / 1_000) * given.rate;
          if (lot < 0 || lot >= 1) continue;
          const known = lots.get(given.epoch) ?? lot;
          expect(lot).to.be.closeTo(known, 0.02);
          lots.set(given.epoch, known);
        }
      }
      listener.session.close();
      await listener.host.clock.advance(0);
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), run), {
      numRuns: runs(60),
    });
  });

  it('nobody waits for ever: within a day at the most the source is asked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edition, { minLength: 1, maxLength: 4 }), async (editions) => {
        const listener = new AtTheDoor({ ladder: ONE });
        await listener.advance(1_000);
        for (let hour = 0; hour < 25 && !listener.joins.length; hour++) {
          // The worst that can be written, an epoch anew each hour, between all the others.
          const worst: Edition = {
            kind: 'odd',
            door: { epoch: hour + 2, open: -1, opensPerSecond: 0 },
            fields: {},
          };
          publish(listener, hour % 2 ? worst : (editions[hour % editions.length] as Edition));
          // Scheduled is the one state in which nothing is asked, and it is told.
          const { state } = Object(listener.origins.document);
          if (state === 'scheduled') publish(listener, worst);
          await listener.advance(3_600_000);
        }
        expect(listener.joins.length).to.be.at.least(1);
        expect((listener.joins[0]?.at ?? 0) - (listener.host.requests[0]?.at ?? 0)).to.be.below(
          DAY,
        );
        listener.session.close();
      }),
      {
        numRuns: runs(4),
        examples: [
          [
            [
              { kind: 'good', open: 0, rate: 0.0001, epoch: 1 },
              { kind: 'garbage', value: 0 },
            ],
          ],
        ],
      },
    );
  });
});
