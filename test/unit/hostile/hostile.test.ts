import { expect } from 'chai';
import { DEFAULTS } from '../../../src/policy/defaults.ts';
import { isEarshotError } from '../../../src/policy/errors.ts';
import { notPlaylist } from '../../../src/sources/playlist-checks.ts';
import { AtTheDoor, FLOOR } from '../../helpers/at-the-door.ts';
import { reply } from '../../helpers/fake-fetch.ts';
import { NOTHING_HELD } from '../../helpers/fake-host.ts';
import { FakeOrigins } from '../../helpers/fake-origins.ts';
import { FakeStore } from '../../helpers/fake-store.ts';
import { FakeTabs } from '../../helpers/fake-tabs.ts';
import {
  A,
  B,
  Listening,
  type ListeningOptions,
  STAGE,
  TWO_CDNS,
} from '../../helpers/listening.ts';
import { STAGE_JSON, Talking, WITH_CHANNEL } from '../../helpers/talking.ts';
import {
  DOCUMENTS,
  EDITIONS,
  FRAMES,
  HEADERS,
  type Outcome,
  PASSES,
  PLAYLISTS,
  POSTED,
  STORED,
  TICKETS,
} from './inputs.ts';

const HOUR = 3_600_000;
const GOOD = { ...TWO_CDNS, refresh: 10 };

/** What holds of every session, whatever it was handed; it is closed then. */
const isUnharmed = async ({ host, session, errors }: Listening): Promise<void> => {
  for (const error of errors) expect(isEarshotError(error), String(error)).to.equal(true);
  for (const { origin } of host.requests) {
    expect([A, B, STAGE, FLOOR, 'https://cdn.example']).to.include(origin);
  }
  expect(({} as { version?: unknown }).version).to.equal(undefined);
  session.close();
  await host.advance(10_000);
  expect(host.clock.uncaught).to.deep.equal([]);
  expect(host.held).to.deep.equal(NOTHING_HELD);
};

const heardFrom = async (listening: Listening, origin: string): Promise<void> => {
  await listening.reaches('hearing');
  expect(listening.state.source?.url).to.equal(`${origin}/talk.m3u8`);
};

/** Opens on a stage whose URL answers `body`. */
const opened = (body: string, options: ListeningOptions = {}): Listening => {
  const origins = new FakeOrigins();
  origins.faults.set(STAGE_JSON, () => reply(200, body));
  return new Listening({ stage: STAGE_JSON, origins, ...options });
};

const becomes: Record<Outcome, (listening: Listening) => Promise<void>> = {
  async heard(listening) {
    await heardFrom(listening, A);
  },
  async next(listening) {
    await heardFrom(listening, B);
  },
  async told(listening) {
    await listening.advance(30_000);
    expect(listening.state.hearing).to.equal(false);
    expect(listening.errors[0]?.code).to.equal('bad-document');
    const { origins } = listening;
    origins.document = GOOD;
    origins.faults.clear();
    await listening.reaches('hearing', DEFAULTS.capWhileSilent);
  },
};

describe('a stage document that is', () => {
  for (const [name, body, outcome] of DOCUMENTS) {
    it(`${name}: ${outcome}`, async () => {
      const listening = opened(body);
      await becomes[outcome](listening);
      await listening.advance(60_000);
      expect(listening.state.status).to.equal('hearing');
      const looks = listening.host.requests.filter(({ url }) => url === STAGE_JSON);
      expect(looks.length).to.be.at.most(40);
      await isUnharmed(listening);
    });
  }
});

describe('a later edition that is', () => {
  for (const [name, body] of EDITIONS) {
    it(`${name}: the listener hears on, and the end is seen`, async () => {
      const origins = new FakeOrigins();
      origins.document = GOOD;
      const listening = new Listening({ stage: STAGE_JSON, origins });
      await listening.reaches('hearing');
      origins.faults.set(STAGE_JSON, () => reply(200, body));
      await listening.advance(120_000);
      expect(listening.state.status).to.equal('hearing');
      origins.faults.clear();
      origins.document = { ...GOOD, sequence: 9, state: 'ended' };
      origins.endsAt = listening.host.now();
      await listening.reaches('ended', HOUR);
      await isUnharmed(listening);
    });
  }
});

describe('headers beside a 503 that are', () => {
  for (const [name, headers] of HEADERS) {
    it(`${name}: an hour at most, and never at once`, async () => {
      const listening = new Listening();
      await listening.reaches('hearing');
      for (const origin of [A, B]) {
        listening.origins.faults.set(origin, () => reply(503, '', headers));
      }
      const before = listening.asked();
      await listening.advance(60_000);
      expect(listening.asked() - before).to.be.at.most(4 * (DEFAULTS.tokens + 2));
      listening.origins.faults.clear();
      await listening.reaches('hearing', DEFAULTS.maxFloor + 2 * DEFAULTS.capWhileSilent);
      await isUnharmed(listening);
    });
  }
});

describe('a pass that is', () => {
  for (const [name, pass, outcome] of PASSES) {
    it(`${name}: ${outcome}`, async () => {
      const listener = new AtTheDoor({ door: { open: 1 } });
      listener.answers((asked) => {
        listener.origins.faults.delete(FLOOR);
        const { body, status } = listener.origins.script(asked) as Response;
        return new Response(body, { status, headers: { 'earshot-pass': pass } });
      });
      await listener.reaches('hearing');
      await listener.advance(20_000);
      expect(listener.state.source?.url).to.equal(`${FLOOR}/talk.m3u8`);
      const shown = listener.joins.slice(1).map(({ headers }) => headers.get('earshot-pass'));
      expect(shown.length).to.be.above(2);
      expect(new Set(shown)).to.deep.equal(new Set([outcome === 'taken' ? 'abc' : null]));
      await isUnharmed(listener);
    });
  }
});

describe('in place of a ticket', () => {
  for (const [name, body] of TICKETS) {
    it(`${name}: told, the other source is heard, and the turn comes`, async () => {
      const tickets = `${FLOOR}/tickets`;
      const listener = new AtTheDoor({ door: { open: 0.5, tickets } });
      listener.origins.faults.set(tickets, () => reply(200, body));
      await listener.reaches('hearing');
      await listener.advance(120_000);
      expect(listener.state.source?.url).to.equal('https://cdn.example/talk.m3u8');
      expect(listener.errors.map(({ code }) => code)).to.include('bad-document');
      expect(listener.state.ladder[0]?.position?.turn).to.be.below(Infinity);
      for (const { headers } of listener.host.requests) {
        expect(headers.has('earshot-ticket')).to.equal(false);
      }
      await isUnharmed(listener);
    });
  }
});

describe('storage that holds', () => {
  for (const [name, stored] of STORED) {
    it(`${name}: heard at once`, async () => {
      const stores = { tab: new FakeStore(), browser: new FakeStore() };
      for (const [key, value] of Object.entries(stored)) {
        stores.tab.values.set(key, value);
        stores.browser.values.set(key, value);
      }
      const listening = new Listening({ page: { stores } });
      await listening.reaches('hearing', 10_000);
      await isUnharmed(listening);
    });
  }
});

describe('a channel that says', () => {
  for (const [name, frame] of FRAMES) {
    it(`${name}: the listener hears on, and messages go up`, async () => {
      const talking = new Talking();
      await talking.listening.reaches('hearing');
      await talking.reaches('open');
      talking.socket.say(frame);
      await talking.advance(1_000);
      await talking.reaches('open', DEFAULTS.capWhileSilent);
      talking.send('hand', { up: true });
      await talking.advance(10_000);
      expect(talking.sent).to.deep.equal([{ outcome: 'acknowledged' }]);
      expect(talking.session.state.status).to.equal('hearing');
      await isUnharmed(talking.listening);
    });
  }
});

describe('another page of the origin that posts', () => {
  for (const [name, posted] of POSTED) {
    it(`${name}: the tabs hear on, and their messages go up`, async () => {
      const browser = new FakeTabs();
      const origins = new FakeOrigins();
      const first = new Talking({ origins, channel: { tabs: browser.open() } });
      const host = first.host.openTab();
      const document = WITH_CHANNEL;
      const second = new Talking({ origins, document, host, channel: { tabs: browser.open() } });
      await first.listening.reaches('hearing');
      await second.listening.reaches('hearing');
      const line = browser.open().join(`earshot:${STAGE_JSON}`, () => {});
      for (let times = 0; times < 3; times++) {
        line.post(posted as object);
        await host.advance(1_000);
      }
      for (const talking of [first, second]) {
        talking.send('hand', { up: true });
        await host.advance(60_000);
        expect(talking.sent).to.deep.equal([{ outcome: 'acknowledged' }]);
        expect(talking.session.state.status).to.equal('hearing');
      }
      await isUnharmed(second.listening);
      await isUnharmed(first.listening);
    });
  }
});

describe('in place of a playlist', () => {
  for (const [name, text, outcome] of PLAYLISTS) {
    it(`${name}: ${outcome}`, () => {
      const why = notPlaylist(new TextEncoder().encode(text).buffer);
      expect(why ? 'left' : 'played', why).to.equal(outcome);
    });
  }
});

it('The table has 60 inputs at least, each of its own name and kind.', () => {
  const tables = {
    DOCUMENTS,
    EDITIONS,
    HEADERS,
    PASSES,
    TICKETS,
    STORED,
    FRAMES,
    POSTED,
    PLAYLISTS,
  };
  const names = Object.entries(tables).flatMap(([kind, rows]) =>
    rows.map(([name]) => `${kind} ${name}`),
  );
  expect(new Set(names).size).to.equal(names.length);
  expect(names.length).to.be.at.least(60);
});
