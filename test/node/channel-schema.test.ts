import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Stage, startStage } from '../../demo/stage/stage.ts';
import { until } from '../helpers/condition.ts';
import { Talker } from '../helpers/talker.ts';

const read = async (path: string) => readFile(new URL(path, import.meta.url), 'utf8');

const schema = JSON.parse(await read('../../src/channel/channel.schema.json'));
const document = JSON.parse(await read('../../src/stage/stage-document.schema.json'));
const page = await read('../../docs/protocol.md');

const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  strictTypes: true,
  formats: { 'date-time': true, 'uri-reference': true },
});
ajv.addSchema(document);
const isFrame = ajv.compile(schema);
const fromClient = ajv.compile({ $ref: `${schema.$id}#/$defs/fromClient` });
const fromServer = ajv.compile({ $ref: `${schema.$id}#/$defs/fromServer` });

const FROM = 'Vq3J0dWm9kT2b7uQx_1RZA';
const opsOf = (direction: 'fromClient' | 'fromServer'): string[] =>
  schema.$defs[direction].oneOf.map(({ $ref }: { $ref: string }) => $ref.split('/').at(-1));

describe('the JSON Schema of the channel', () => {
  let stage: Stage;
  let talker: Talker;

  before(async () => {
    stage = await startStage({ channel: { pace: 50 } });
    talker = new Talker(stage.channel?.url ?? '', { from: FROM });
    await talker.first('welcome');
    talker.say({ op: 'ping' });
    await talker.first('pong');
    talker.send('hand', { raised: true });
    talker.send('shout', {});
    talker.send('reaction', { kind: 'heart' });
    stage.channel?.announce(60);
    stage.channel?.tell('note', 'soon');
    stage.channel?.cue({ id: 'a', at: '2026-11-22T20:12:00Z', type: 'slide', payload: 3 });
    for (const op of ['refused', 'ack', 'document', 'window', 'listeners', 'cue'] as const) {
      await talker.first(op);
    }
    await until('the tallies are told', () => talker.of('message').length === 3);
  });

  after(async () => {
    talker?.close();
    await stage?.close();
  });

  it('accepts all that a client and the embedded stage said, and each op was said', () => {
    for (const frame of talker.said) assert.ok(fromClient(frame), JSON.stringify(frame));
    for (const frame of talker.heard) {
      assert.ok(fromServer(frame), `${JSON.stringify(frame)} ${JSON.stringify(fromServer.errors)}`);
    }
    const ops = (frames: unknown[]) => [...new Set(frames.map((one) => Object(one).op))].sort();
    assert.deepEqual(ops(talker.said), opsOf('fromClient').sort());
    assert.deepEqual(ops(talker.heard), opsOf('fromServer').sort());
  });

  it('takes no frame of one direction for one of the other', () => {
    for (const frame of talker.said) assert.equal(fromServer(frame), false);
    for (const frame of talker.heard) assert.equal(fromClient(frame), false);
  });

  const send = { op: 'send', from: FROM, seq: 1, type: 'hand', payload: null };
  for (const [name, frame] of [
    ['of an unknown op', { op: 'sing' }],
    ['that is a list', []],
    ['with a sender of another length', { ...send, from: 'me' }],
    ['with a negative number', { ...send, seq: -1 }],
    ['without a payload', { ...send, payload: undefined }],
    ['with an empty key', { ...send, key: '' }],
    ['with a window of a day', { op: 'window', seconds: 86_400 }],
    ['with a terminal code of the protocol', { op: 'welcome', terminal: [1012] }],
    ['with a pace of 100', { op: 'welcome', pace: 100 }],
    ['with a document of no version', { op: 'document', document: {} }],
    ['with a cue of no time', { op: 'cue', id: 'a', type: 'slide' }],
    ['with an offset of no epoch', { op: 'hello', offset: 7 }],
    ['with an epoch of no offset', { op: 'welcome', epoch: 'a' }],
    ['with an epoch of nothing', { op: 'hello', epoch: '', offset: 7 }],
    ['with an offset below zero', { op: 'message', type: 'a', payload: 1, offset: -1 }],
    ['with an offset of a fraction', { op: 'message', type: 'a', payload: 1, offset: 0.5 }],
    ['with an offset beyond whole numbers', { op: 'welcome', epoch: 'a', offset: 2 ** 53 }],
    ['with a loss that is a number', { op: 'welcome', unrecoverable: 1 }],
    ['with a refusal without a reason', { op: 'refused', from: FROM, seq: 1 }],
  ] as const) {
    it(`refuses a frame ${name}`, () => {
      assert.equal(isFrame(JSON.parse(JSON.stringify(frame))), false);
    });
  }

  it('accepts each example of the page about the protocol, which names each op and field', () => {
    const examples = [...page.matchAll(/^\{ "op".*\}$/gm)].map(([line]) => JSON.parse(line));
    for (const example of examples) assert.ok(isFrame(example), JSON.stringify(example));
    const ops = [...opsOf('fromClient'), ...opsOf('fromServer')];
    assert.deepEqual(examples.map(({ op }) => op).sort(), ops.sort());
    for (const op of ops) {
      for (const field of Object.keys(schema.$defs[op].properties)) {
        assert.match(page, new RegExp(`\`${field}\``), field);
      }
      assert.match(page, new RegExp(`\`${op}\``));
    }
  });
});
