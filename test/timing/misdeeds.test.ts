import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { Listener, type ListenerOptions, openSweep } from '../../bench/lib/misdeeds/listener.ts';
import type { Wrong } from '../../bench/lib/misdeeds/origin.ts';
import {
  eachPlaylist,
  eachSegment,
  failingEdge,
  failingVariant,
  OTHER_BODIES,
  once,
  oneSegment,
  redirecting,
  undated,
  variants,
} from '../../bench/lib/misdeeds/ways.ts';
import { attemptsWithin, latestAfter } from '../../bench/lib/windows.ts';
import type { Stage } from '../../demo/stage/stage.ts';

// What the element needs to jump over a segment that is left out.
const JUMP = 900;

let browser: Browser;
let stage: Stage;
before(async () => {
  [browser, stage] = await Promise.all([launch(), openSweep('src')]);
});
after(async () => {
  await browser?.close();
  await stage?.close();
});

const kind = process.env.PLAYER === 'hls' ? 'stock' : 'earshot';

const using = async (
  options: Omit<ListenerOptions, 'kind'>,
  live: (one: Listener) => Promise<void>,
) => {
  const listener = await Listener.open(browser, stage, { ...options, kind });
  try {
    await live(listener);
  } finally {
    if (process.env.EXPLAIN) console.error(await listener.explain());
    await listener.close();
  }
};

/** It is heard, and was, but for what the element needs to jump over something. */
const isHeardOn = async (one: Listener) => {
  const [longest = 0] = await one.silences();
  assert.ok(longest < JUMP, `${longest} ms of silence`);
  assert.ok(await one.hears(), 'it is heard');
};

describe('one segment that fails for ever while all else is well', { concurrency: true }, () => {
  const ways: Record<string, Wrong> = {
    'answers 404': { status: 404 },
    'answers 500': { status: 500 },
    hangs: 'hang',
    'resets the connection': 'reset',
  };
  for (const [name, way] of Object.entries(ways)) {
    test(`${name}: it is left out, and nothing else is`, async () => {
      await using({}, async (one) => {
        await one.settles();
        one.origin.misdeed = oneSegment(() => way);
        await one.page.waitForTimeout(30_000);
        await isHeardOn(one);
        const victims = one.origin.since(one.from).filter(({ status }) => status !== 200);
        // The browser itself repeats a request whose connection was reset.
        assert.ok(victims.length <= (name.startsWith('resets') ? 4 : 2), `${victims.length} tries`);
      });
    });
  }

  test('answers 503 once: no word is lost', async () => {
    await using({}, async (one) => {
      await one.settles();
      let times = 0;
      one.origin.misdeed = oneSegment(() => (times++ ? undefined : { status: 503 }));
      await one.page.waitForTimeout(25_000);
      assert.deepEqual(await one.silences(), []);
      assert.equal(times, 2, 'asked twice');
    });
  });
});

describe('segments that are refused while the playlist is well', () => {
  test('back off together, and the reason is told', async () => {
    await using({}, async (one) => {
      await one.settles();
      one.origin.misdeed = eachSegment({ status: 403 });
      await one.page.waitForTimeout(30_000);
      const refused = one.origin.since(one.from).filter(({ status }) => status === 403);
      // One segment twice, then the next: only two that are refused are a refusal of all of them.
      const most = 3 + attemptsWithin(30);
      assert.ok(refused.length <= most, `${refused.length} refused`);
      const state = await one.page.evaluate(() => {
        const { ladder = [] } = bench.session?.state ?? {};
        return { code: ladder[0]?.wait?.error.code, status: ladder[0]?.wait?.error.status };
      });
      assert.deepEqual(state, { code: 'refused', status: 403 });
      one.origin.misdeed = () => undefined;
      await one.page.waitForFunction(() => Date.now() - bench.sound.heardAt < 100, null, {
        timeout: (latestAfter(30) + 5) * 1000,
      });
    });
  });
});

describe('one of three variants that fails for ever', { concurrency: true }, () => {
  for (const status of [404, 503]) {
    test(`it answers ${status}: another one is heard`, async () => {
      const begin = ({ origin }: Listener) => {
        origin.delivery = variants;
      };
      await using({ path: '/all.m3u8', begin }, async (one) => {
        await one.settles();
        one.origin.misdeed = failingVariant(one.origin.entries, { status });
        await one.page.waitForTimeout(30_000);
        await isHeardOn(one);
      });
    });
  }
});

describe('200 with something else in place of what was asked', { concurrency: true }, () => {
  for (const [name, body] of Object.entries(OTHER_BODIES)) {
    test(`${name} once, for a playlist: it is not heard`, async () => {
      await using({}, async (one) => {
        await one.settles();
        one.origin.misdeed = once(eachPlaylist(body));
        await one.page.waitForTimeout(20_000);
        const playlists = one.origin.since(one.from, /m3u8$/);
        assert.ok(playlists.findIndex(({ isSpoilt }) => isSpoilt) < playlists.length - 1, 'again');
        assert.deepEqual(await one.silences(), []);
      });
    });
  }

  test('an HTML page for a segment for ever: it is left out', async () => {
    await using({}, async (one) => {
      await one.settles();
      one.origin.misdeed = oneSegment(() => OTHER_BODIES.html);
      await one.page.waitForTimeout(25_000);
      await isHeardOn(one);
    });
  });
});

describe('a redirect to an edge that dies', { concurrency: true }, () => {
  const ways: Record<string, Wrong> = {
    'answers 403': { status: 403 },
    'answers 404': { status: 404 },
    'answers 503': { status: 503 },
    'resets the connection': 'reset',
  };
  for (const [name, way] of Object.entries(ways)) {
    test(`${name}: the URL that was given is asked anew`, async () => {
      const begin = ({ origin }: Listener) => {
        origin.delivery = redirecting;
      };
      await using({ path: '/live.m3u8', begin }, async (one) => {
        await one.settles();
        one.origin.misdeed = failingEdge(way);
        await one.page.waitForTimeout(30_000);
        await isHeardOn(one);
      });
    });
  }
});

describe('an encoder that restarts', { concurrency: true }, () => {
  for (const [name, isDated] of [
    ['with', true],
    ['without', false],
  ] as const) {
    test(`${name} program times: what was buffered is heard, and then what it sends now`, async () => {
      const begin = ({ origin }: Listener) => {
        if (!isDated) origin.delivery = undated;
      };
      await using({ begin }, async (one) => {
        await one.settles();
        await one.served.restart();
        await one.page.waitForTimeout(35_000);
        await isHeardOn(one);
        if (kind !== 'earshot') return;
        const { time, now } = await one.page.evaluate(() => ({
          time: bench.session?.state.programTime ?? null,
          now: Date.now(),
        }));
        assert.ok(isDated ? time && time > now - 60_000 && time <= now : time === null, `${time}`);
      });
    });
  }
});
