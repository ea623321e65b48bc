import { expect } from 'chai';
import { doorOf } from '../../../src/policy/opening.ts';
import { parseConfig } from '../../../src/stage-server/config.ts';
import { ConfigError } from '../../../src/stage-server/config-error.ts';
import { type Edition, gistOf } from '../../../src/stage-server/edition.ts';
import { nextEdition } from '../../../src/stage-server/keeper.ts';
import { changed, type StageSettings, settingsOf } from '../../../src/stage-server/settings.ts';
import type { DoorCounts } from '../../../src/stage-server/store/store.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const SOURCES = [
  { kind: 'whep', url: 'whep/talk', door: 'floor' },
  { kind: 'hls', url: 'https://cdn.example/talk.m3u8' },
];
const FLOOR = { capacity: 20, listeners: 200 };
const PLACES = { base: '', hasChannel: true };
const NONE: DoorCounts = { admitted: 0, full: 0, crowded: 0, turnedAway: 0, left: 0, inside: 0 };

const startedWith = (config: object, before: StageSettings | null = null, now = NOON) =>
  settingsOf(parseConfig(config), JSON.stringify(config), now, before);
const next = (
  before: Edition | null,
  settings: StageSettings,
  now: number,
  counts: Partial<DoorCounts> | null = {},
  finish: (document: Record<string, unknown>) => Record<string, unknown> = (document) => document,
) =>
  nextEdition({
    ...{ before, settings, version: 1, now, places: PLACES, finish },
    counts: counts ? new Map([['floor', { ...NONE, ...counts }]]) : new Map(),
  });
const documentOf = (edition: Edition | null) => JSON.parse(edition?.document ?? 'null');

describe('the edition of a stage without doors', () => {
  const settings = startedWith({ sources: SOURCES.slice(1) });

  it('is made anew only when something has changed, or it is a minute old', () => {
    const first = next(null, settings, NOON, null) as Edition;
    expect(documentOf(first)).to.deep.equal({
      ...{ version: 1, sequence: NOON / 1_000, serverTime: '2026-11-22T12:00:00.000Z' },
      ...{ state: 'live', sources: SOURCES.slice(1), spread: 5, refresh: 10, channel: 'channel' },
    });
    expect(next(first, settings, NOON + 59_999, null)).to.equal(null);
    const minute = next(first, settings, NOON + 60_000, null);
    expect(minute?.sequence).to.equal(NOON / 1_000 + 60);
    const held = changed(settings, { state: 'held' }, 'ada', NOON + 1_000);
    expect(documentOf(next(first, held, NOON + 1_000, null)).state).to.equal('held');
    expect(
      documentOf(next(first, changed(settings, { moveChannel: true }, 'ada', NOON), NOON, null))
        .channel,
    ).to.equal('channel?2');
  });

  it('has a sequence that grows, though the clock is set back', () => {
    const first = next(null, settings, NOON, null) as Edition;
    const held = changed(settings, { state: 'held' }, 'ada', NOON);
    const second = next(first, held, NOON - 3_600_000, null) as Edition;
    expect(second.sequence).to.equal(first.sequence + 1);
    expect(second.sequence).to.be.above(first.sequence);
  });

  it('leaves out sources that are out, and says cues, the title and the start', () => {
    const cue = { id: 'q', at: '2026-11-22T12:10:00Z', type: 'slide' };
    const start = '2026-11-22T12:30:00Z';
    const change = {
      ...{ title: 'The talk', startsAt: start, cues: [cue] },
      sources: [
        { kind: 'hls', url: 'a.m3u8', isOut: true },
        { kind: 'hls', url: 'b.m3u8' },
      ],
    };
    const document = documentOf(next(null, changed(settings, change, 'ada', NOON), NOON, null));
    expect(document.sources).to.deep.equal([{ kind: 'hls', url: 'b.m3u8' }]);
    expect([document.title, document.startsAt, document.cues]).to.deep.equal([
      'The talk',
      start,
      [cue],
    ]);
  });

  it('is what the hook of the app makes of it', () => {
    const edition = next(null, settings, NOON, null, ({ sources: _, ...document }) => ({
      ...document,
      sources: [{ kind: 'hls', url: 'mine.m3u8' }],
      extra: 7,
    }));
    expect(documentOf(edition)).to.include({ extra: 7 });
    expect(documentOf(edition).sources[0].url).to.equal('mine.m3u8');
  });
});

describe('the edition of a stage with a door', () => {
  const settings = startedWith({ sources: SOURCES, doors: { floor: { ...FLOOR, opensIn: 10 } } });

  it('is made each second, and opens the door at its rate', () => {
    let edition = next(null, settings, NOON) as Edition;
    const first = documentOf(edition).doors.floor;
    expect(first).to.include({
      epoch: NOON / 1_000,
      tickets: 'door/floor/tickets',
      passes: 'door/floor/check?pass',
    });
    expect(first.open).to.be.below(0);
    for (let second = 1; second <= 30; second++) {
      const after = next(edition, settings, NOON + second * 1_000) as Edition;
      expect(after.sequence).to.equal(edition.sequence + 1);
      const [before, now] = [documentOf(edition), documentOf(after)].map(
        ({ doors }) => doors.floor.open,
      );
      expect(now).to.be.at.least(before);
      edition = after;
    }
    expect(documentOf(edition).doors.floor.open).to.equal(1);
  });

  it('corrects the rate by who came', () => {
    let edition = next(null, settings, NOON) as Edition;
    edition = next(edition, settings, NOON + 12_000, { admitted: 20 }) as Edition;
    const before = documentOf(edition).doors.floor.opensPerSecond;
    for (let second = 13; second < 16; second++) {
      const counts = { admitted: 20, full: 180, inside: 40 };
      edition = next(edition, settings, NOON + second * 1_000, counts) as Edition;
    }
    expect(documentOf(edition).doors.floor.opensPerSecond).to.be.below(before);
    expect(edition.doors.floor?.inside).to.equal(40);
    expect(edition.doors.floor?.rates).to.deep.equal({ arrivals: 200, admitted: 20, refused: 180 });
  });

  it('starts the door anew with another epoch, and leaves it where it was when the clock is set back', () => {
    const first = next(null, settings, NOON) as Edition;
    const open = next(first, settings, NOON + 60_000) as Edition;
    expect(documentOf(open).doors.floor.open).to.equal(1);
    const restarted = changed(
      settings,
      { doors: { floor: { restart: true } } },
      'ada',
      NOON + 60_000,
    );
    expect(restarted.doors.floor?.epoch).to.equal(NOON / 1_000 + 60);
    const anew = documentOf(next(open, restarted, NOON + 61_000));
    expect(anew.doors.floor.epoch).to.equal(NOON / 1_000 + 60);
    expect(anew.doors.floor.open).to.be.below(0);
    const back = next(open, settings, NOON - 3_600_000) as Edition;
    const opening = back.doors.floor?.opening;
    expect(opening && doorOf(opening, NOON - 3_600_000).open).to.equal(1);
  });

  it('has the same gist as the one before, so long as only the door opens', () => {
    let edition = next(null, settings, NOON) as Edition;
    const gists = new Set<string>();
    for (let second = 1; second < 8; second++) {
      edition = next(edition, settings, NOON + second * 1_000) as Edition;
      gists.add(gistOf(edition.document));
    }
    expect(gists.size).to.equal(1);
    const held = changed(settings, { state: 'held' }, 'ada', NOON);
    gists.add(gistOf((next(edition, held, NOON + 8_000) as Edition).document));
    expect(gists.size).to.equal(2);
  });
});

describe('the settings of a stage', () => {
  const config = { sources: SOURCES, doors: { floor: FLOOR } };
  const settings = startedWith(config);

  it('of a node that was started with another configuration keep the epochs of the doors', () => {
    const other = { ...config, doors: { floor: { ...FLOOR, capacity: 50 }, back: FLOOR } };
    const later = startedWith(other, settings, NOON + 90_000);
    expect(later.doors.floor).to.include({ capacity: 50, epoch: NOON / 1_000 });
    expect(later.doors.back?.epoch).to.equal(NOON / 1_000 + 90);
    expect(later.log.at(-1)).to.deep.equal({
      ...{ at: NOON + 90_000, who: 'config', change: 'another configuration' },
    });
  });

  it('change only where a change says so, and remember who made it', () => {
    const after = changed(settings, { doors: { floor: { capacity: 5, most: 9 } } }, 'ada', NOON);
    expect(after.doors.floor).to.deep.equal({ ...settings.doors.floor, capacity: 5, most: 9 });
    expect(after.sources).to.deep.equal(settings.sources);
    expect(after.log.at(-1)?.who).to.equal('ada');
    expect(
      changed(after, { doors: { floor: { most: null } } }, 'ada', NOON).doors.floor?.most,
    ).to.equal(null);
    let many = settings;
    for (let i = 0; i < 300; i++) many = changed(many, { title: String(i) }, 'ada', NOON);
    expect(many.log).to.have.length(200);
  });

  it('restart a door with an epoch that grows, even within a second or with a clock set back', () => {
    let after = settings;
    const epochs: number[] = [];
    for (const now of [NOON, NOON, NOON - 3_600_000, NOON + 5_000]) {
      after = changed(after, { doors: { floor: { restart: true } } }, 'ada', now);
      epochs.push(after.doors.floor?.epoch ?? 0);
    }
    const from = NOON / 1_000;
    expect(epochs).to.deep.equal([from + 1, from + 2, from + 3, from + 5]);
  });

  it('refuse what names nothing, or leaves no source', () => {
    const refused = (change: object) => {
      expect(() => changed(settings, change, 'ada', NOON), JSON.stringify(change)).to.throw(
        ConfigError,
      );
    };
    refused({ doors: { back: { capacity: 1 } } });
    refused({ doors: { toString: { capacity: 1 } } });
    refused({ sources: [] });
    refused({ sources: [{ kind: 'hls', url: 'a', isOut: true }] });
    refused({ sources: [{ kind: 'hls', url: 'a', door: 'back' }] });
    refused({ sources: [{ kind: 'hls', url: 'a', door: 'constructor' }] });
  });
});
