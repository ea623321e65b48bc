import { expect } from 'chai';
import type { OperatorState } from '../../../../src/stage-server/operator/operator-state.ts';
import {
  fromLocal,
  readCapacity,
  readMost,
  readPayload,
  readType,
  stepOf,
  toLocal,
} from '../../../../src/stage-server/operator/page/fields.ts';
import { createHistory, HISTORY_MS } from '../../../../src/stage-server/operator/page/history.ts';
import { changeWords } from '../../../../src/stage-server/operator/page/log-words.ts';
import { niceCeiling, pathOf } from '../../../../src/stage-server/operator/page/plot.ts';
import { invitationIn, loadSession } from '../../../../src/stage-server/operator/page/session.ts';
import { warningsOf } from '../../../../src/stage-server/operator/page/status-bar.ts';
import {
  clockTime,
  counted,
  duration,
  openness,
  percent,
  type QueueFacts,
  queueEnd,
  reconnects,
  stateEffects,
} from '../../../../src/stage-server/operator/page/words.ts';
import { operatorState } from '../../../helpers/operator-state.ts';

const NOON = new Date(2026, 10, 28, 12).getTime();
/** The words, with a plain space in each number. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const lines = (texts: readonly string[]) => texts.map(plain);

const state = (more: Partial<OperatorState> = {}) => operatorState({ at: NOON, ...more });

const door = (more: Partial<QueueFacts> = {}): QueueFacts => ({
  ...{ fullyOpenAt: NOON + 65_000, capacity: 5, most: null, inside: 3 },
  ...more,
});

describe('the words of the operator’s page', () => {
  it('tells a duration by its two largest units', () => {
    const cases: readonly (readonly [number, string])[] = [
      [-3, '0 s'],
      [0.4, '0 s'],
      [8, '8 s'],
      [59.6, '1 min'],
      [200, '3 min 20 s'],
      [3_600, '1 h'],
      [7_505, '2 h 5 min'],
      [90_061, '1 d 1 h'],
      [86_405, '1 d'],
    ];
    for (const [seconds, words] of cases) expect(plain(duration(seconds))).to.equal(words);
  });

  it('keeps a number and its unit on one line', () => {
    expect(duration(8)).to.equal('8\u00a0s');
    expect(counted(1, 'listener')).to.equal('1\u00a0listener');
    expect(counted(1_200, 'listener')).to.equal('1,200\u00a0listeners');
  });

  it('tells the day of a time only if it is another one', () => {
    expect(clockTime(NOON, NOON)).to.equal('12:00:00');
    expect(clockTime(NOON - 86_400_000, NOON)).to.equal('Nov 27, 12:00:00');
  });

  it('calls nothing 0 % or 100 % that is not', () => {
    const shares = [-1, 0, 0.000_01, 0.123, 0.9999, 1, 2];
    expect(lines(shares.map(percent))).to.deep.equal([
      '0 %',
      '0 %',
      '0.1 %',
      '12 %',
      '99.9 %',
      '100 %',
      '100 %',
    ]);
  });

  it('divides the connections by the window', () => {
    expect(reconnects(12_000, 30, 1)).to.equal('12,000 / 30 = 400 reconnects per second.');
    expect(reconnects(12_000, 30, 3)).to.equal(
      '12,000 / 30 = 400 reconnects per second, 133 on each of 3 nodes.',
    );
    expect(reconnects(1, 30, 1)).to.equal('1 / 30 = 0.03 reconnects per second.');
    expect(reconnects(0, 30, 0)).to.equal('0 / 30 = 0 reconnects per second.');
  });

  it('tells how far a door is open, and until when', () => {
    expect(plain(openness(-0.5, 0.01))).to.equal('opens in 50 s');
    expect(plain(openness(0.37, 0.01))).to.equal('37 % open');
    expect(openness(1, 0.01)).to.equal('open to everybody');
    expect(queueEnd(door({ fullyOpenAt: null }), NOON)).to.equal('no queue');
    expect(plain(queueEnd(door(), NOON))).to.equal('12:01:05 (in 1 min 5 s)');
    expect(queueEnd(door({ most: 3 }), NOON)).to.equal('full, until people leave');
    expect(queueEnd(door({ capacity: 0 }), NOON)).to.equal('never: capacity is 0');
    expect(queueEnd(door({ fullyOpenAt: NOON + 1e15 }), NOON)).to.equal(
      'in more than a day, at this rate',
    );
    expect(queueEnd(door({ fullyOpenAt: Number.POSITIVE_INFINITY }), NOON)).to.equal(
      'in more than a day, at this rate',
    );
  });

  it('says before a change what listeners will notice', () => {
    expect(lines(stateEffects(state({ listeners: 1 }), 'held')).at(-1)).to.equal(
      '1 listener with a channel learns of it at once, all others within 10 s.',
    );
    expect(lines(stateEffects(state({ hasChannel: false }), 'held')).at(-1)).to.equal(
      'Listeners learn of it within 10 s.',
    );
    expect(stateEffects(state(), 'ended')).to.include(
      'No recording is in: new listeners find nothing to play.',
    );
    const sources = [{ kind: 'recording', url: 'https://cdn.example/vod.m3u8' }];
    expect(stateEffects(state({ sources }), 'ended')).to.include(
      'New listeners get the recording.',
    );
    const out = sources.map((source) => ({ ...source, isOut: true }));
    expect(stateEffects(state({ sources: out }), 'ended').join()).to.include('No recording is in');
  });

  it('warns of a lost connection, and of a store that does not answer', () => {
    const fresh = { link: 'channel', age: 200 } as const;
    expect(warningsOf(state(), fresh)).to.deep.equal([]);
    expect(warningsOf(null, { link: null, age: null })[0]).to.include('does not answer');
    expect(lines(warningsOf(state(), { link: 'channel', age: 12_000 }))).to.deep.equal([
      'Connection lost. The figures are 12 s old. Trying again …',
    ]);
    expect(warningsOf(state({ storeAge: 2.9 }), fresh)).to.deep.equal([]);
    expect(plain(warningsOf(state({ storeAge: 3 }), fresh)[0] ?? '')).to.match(/for 3 s/);
    const nodes = state().nodes.map((node) => ({ ...node, isKeeper: false }));
    expect(warningsOf(state({ nodes }), fresh)).to.have.length(1);
  });
});

describe('the log of the operator’s page', () => {
  it('has words for each change, and for what it does not know', () => {
    const cases: readonly (readonly [unknown, readonly string[]])[] = [
      ['started', ['Started with its configuration']],
      ['another', ['another']],
      [{ state: 'held', spread: 30 }, ['State: held', 'Spread: 30 s']],
      [{ title: '' }, ['Title: “”']],
      [{ startsAt: null }, ['Start: not announced']],
      [
        { doors: { floor: { capacity: 0.5, most: null, tickets: false, restart: true } } },
        [
          'Door floor: capacity 0.5 joins/s',
          'Door floor: no limit inside',
          'Door floor: tickets off',
          'Door floor: restarted',
        ],
      ],
      [
        {
          sources: [
            { kind: 'hls', url: 'https://a.example/x', isOut: true },
            { kind: 'hls', url: 'x.m3u8' },
          ],
        },
        ['Sources: hls a.example (out), hls x.m3u8'],
      ],
      [{ restartChannel: 20 }, ['Channel: restarted over 20 s']],
      [{ moveChannel: true }, ['Channel: moved to another URL']],
      [{ toString: 1 }, ['toString: 1']],
      [{ doors: 5, sources: 5, title: null }, ['5', 'Sources: 5', 'Title: null']],
      [null, ['null']],
      [undefined, ['']],
    ];
    for (const [change, words] of cases) expect(changeWords(change)).to.deep.equal(words);
  });

  it('shortens what is long', () => {
    const [words = ''] = changeWords({ title: 'y'.repeat(9_000) });
    expect(words.length).to.be.below(300);
  });
});

describe('the fields of the operator’s page', () => {
  it('reads a capacity and a limit', () => {
    expect(readCapacity(' 0.5 ')).to.deep.equal({ value: 0.5 });
    for (const text of ['', 'x', '-1', '1e9', 'NaN']) {
      expect(readCapacity(text), text).to.have.property('problem');
    }
    expect(readMost('')).to.deep.equal({ value: null });
    expect(readMost('12')).to.deep.equal({ value: 12 });
    expect(readMost('1.5')).to.have.property('problem');
  });

  it('reads a type and a payload', () => {
    expect(readType(' poll.start ')).to.deep.equal({ value: 'poll.start' });
    expect(readType('no spaces')).to.have.property('problem');
    expect(readPayload(' ')).to.deep.equal({ value: undefined });
    expect(readPayload('{"a":[1]}')).to.deep.equal({ value: { a: [1] } });
    expect(readPayload('{a:1}')).to.have.property('problem');
    expect(readPayload(JSON.stringify('x'.repeat(16_382)))).to.have.property('value');
    expect(readPayload(JSON.stringify('x'.repeat(16_383)))).to.have.property('problem');
  });

  it('steps by about a tenth', () => {
    expect([0, 5, 20, 200, 2_000, 25_000].map(stepOf)).to.deep.equal([1, 1, 1, 10, 100, 1_000]);
  });

  it('gives a local time back as it was', () => {
    const at = '2026-11-28T20:05:00.000Z';
    expect(fromLocal(toLocal(at))).to.deep.equal({ value: at });
    expect(fromLocal('')).to.deep.equal({ value: null });
    expect(fromLocal('soon')).to.have.property('problem');
  });

  it('finds the invitation in whatever was pasted', () => {
    expect(invitationIn('https://stage.example/operator/#token=a.b.c')).to.equal('a.b.c');
    expect(invitationIn('#token=a.b.c&x=1')).to.equal('a.b.c');
    expect(invitationIn('  a.b.c\n')).to.equal('a.b.c');
  });

  it('loads only a session that still holds', () => {
    const storage = (text: string | null) => ({
      getItem: () => text,
      setItem() {},
      removeItem() {},
    });
    const session = { token: 't', name: 'Grace', expires: NOON };
    expect(loadSession(storage(JSON.stringify(session)), NOON - 1)).to.deep.equal(session);
    expect(loadSession(storage(JSON.stringify(session)), NOON)).to.equal(null);
    for (const text of [null, '{', '5', '{"token":5}']) {
      expect(loadSession(storage(text), 0)).to.equal(null);
    }
  });
});

describe('the history of the operator’s page', () => {
  it('keeps a sample per second for ten minutes', () => {
    const history = createHistory();
    for (let at = 0; at <= HISTORY_MS + 60_000; at += 250) history.add(state({ at: NOON + at }));
    const samples = history.of('floor');
    expect(samples).to.have.length(601);
    expect(samples[0]?.at).to.equal(NOON + 60_000);
    history.add(state({ doors: {} }));
    expect(history.of('floor')).to.deep.equal([]);
  });

  it('starts over if the clock was set back', () => {
    const history = createHistory();
    history.add(state({ at: NOON }));
    history.add(state({ at: NOON - 5_000 }));
    expect(history.of('floor').map(({ at }) => at)).to.deep.equal([NOON - 5_000]);
  });

  it('draws no line over a gap', () => {
    const at = (seconds: number, value: number | null) => ({ at: NOON + seconds * 1_000, value });
    const path = pathOf(
      [at(0, 1), at(1, 2), at(20, 3), at(21, null), at(22, 1)],
      NOON + 22_000,
      60_000,
      10,
    );
    expect(path.replace(/[^ML]/g, '')).to.equal('MLMM');
    expect([0, 1, 1.5, 3, 70, 200, 201].map(niceCeiling)).to.deep.equal([
      1, 1, 1.5, 3, 100, 200, 300,
    ]);
  });
});
