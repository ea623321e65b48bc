import { expect } from 'chai';
import fc from 'fast-check';
import type { StageDocument } from '../../../src/policy/document.ts';
import { isEarshotError } from '../../../src/policy/errors.ts';
import { parseDocument } from '../../../src/stage/parse.ts';
import { runs } from '../../helpers/effort.ts';
import { thrown } from '../../helpers/outcome.ts';

const BASE = 'https://stage.example/talk/stage.json';
const SOURCE = { kind: 'hls', url: 'https://a.example/talk.m3u8' };
const SMALLEST = { version: 1, sources: [SOURCE] };

const parse = (fields: object): StageDocument =>
  parseDocument({ ...SMALLEST, ...fields }, BASE, () => {});

const urls = (...listed: unknown[]): string[] =>
  parse({ sources: [...listed.map((url) => ({ kind: 'hls', url })), SOURCE] }).sources.map(
    ({ url }) => url,
  );

/** A document as the design allows it: clamped, complete, frozen through and through. */
const expectClamped = (document: StageDocument): void => {
  expect(Object.isFrozen(document) && Object.isFrozen(document.sources)).to.equal(true);
  expect(document.version).to.equal(1);
  expect(Number.isSafeInteger(document.sequence)).to.equal(true);
  expect(document.sequence).to.be.at.least(0);
  expect(document.state).to.be.oneOf(['scheduled', 'live', 'held', 'ended']);
  if (document.startsAt !== null) expect(document.startsAt).to.be.finite;
  if (document.spread !== null) expect(document.spread).to.be.within(1_000, 3_600_000);
  expect(document.refresh).to.be.within(5_000, 3_600_000);
  expect(document.sources.length).to.be.at.most(16);
  if (document.state !== 'scheduled') expect(document.sources.length).to.be.at.least(1);
  for (const source of document.sources) {
    expect(Object.isFrozen(source)).to.equal(true);
    expect(source.kind).to.be.a('string');
    expect(source.url).to.match(/^https?:\/\//);
  }
};

const holds = (value: unknown): void => {
  try {
    expectClamped(parseDocument(value, BASE));
  } catch (error) {
    if (!isEarshotError(error)) throw error;
    expect(error.code).to.equal('bad-document');
  }
};

/** A document whose fields may be anything, so that most of them get past the first check. */
const nearly = (anything: fc.Arbitrary<unknown>) =>
  fc.record(
    {
      version: fc.oneof(
        { weight: 9, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: anything },
      ),
      sequence: anything,
      state: fc.oneof(fc.constantFrom('scheduled', 'live', 'held', 'ended'), anything),
      startsAt: fc.oneof(fc.date().map(String), anything),
      spread: fc.oneof(fc.double(), anything),
      refresh: fc.oneof(fc.double(), anything),
      sources: fc.oneof(
        fc.array(
          fc.oneof(
            fc.record({
              kind: fc.oneof(fc.constant('hls'), anything),
              url: fc.oneof(fc.webUrl(), anything),
            }),
            anything,
          ),
          { maxLength: 40 },
        ),
        anything,
      ),
    },
    { requiredKeys: [] },
  );

describe('parseDocument(): anything in, a clamped document or "bad-document" out', () => {
  it('any JSON', () => fc.assert(fc.property(fc.jsonValue(), holds), { numRuns: runs(2_000) }));

  it('documents of any JSON', () =>
    fc.assert(fc.property(nearly(fc.jsonValue()), holds), { numRuns: runs(2_000) }));

  it('objects of a developer, of any kind', () => {
    const anything = fc.anything({
      withNullPrototype: true,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withTypedArray: true,
      withSparseArray: true,
    });
    fc.assert(fc.property(fc.oneof(anything, nearly(anything)), holds), { numRuns: runs(2_000) });
  });

  for (const nothing of [null, undefined, 7, 'text', true, [], [SMALLEST], () => {}, Symbol('x')]) {
    it(`${String(nothing)} is none`, () => {
      expect(thrown(() => parseDocument(nothing, BASE)).code).to.equal('bad-document');
    });
  }
});

describe('the URLs of a document', () => {
  it('that are relative are resolved against its own', () => {
    expect(urls('live.m3u8', '/x.m3u8', '//b.example/x.m3u8').slice(0, 3)).to.deep.equal([
      'https://stage.example/talk/live.m3u8',
      'https://stage.example/x.m3u8',
      'https://b.example/x.m3u8',
    ]);
  });

  const refused = [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:application/vnd.apple.mpegurl,x',
    'blob:https://stage.example/1',
    'file:///etc/passwd',
    'ftp://a.example/x.m3u8',
    'https://user:password@a.example/x.m3u8',
    'https://user@a.example/x.m3u8',
    'http://',
    7,
    null,
    {},
    ['https://a.example/x.m3u8'],
  ];
  for (const url of refused) {
    it(`do not include ${JSON.stringify(url)}`, () => {
      expect(urls(url)).to.deep.equal([SOURCE.url]);
    });
  }

  it('are listed once', () => {
    expect(urls(SOURCE.url, 'https://a.example:443/talk.m3u8')).to.deep.equal([SOURCE.url]);
  });

  it('are at most 16, the first', () => {
    const many = Array.from({ length: 100 }, (_, index) => `https://a.example/${index}.m3u8`);
    expect(urls(...many)).to.deep.equal(many.slice(0, 16));
  });
});

describe('the channel of a document', () => {
  const cases: [unknown, string | null][] = [
    ['wss://a.example/x', 'wss://a.example/x'],
    ['ws://a.example/x', 'ws://a.example/x'],
    ['https://a.example/x', 'wss://a.example/x'],
    ['/x', 'wss://stage.example/x'],
    ['channel', 'wss://stage.example/talk/channel'],
    ['wss://user:password@a.example/x', null],
    ['javascript:alert(1)', null],
    ['wsx://a.example/', null],
    ['', null],
    [7, null],
    [undefined, null],
  ];
  for (const [channel, expected] of cases) {
    it(`given as ${JSON.stringify(channel)} is ${expected}`, () => {
      expect(parse({ channel }).channel).to.equal(expected);
    });
  }
});

describe('the numbers of a document', () => {
  const cases: [string, object, keyof StageDocument, unknown][] = [
    ['a spread below a second', { spread: 0.001 }, 'spread', 1_000],
    ['a spread above an hour', { spread: 1e9 }, 'spread', 3_600_000],
    ['a negative spread', { spread: -5 }, 'spread', 1_000],
    ['a spread that is a text', { spread: '30' }, 'spread', null],
    ['no spread', {}, 'spread', null],
    ['a spread', { spread: 30 }, 'spread', 30_000],
    ['a refresh below 5 s', { refresh: 0 }, 'refresh', 5_000],
    ['a refresh above an hour', { refresh: 1e300 }, 'refresh', 3_600_000],
    ['no refresh', {}, 'refresh', 10_000],
    ['a negative sequence', { sequence: -1 }, 'sequence', 0],
    ['a sequence', { sequence: 4_711 }, 'sequence', 4_711],
    ['a start', { startsAt: '2026-11-22T20:00:00Z' }, 'startsAt', Date.UTC(2026, 10, 22, 20)],
    ['a start that is none', { startsAt: 'tonight' }, 'startsAt', null],
    ['a start in numbers', { startsAt: 20_261_122 }, 'startsAt', null],
    ['an unknown state', { state: 'on fire' }, 'state', 'live'],
  ];
  for (const [name, fields, field, expected] of cases) {
    it(`are clamped: ${name}`, () => expect(parse(fields)[field]).to.equal(expected));
  }
});

it('a document that is scheduled needs no source yet', () => {
  expect(parse({ state: 'scheduled', sources: [] }).sources).to.deep.equal([]);
  expect(thrown(() => parse({ sources: [] })).code).to.equal('bad-document');
});

it('unknown fields are ignored', () => {
  expect(parse({ later: 'wss://stage.example/', door: {} })).to.deep.equal(parse({}));
});

it('a source keeps its language and role, if they are short texts', () => {
  const of = (fields: object) => parse({ sources: [{ ...SOURCE, ...fields }] }).sources[0];
  const spoken = { lang: 'es-419', role: 'interpretation' };
  expect(of(spoken)).to.deep.equal({ ...SOURCE, ...spoken });
  for (const wrong of [null, undefined, '', 7, {}, ['es'], true, 'x'.repeat(65)])
    expect(of({ lang: wrong, role: wrong }), String(wrong)).to.deep.equal(SOURCE);
});
