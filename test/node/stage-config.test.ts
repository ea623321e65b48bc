import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseConfig } from '../../src/stage-server/config.ts';
import type { StageConfig } from '../../src/stage-server/config-types.ts';

const SCHEMA = new URL('../../dist/stage-config.schema.json', import.meta.url);
const PAGE = new URL('../../docs/server.md', import.meta.url);

const schema = JSON.parse(await readFile(SCHEMA, 'utf8'));
const isValid = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true }).compile(
  schema,
);

const HLS = { kind: 'hls', url: 'https://cdn.example/talk.m3u8' };
const CUE = { id: 'q1', at: '2026-11-22T20:12:00Z', type: 'speaker' };

const FULL: StageConfig = {
  $schema: './node_modules/earshot/dist/stage-config.schema.json',
  stage: 'talk',
  title: 'A talk',
  state: 'scheduled',
  startsAt: '2026-11-22T20:00:00+01:00',
  sources: [
    { kind: 'whep', url: 'whep/live', door: 'floor', cushion: 0.5 },
    { ...HLS, lang: 'es', role: 'interpretation', isOut: true },
  ],
  doors: {
    floor: {
      ...{ capacity: 2_000, most: 10_000, listeners: 1_000_000, opensIn: 30, tickets: true },
      ...{ ticketLife: 600, passLife: 60, retryAfter: 10, refusalCost: 0.2 },
    },
    other: { capacity: 0, most: null },
  },
  spread: 30,
  refresh: 60,
  cues: [CUE, { ...CUE, until: '2026-11-22T20:13Z', payload: { name: 'Ada' } }],
  publicUrl: 'https://stage.example/talk/',
  channel: {
    ...{
      ping: 20,
      pace: 2,
      terminal: [4_001],
      accepts: ['hand', 'q:1'],
      origins: ['https://a.example'],
    },
    socketsPerAddress: 50,
  },
  whep: {
    live: { upstream: 'http://10.0.0.1:8889/talk/whep', door: 'floor', authorization: 'Bearer x' },
  },
  tickets: { perMinute: 10, burst: 5 },
  trustedProxies: 1,
  metrics: 'public',
};

const GOOD: Readonly<Record<string, unknown>> = {
  'the smallest': { sources: [HLS] },
  'nothing but scheduled': { state: 'scheduled' },
  full: FULL,
  'no channel': { sources: [HLS], channel: false },
  'a channel for all origins': { sources: [HLS], channel: { origins: null } },
};

const wrong = (change: object) => ({ ...FULL, ...change });
const ofDoor = (change: object) => wrong({ doors: { floor: { capacity: 1, ...change } } });

const BAD: Readonly<Record<string, unknown>> = {
  'no object': [],
  'a field that is not there': wrong({ colour: 'red' }),
  'a name with a space': wrong({ stage: 'a talk' }),
  'a long title': wrong({ title: 'x'.repeat(201) }),
  'a state that is not there': wrong({ state: 'paused' }),
  'a time without a zone': wrong({ startsAt: '2026-11-22T20:00:00' }),
  'no list of sources': wrong({ sources: HLS }),
  'a source without a URL': wrong({ sources: [{ kind: 'hls' }] }),
  'a source without a kind': wrong({ sources: [{ url: 'a.m3u8' }] }),
  'an empty kind': wrong({ sources: [{ ...HLS, kind: '' }] }),
  'a field of a source': wrong({ sources: [{ ...HLS, colour: 'red' }] }),
  'a role that is not there': wrong({ sources: [{ ...HLS, role: 'other' }] }),
  'too much cushion': wrong({ sources: [{ ...HLS, cushion: 5 }] }),
  'too many sources': wrong({ sources: new Array(17).fill(HLS) }),
  'a door without a capacity': wrong({ doors: { floor: {} } }),
  'a door with a bad name': wrong({ doors: { 'a door': { capacity: 1 } } }),
  'a capacity as text': ofDoor({ capacity: '20' }),
  'a capacity below 0': ofDoor({ capacity: -1 }),
  'half a person': ofDoor({ most: 0.5 }),
  'a ticket of a second': ofDoor({ ticketLife: 1 }),
  'a pass of a day': ofDoor({ passLife: 86_400 }),
  'a refusal that costs two joins': ofDoor({ refusalCost: 2 }),
  'tickets as a number': ofDoor({ tickets: 1 }),
  'spread of nothing': wrong({ spread: 0 }),
  'refresh of a second': wrong({ refresh: 1 }),
  'a cue without a type': wrong({ cues: [{ id: 'q1', at: CUE.at }] }),
  'a relative public URL': wrong({ publicUrl: '/talk' }),
  'another protocol': wrong({ publicUrl: 'ftp://stage.example/' }),
  'a URL with a user': wrong({ publicUrl: 'https://me:secret@stage.example/' }),
  'a channel that is true': wrong({ channel: true }),
  'a ping of a second': wrong({ channel: { ping: 1 } }),
  'a close code of the protocol': wrong({ channel: { terminal: [1_000] } }),
  'a type with a space': wrong({ channel: { accepts: ['a hand'] } }),
  'an origin that is none': wrong({ channel: { origins: ['a.example'] } }),
  'an upstream that is none': wrong({ whep: { live: { upstream: 'whep' } } }),
  'an upstream without a URL': wrong({ whep: { live: {} } }),
  'no tickets at all': wrong({ tickets: { burst: 0 } }),
  'half a proxy': wrong({ trustedProxies: 0.5 }),
  'metrics for some': wrong({ metrics: 'some' }),
};

const parses = (config: unknown): boolean => {
  try {
    parseConfig(config);
    return true;
  } catch {
    return false;
  }
};

describe('the schema of the configuration', () => {
  for (const [name, config] of Object.entries(GOOD)) {
    it(`takes what the server takes: ${name}`, () => {
      assert.ok(parses(config), 'the server refuses it');
      assert.ok(isValid(config), JSON.stringify(isValid.errors));
    });
  }
  for (const [name, config] of Object.entries(BAD)) {
    it(`refuses what the server refuses: ${name}`, () => {
      assert.ok(!parses(config), 'the server takes it');
      assert.ok(!isValid(config));
    });
  }

  it('lets a variable of the environment stand for a URL', () => {
    assert.ok(isValid({ ...FULL, whep: { live: { upstream: 'env:UPSTREAM' } } }));
  });
});

type Fields = Record<string, { readonly description?: string }>;

/** Each object of the schema that has fields, with its path as the documentation writes it. */
function* objects(node: unknown, path: string): Iterable<[string, Fields]> {
  if (typeof node !== 'object' || node === null) return;
  const { properties, items, additionalProperties, anyOf = [] } = Object(node);
  yield* objects(items, `${path}[]`);
  yield* objects(additionalProperties, `${path}.NAME`);
  for (const one of anyOf) yield* objects(one, path);
  if (!properties) return;
  yield [path, properties];
  for (const [name, field] of Object.entries(properties)) {
    yield* objects(field, path ? `${path}.${name}` : name);
  }
}

describe('each field of the configuration', () => {
  const fields = [...objects(schema, '')].flatMap(([path, of]) =>
    Object.entries(of).map(([name, field]) => [path ? `${path}.${name}` : name, field] as const),
  );

  it('has a description for editors', () => {
    assert.ok(fields.length > 40, `${fields.length}`);
    assert.deepEqual(
      fields.filter(([, { description }]) => !description?.endsWith('.')).map(([path]) => path),
      [],
    );
  });

  it('is in the table of docs/server.md', async () => {
    const page = await readFile(PAGE, 'utf8');
    const missing = fields.filter(([path]) => !page.includes(`\`${path}\``)).map(([path]) => path);
    assert.deepEqual(missing, []);
  });
});
