import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from '../../bench/lib/browser.ts';
import { Listener } from './misdeeds/listener.ts';
import type { Asked, Misdeed } from './misdeeds/origin.ts';

// What the element needs to jump over a segment that is left out.
const JUMP = 900;

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const using = async (listener: Listener, live: (one: Listener) => Promise<void>) => {
  try {
    await live(listener);
  } finally {
    if (process.env.EXPLAIN) {
      const told = await listener.page.evaluate(() => JSON.stringify(globalThis.errors));
      const silences = JSON.stringify(await listener.silences());
      const asked = listener.origin
        .since(listener.from)
        .map(
          ({ at, path, status }) => `${((at - listener.from) / 1000).toFixed(1)} ${path} ${status}`,
        );
      console.error(`silences ${silences}\n${told}\n${asked.join('\n')}`);
    }
    await listener.close();
  }
};

/** One segment, the next to be asked for, is spoilt. */
const oneSegment = (spoil: (asked: Asked) => ReturnType<Misdeed>): Misdeed => {
  let victim = 0;
  return (asked) => {
    if (!asked.segment) return undefined;
    victim ||= asked.segment;
    return asked.segment === victim ? spoil(asked) : undefined;
  };
};

const player = process.env.PLAYER === 'hls' ? 'hls' : 'earshot';

describe('one segment that fails for ever while all else is well', { concurrency: true }, () => {
  const ways: Record<string, () => ReturnType<Misdeed>> = {
    'answers 404': () => ({ status: 404 }),
    'answers 500': () => ({ status: 500 }),
    hangs: () => 'hang',
    'resets the connection': () => 'reset',
  };
  for (const [name, way] of Object.entries(ways)) {
    test(`${name}: it is left out, and nothing else is`, async () => {
      await using(await Listener.open(browser, player), async (one) => {
        await one.settles();
        one.origin.misdeed = oneSegment(way);
        await one.page.waitForTimeout(30_000);
        const [longest = 0] = await one.silences();
        assert.ok(longest < JUMP, `${longest} ms of silence`);
        assert.ok(await one.hears(), 'it is heard');
        const victims = one.origin.since(one.from).filter(({ status }) => status !== 200);
        // The browser itself repeats a request whose connection was reset.
        assert.ok(victims.length <= (name.startsWith('resets') ? 4 : 2), `${victims.length} tries`);
      });
    });
  }

  test('answers 503 once: no word is lost', async () => {
    await using(await Listener.open(browser, player), async (one) => {
      await one.settles();
      let times = 0;
      one.origin.misdeed = oneSegment(() => (times++ ? undefined : { status: 503 }));
      await one.page.waitForTimeout(25_000);
      assert.deepEqual(await one.silences(), []);
      assert.equal(times, 2, 'asked twice');
    });
  });
});

const MASTER = [
  '#EXTM3U',
  ...[1, 2, 3].flatMap((level) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${level * 30_000},CODECS="mp4a.40.2"`,
    `edge${level}/sweep.m3u8`,
  ]),
].join('\n');

describe('segments that are refused while the playlist is well', () => {
  test('back off together, and the reason is told', async () => {
    await using(await Listener.open(browser, player), async (one) => {
      await one.settles();
      one.origin.misdeed = ({ segment }) => (segment ? { status: 403 } : undefined);
      await one.page.waitForTimeout(30_000);
      const refused = one.origin.since(one.from).filter(({ status }) => status === 403);
      assert.ok(refused.length <= 5, `${refused.length} refused`);
      const state = await one.page.evaluate(() => {
        const { ladder } = globalThis.session.state;
        return { code: ladder[0]?.wait?.error.code, status: ladder[0]?.wait?.error.status };
      });
      assert.deepEqual(state, { code: 'refused', status: 403 });
      one.origin.misdeed = () => undefined;
      await one.page.waitForFunction(() => Date.now() - globalThis.heardAt < 100, null, {
        timeout: 60_000,
      });
    });
  });
});

describe('one of three variants that fails for ever', { concurrency: true }, () => {
  for (const status of [404, 503]) {
    test(`it answers ${status}: another one is heard`, async () => {
      const master: Misdeed = ({ path }) => (path === '/all.m3u8' ? { body: MASTER } : undefined);
      const begin = ({ origin }: Listener) => {
        origin.misdeed = master;
      };
      await using(await Listener.open(browser, player, '/all.m3u8', begin), async (one) => {
        await one.settles();
        const playing = /^\/edge\d/.exec(one.origin.since(0, /^\/edge\d/).at(-1)?.path ?? '')?.[0];
        one.origin.misdeed = (asked) =>
          playing && asked.path.startsWith(`${playing}/sweep.m3u8`) ? { status } : master(asked);
        await one.page.waitForTimeout(30_000);
        const [longest = 0] = await one.silences();
        assert.ok(longest < JUMP, `${longest} ms of silence`);
        assert.ok(await one.hears(), 'it is heard');
      });
    });
  }
});

describe('200 with something else in place of what was asked', { concurrency: true }, () => {
  const bodies: Record<string, [type: string, body: string]> = {
    'an HTML page': ['text/html', '<!doctype html><title>Welcome to the hotel</title>'],
    nothing: ['application/vnd.apple.mpegurl', ''],
    JSON: ['application/json', '{"error":"try again"}'],
  };
  for (const [name, [type, body]] of Object.entries(bodies)) {
    test(`${name} once, for a playlist: it is not heard`, async () => {
      await using(await Listener.open(browser, player), async (one) => {
        await one.settles();
        let times = 0;
        one.origin.misdeed = ({ isPlaylist }) =>
          isPlaylist && !times++ ? { headers: { 'Content-Type': type }, body } : undefined;
        await one.page.waitForTimeout(20_000);
        assert.ok(times > 1, 'asked again');
        assert.deepEqual(await one.silences(), []);
      });
    });
  }

  test('an HTML page for a segment for ever: it is left out', async () => {
    await using(await Listener.open(browser, player), async (one) => {
      await one.settles();
      const [type, body] = bodies['an HTML page'] as [string, string];
      one.origin.misdeed = oneSegment(() => ({ headers: { 'Content-Type': type }, body }));
      await one.page.waitForTimeout(25_000);
      const [longest = 0] = await one.silences();
      assert.ok(longest < JUMP, `${longest} ms of silence`);
      assert.ok(await one.hears(), 'it is heard');
    });
  });
});

describe('a redirect to an edge that dies', { concurrency: true }, () => {
  const ways: Record<string, ReturnType<Misdeed>> = {
    'answers 403': { status: 403 },
    'answers 404': { status: 404 },
    'answers 503': { status: 503 },
    'resets the connection': 'reset',
  };
  for (const [name, way] of Object.entries(ways)) {
    test(`${name}: the URL that was given is asked anew`, async () => {
      let edge = 1;
      const balance = ({ origin }: Listener) => {
        origin.misdeed = ({ path }) => {
          if (path === '/live.m3u8') {
            return { status: 302, headers: { Location: `/edge${edge}/sweep.m3u8` } };
          }
          return path.startsWith(`/edge${edge}/`) ? undefined : way;
        };
      };
      await using(await Listener.open(browser, player, '/live.m3u8', balance), async (one) => {
        await one.settles();
        edge = 2;
        await one.page.waitForTimeout(30_000);
        const [longest = 0] = await one.silences();
        assert.ok(longest < JUMP, `${longest} ms of silence`);
        assert.ok(await one.hears(), 'it is heard');
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
      const strip = ({ origin }: Listener) => {
        origin.misdeed = async ({ isPlaylist, text }) =>
          isPlaylist && !isDated
            ? { body: (await text()).replace(/#EXT-X-PROGRAM-DATE-TIME.*\n/g, '') }
            : undefined;
      };
      await using(await Listener.open(browser, player, '/sweep.m3u8', strip), async (one) => {
        await one.settles();
        await one.restart();
        await one.page.waitForTimeout(35_000);
        const [longest = 0] = await one.silences();
        assert.ok(longest < JUMP, `${longest} ms of silence`);
        assert.ok(await one.hears(), 'it is heard');
        if (player !== 'earshot') return;
        const { time, now } = await one.page.evaluate(() => ({
          time: globalThis.session.state.programTime,
          now: Date.now(),
        }));
        assert.ok(isDated ? time && time > now - 60_000 && time <= now : time === null, `${time}`);
      });
    });
  }
});
