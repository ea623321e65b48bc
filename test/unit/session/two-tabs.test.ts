import { expect } from 'chai';
import fc from 'fast-check';
// A chunk that is still on its way would take real time, while virtual time passes.
import '../../../src/session/door-runs.ts';
import { backoff, type RetryPolicy } from '../../../src/policy/backoff.ts';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { isEarshotError } from '../../../src/policy/errors.ts';
import { CDN, FLOOR } from '../../helpers/at-the-door.ts';
import { runs } from '../../helpers/effort.ts';
import { type Asked, noAnswer, type Reply, reply } from '../../helpers/fake-fetch.ts';
import { FakeHost, NOTHING_HELD } from '../../helpers/fake-host.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { Listening, STAGE } from '../../helpers/listening.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STAGE_JSON = `${STAGE}/stage.json`;

/** The other end of a door: a pass for who comes without one, and 403 for a pass that it does not know. */
class Door {
  readonly #passes = new Set<string>();
  readonly #origins: FakeOrigins;

  constructor(origins: FakeOrigins) {
    this.#origins = origins;
    origins.faults.set(FLOOR, this.answer);
  }

  /** Places that were given away. */
  get places(): number {
    return this.#passes.size;
  }

  readonly answer = (asked: Asked): Reply => {
    const shown = asked.headers.get('earshot-pass');
    if (shown && !this.#passes.has(shown)) return reply(403);
    const { faults, script } = this.#origins;
    faults.delete(FLOOR);
    const { body, status } = script(asked) as Response;
    faults.set(FLOOR, this.answer);
    const pass = shown ?? `pass-${this.#passes.size + 1}`;
    this.#passes.add(pass);
    return new Response(body, { status, headers: { 'earshot-pass': `${pass}; max-age=3600` } });
  };
}

const fault = fc.constantFrom<() => Reply>(
  () => noAnswer(),
  () => 'never',
  () => reply(503),
  () => reply(429, '', { 'retry-after': '120' }),
  () => reply(200, '<!doctype html>'),
  () => reply(200, '{"version":1,"sources":7}'),
);

/** What happens to a browser with two tabs. */
const step = fc.record({
  // A pass lives for an hour, also while the machine sleeps.
  minutes: fc.integer({ min: 1, max: 25 }),
  tab: fc.nat(1),
  what: fc.constantFrom('nothing', 'hide', 'show', 'reload', 'sleep', 'clock'),
  jump: fc.integer({ min: -HOUR, max: HOUR }),
  where: fc.constantFrom(null, CDN, STAGE, `${STAGE}/stage.json`),
  fault,
});

const policy = fc.constantFrom<RetryPolicy>(
  backoff(),
  ({ attempt }) => (attempt > 30 ? null : 0),
  () => {
    throw new Error('A policy that throws.');
  },
);

it('24 hours of two tabs: no storm, no lost place, nothing left, and all hear again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 40, maxLength: 70 }),
      policy,
      fc.integer(),
      async (day, retry, seed) => {
        const origins = new FakeOrigins();
        const door = new Door(origins);
        origins.document = {
          ...{ version: 1, sequence: 1, refresh: 10 },
          sources: [
            { kind: 'hls', url: `${FLOOR}/talk.m3u8`, door: 'floor' },
            { kind: 'hls', url: `${CDN}/talk.m3u8` },
          ],
          doors: { floor: { epoch: 1, open: 1 } },
        };
        const first = new FakeHost({ script: origins.script, latency: () => 50, seed });
        const hosts = [first, first.openTab()];
        const all: Listening[] = [];
        const listen = (host: FakeHost) => {
          const listening = new Listening({ stage: STAGE_JSON, host, origins, retry });
          all.push(listening);
          return listening;
        };
        const tabs = hosts.map(listen);
        await first.advance(MINUTE);
        const places = door.places;
        expect(places, 'both may come at once').to.be.within(1, 2);
        let left = 24 * HOUR;
        let isSet = false;
        for (const { minutes, tab, what, jump, where, fault } of day) {
          const host = hosts[tab] as FakeHost;
          if (what === 'hide') host.hide();
          if (what === 'show') host.show();
          if (what === 'sleep') await first.clock.sleep(Math.min(left, minutes * MINUTE));
          if (what === 'clock') {
            isSet = true;
            first.clock.setWall(jump);
          }
          if (what === 'reload') {
            hosts[tab] = host.reload();
            tabs[tab] = listen(hosts[tab]);
          }
          origins.faults.delete(CDN);
          origins.faults.delete(STAGE);
          origins.faults.delete(STAGE_JSON);
          if (where) origins.faults.set(where, fault);
          const ms = Math.min(left, minutes * MINUTE);
          left -= ms;
          await first.advance(ms);
        }
        for (const name of [CDN, STAGE, STAGE_JSON]) origins.faults.delete(name);
        for (const host of hosts) host.show();
        // Each plays within the longest wait, or has ended: for a policy that says stop, or, reloaded, for a stage URL
        // that gave nothing usable for longer than its patience.
        await first.advance(DEFAULTS.maxFloor + DEFAULTS.capWhileSilent + 10 * MINUTE);
        for (const { state } of tabs) {
          const code = state.status === 'closed' ? state.error?.code : null;
          const isOver = code === 'stopped' || code === 'bad-document';
          expect(isOver || state.hearing, state.status).to.equal(true);
        }
        if (!isSet) expect(door.places, 'places').to.equal(places);
        for (const { session, errors } of all) {
          session.close();
          expect(errors.every(isEarshotError)).to.equal(true);
        }
        await first.advance(MINUTE);
        for (const host of hosts) expect(host.held).to.deep.equal(NOTHING_HELD);
        expect(first.clock.uncaught).to.deep.equal([]);
        // A page of its own each: two tabs may ask for the same in one moment.
        for (const { host } of all) {
          const last = new Map<string, number>();
          for (const { url, at } of host.requests) {
            const before = last.get(url) ?? Number.NEGATIVE_INFINITY;
            // Between two settings of the clock times tell nothing.
            if (!isSet) expect(at - before, url).to.be.at.least(DEFAULTS.minimum);
            last.set(url, at);
          }
        }
      },
    ),
    // A day takes seconds: to shrink one would take hours.
    { numRuns: runs(1), endOnFailure: true },
  );
});
