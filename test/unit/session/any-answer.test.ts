import { expect } from 'chai';
import fc from 'fast-check';
import { backoff, type RetryPolicy } from '../../../src/policy/backoff.ts';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { runs } from '../../helpers/effort.ts';
import { type Asked, noAnswer, type Reply, reply } from '../../helpers/fake-fetch.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { A, B, Listening, STAGE, TWO_CDNS } from '../../helpers/listening.ts';

const HOUR = 3_600_000;

/** What a URL may answer besides what it should. */
const answer = fc.oneof(
  fc.constantFrom('hangs' as const, 'resets' as const),
  fc.record({
    status: fc.oneof(
      fc.constantFrom(200, 204, 206, 401, 403, 404, 429, 503),
      fc.integer({ min: 300, max: 599 }),
    ),
    body: fc.oneof(
      fc.constantFrom('', '<!doctype html>', '{}', 'null', '[]', '#EXTM3U', '{"first":1e99}'),
      fc.string(),
    ),
    headers: fc.oneof(
      fc.constant({}),
      fc.record({
        'retry-after': fc.oneof(
          fc.integer({ min: -1, max: 100_000 }).map(String),
          fc.constantFrom('soon', 'Thu, 01 Jan 2099 00:00:00 GMT', '9'.repeat(400)),
        ),
      }),
    ),
  }),
);

/** A stretch of time in which some URLs answer something else, others as they should. */
const stretch = fc.record({
  minutes: fc.integer({ min: 1, max: 240 }),
  faults: fc.array(
    fc.record({
      where: fc.constantFrom(A, B, STAGE, `${A}/talk.m3u8`, `${B}/talk.m3u8`),
      kind: fc.constantFrom('all', 'segments', 'playlists', 'every other'),
      answer,
    }),
    { maxLength: 5 },
  ),
});

type Given = 'hangs' | 'resets' | { status: number; body: string; headers: object };

const replyOf = (given: Given): Reply => {
  if (given === 'hangs') return 'never';
  if (given === 'resets') return noAnswer();
  const { status, body, headers } = given;
  // These have no body (https://fetch.spec.whatwg.org/#null-body-status).
  return reply(status, [204, 205, 304].includes(status) ? '' : body, { ...headers });
};

const fits = ({ path }: Asked, kind: string, times: number): boolean =>
  kind === 'all' ||
  (kind === 'every other' ? times % 2 === 0 : path.endsWith('.seg') === (kind === 'segments'));

describe('whatever any URL answers, for 24 hours', () => {
  it('a session goes on while the document says live, and hears again after the last fault', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stretch, { minLength: 1, maxLength: 8 }),
        fc.integer(),
        async (day, seed) => {
          const origins = new FakeOrigins();
          origins.document = { ...TWO_CDNS, refresh: 10 };
          const page = { seed, latency: () => 50 };
          const stage = `${STAGE}/stage.json`;
          const listening = new Listening({ stage, origins, page });
          await listening.reaches('hearing');
          let left = 24 * HOUR;
          for (const { minutes, faults } of day) {
            origins.faults.clear();
            for (const fault of faults) {
              let times = 0;
              origins.faults.set(fault.where, (asked) =>
                fits(asked, fault.kind, times++) ? replyOf(fault.answer) : undefined,
              );
            }
            const ms = Math.min(left, minutes * 60_000);
            left -= ms;
            await listening.advance(ms);
            expect(listening.state.status).not.to.be.oneOf(['closed', 'ended']);
          }
          origins.faults.clear();
          // A server may ask for an hour; what is put off is put off within the window.
          await listening.reaches(
            'hearing',
            DEFAULTS.maxFloor + DEFAULTS.capWhileSilent + HOUR / 6,
          );
          await listening.advance(left);
          expect(listening.state.status).to.equal('hearing');
          listening.session.close();
          await listening.advance(60_000);
          expect(listening.host.held).to.deep.equal(NOTHING_HELD);
          expect(listening.host.clock.uncaught).to.deep.equal([]);
        },
      ),
      { numRuns: runs(1) },
    );
  });
});

/** What a developer's policy may be. */
const policy = fc.constantFrom<RetryPolicy>(
  backoff(),
  () => null,
  () => 0,
  () => Number.NaN,
  () => {
    throw new Error('A policy that throws.');
  },
  ({ attempt }) => (attempt > 3 ? null : 0),
);

it('whatever answers and policies do, no URL is asked twice within 250 ms', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stretch, { minLength: 1, maxLength: 4 }),
      policy,
      fc.integer(),
      async (hours, retry, seed) => {
        const origins = new FakeOrigins();
        origins.document = { ...TWO_CDNS, refresh: 5 };
        const page = { seed, latency: () => 10 };
        const stage = `${STAGE}/stage.json`;
        let tokens = 0;
        const token = () => `token-${++tokens}`;
        const listening = new Listening({ stage, origins, page, retry, token });
        for (const { minutes, faults } of hours) {
          origins.faults.clear();
          for (const fault of faults) {
            origins.faults.set(fault.where, (asked) =>
              fits(asked, fault.kind, 0) ? replyOf(fault.answer) : undefined,
            );
          }
          await listening.advance(Math.min(10, minutes) * 60_000);
        }
        listening.session.close();
        const last = new Map<string, number>();
        for (const { method, url, at } of listening.host.requests) {
          const before = last.get(url) ?? Number.NEGATIVE_INFINITY;
          expect(at - before, `${method} ${url}`).to.be.at.least(DEFAULTS.minimum);
          last.set(url, at);
        }
      },
    ),
    {
      numRuns: runs(20),
      examples: [
        [
          [
            {
              minutes: 6,
              faults: [
                { where: A, kind: 'all', answer: 'resets' },
                // Its playlist is well.
                {
                  where: `${B}/talk.m3u8`,
                  kind: 'segments',
                  answer: { status: 300, body: '', headers: {} },
                },
                { where: B, kind: 'all', answer: 'hangs' },
              ],
            },
          ],
          backoff(),
          1,
        ],
      ],
    },
  );
});
