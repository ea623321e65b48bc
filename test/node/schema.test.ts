import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { StageDocumentJson } from '../../src/policy/document.ts';
import { parseDocument } from '../../src/stage/parse.ts';

const SCHEMA = new URL('../../src/stage/stage-document.schema.json', import.meta.url);
const DESIGN = new URL('../../docs/stage-document.md', import.meta.url);
const BASE = 'https://stage.example/talk/stage.json';

const schema = JSON.parse(await readFile(SCHEMA, 'utf8'));
// The formats are checked by the parser: a date or URL that is none is left out, not refused.
const isValid = new Ajv2020({
  strict: true,
  strictRequired: false,
  strictTypes: true,
  formats: { 'date-time': true, 'uri-reference': true },
}).compile(schema);

const FULL: StageDocumentJson = {
  version: 1,
  sequence: 4711,
  serverTime: '2026-11-22T20:00:05.120Z',
  state: 'live',
  startsAt: '2026-11-22T20:00:00Z',
  sources: [
    { kind: 'whep', url: 'https://stage.example/talk/whep', door: 'floor' },
    { kind: 'hls', url: 'https://cdn-a.example/talk.m3u8', lang: 'en' },
    { kind: 'hls', url: 'https://cdn-a.example/es.m3u8', lang: 'es', role: 'interpretation' },
  ],
  doors: {
    floor: {
      epoch: 3,
      open: 0.125,
      opensPerSecond: 0.0011,
      tickets: '/talk/tickets',
      passes: 'check?pass',
    },
  },
  spread: 30,
  refresh: 10,
  channel: 'wss://stage.example/talk/channel',
  cues: [{ id: 'q1', at: '2026-11-22T20:12:00Z', type: 'speaker', payload: { name: 'Ada' } }],
};

const published = fc.record(
  {
    version: fc.constant(1 as const),
    sequence: fc.nat(),
    state: fc.constantFrom('live', 'held', 'ended'),
    spread: fc.double({ min: 1, max: 3_600, noNaN: true }),
    refresh: fc.double({ min: 5, max: 3_600, noNaN: true }),
    sources: fc.array(
      fc.record(
        {
          kind: fc.string({ minLength: 1 }),
          url: fc.webUrl(),
          door: fc.string({ minLength: 1, maxLength: 64 }),
          lang: fc.constantFrom('en', 'es-419', 'x'),
          role: fc.constantFrom('main', 'interpretation', 'description'),
        },
        { requiredKeys: ['kind', 'url'] },
      ),
      { minLength: 1, maxLength: 16 },
    ),
    doors: fc.dictionary(
      fc.string(),
      fc.record(
        {
          epoch: fc.nat(),
          open: fc.double({ min: -1, max: 1, noNaN: true }),
          opensPerSecond: fc.double({ min: 0, max: 1, noNaN: true }),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: ['version', 'sources'] },
);

describe('the JSON Schema of the stage document', () => {
  it('accepts a full one, the smallest one, and one that is scheduled without sources', () => {
    const smallest = { version: 1, sources: [{ kind: 'hls', url: '/talk.m3u8' }] };
    for (const document of [FULL, smallest, { version: 1, state: 'scheduled' }]) {
      assert.ok(isValid(document), JSON.stringify(isValid.errors));
    }
  });

  it('what it accepts is parsed, and not a number of it is changed', () => {
    fc.assert(
      fc.property(published, (document) => {
        assert.ok(isValid(document), JSON.stringify(isValid.errors));
        const parsed = parseDocument(JSON.parse(JSON.stringify(document)), BASE);
        assert.equal(parsed.sequence, document.sequence ?? 0);
        if (document.spread !== undefined) assert.equal(parsed.spread, document.spread * 1_000);
        for (const { door } of parsed.sources) {
          const given = document.doors?.[door ?? ''];
          if (!door || !Object.hasOwn(document.doors ?? {}, door)) continue;
          assert.equal(parsed.doors[door]?.epoch, given?.epoch ?? 0);
          assert.equal(parsed.doors[door]?.open, given?.open ?? 1);
        }
      }),
    );
  });

  for (const [name, document] of [
    ['of no version', { sources: FULL.sources }],
    ['without sources', { version: 1 }],
    ['with no source in the list', { version: 1, sources: [] }],
    ['of an unknown state', { ...FULL, state: 'on fire' }],
    ['with a spread of a day', { ...FULL, spread: 86_400 }],
    ['with a door that is a number', { ...FULL, doors: { floor: 7 } }],
    ['with an epoch that is no whole number', { ...FULL, doors: { floor: { epoch: 1.5 } } }],
    ['that is a list', []],
  ] as const) {
    it(`refuses one ${name}`, () => assert.equal(isValid(document), false));
  }

  it('names each field that the page about the stage document names', async () => {
    const page = await readFile(DESIGN, 'utf8');
    for (const field of Object.keys(schema.properties))
      assert.match(page, new RegExp(`\`${field}\``));
    for (const field of Object.keys(schema.$defs.door.properties)) {
      assert.match(page, new RegExp(`\`doors\\.\\*\\.${field}\``));
    }
  });
});
