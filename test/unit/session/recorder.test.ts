import { expect } from 'chai';
import { parseRecord, replay } from '../../../scripts/replay/replaying.ts';
import type { Governor } from '../../../src/governor/api.ts';
import type { RecordEntry } from '../../../src/policy/record.ts';
import type { Session, SessionRecord } from '../../../src/session/api.ts';
import { createLoop } from '../../../src/session/loop.ts';
import { startRecorder } from '../../../src/session/recorder.ts';
import { parseDocument } from '../../../src/stage/parse.ts';
import { stateOf } from '../../../src/testing/index.ts';
import { GOOD } from '../../helpers/driven.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { hearing, type Listening, TWO_CDNS } from '../../helpers/listening.ts';
import { FAULTS, night, recorded, SECRETS } from '../../helpers/night.ts';
import { seeded } from '../../helpers/random.ts';

const recordOf = ({ session }: Listening): SessionRecord => {
  const record = session.record();
  if (!record) throw new Error('There is no record.');
  return parseRecord(JSON.stringify(record));
};

const entriesOf = (record: SessionRecord) => record.entries as readonly RecordEntry[];
const differencesOf = (record: SessionRecord) =>
  [...replay(record)].flatMap(({ difference }) => difference ?? []);

it('without the option there is no record', async () => {
  const listening = await hearing();
  expect(listening.session.record()).to.equal(null);
});

describe('a recorded night with six faults', () => {
  let listening: Listening;
  let record: SessionRecord;
  const statuses: string[] = [];
  before(async () => {
    expect(Object.keys(FAULTS)).to.have.length(6);
    listening = await night();
    record = recordOf(listening);
    for (const { shown } of entriesOf(record)) if (shown) statuses.push(shown.status);
  });

  it('replays to the same decisions, statuses and model', () => {
    expect(differencesOf(record)).to.deep.equal([]);
    const steps = [...replay(record)];
    expect(steps.filter(({ effects }) => effects.length).length, 'decisions').to.be.above(15);
    expect(steps.at(-1)?.state.status).to.equal(listening.state.status);
  });

  it('has falls, silence, a mute and a pause in it', () => {
    expect(new Set(statuses)).to.include.keys('hearing', 'waiting', 'muted', 'paused', 'stalled');
    const entries = entriesOf(record);
    expect(entries.filter((one) => one.switch !== undefined).length).to.be.above(3);
    expect(entries.some((one) => one.request?.status === 503)).to.equal(true);
    expect(entries.some((one) => one.request?.code === 'network')).to.equal(true);
  });

  it('keeps ten minutes, in less than a megabyte', () => {
    const last = entriesOf(record).at(-1)?.at ?? 0;
    expect(last - record.since).to.be.within(590_000, 600_250);
    expect(JSON.stringify(record).length).to.be.below(1_010_000);
    // It began after the first sound: the snapshot has moved forward.
    expect((record.snapshot as { shown: { status: string } }).shown.status).to.equal('hearing');
  });

  it('holds no query, token, body or user name', () => {
    const text = JSON.stringify(record);
    for (const secret of SECRETS) expect(text, secret).not.to.contain(secret);
    expect(text).not.to.match(/sig=|authorization|bearer/i);
    expect(text).to.contain('https://a.example/talk.m3u8');
  });

  it('differs where the reducer decides otherwise', () => {
    const [place] = entriesOf(record).flatMap(({ effects }, at) => (effects ? [at] : []));
    const entries = record.entries.map((entry, at) =>
      at === place ? { ...entry, effects: [] } : entry,
    );
    expect(differencesOf({ ...record, entries })).to.have.length(1);
  });

  it('differs where a status is not the recorded one, or was not recorded', () => {
    const places = entriesOf(record).flatMap(({ shown }, at) => (shown ? [at] : []));
    const place = places[3] ?? 0;
    const wrong = record.entries.map((entry, at) =>
      at === place
        ? { ...entry, shown: { ...(entry as RecordEntry).shown, status: 'ended' } }
        : entry,
    );
    expect(differencesOf({ ...record, entries: wrong })[0]).to.contain('was ended');
    const missing = record.entries.filter((_, at) => at !== place);
    expect(differencesOf({ ...record, entries: missing })).not.to.deep.equal([]);
  });
});

it('the record goes on after the end of the session, with its error', async () => {
  const listening = await recorded();
  await listening.reaches('hearing');
  listening.session.close();
  await listening.advance(60_000);
  const record = recordOf(listening);
  expect(entriesOf(record).at(-1)?.shown?.status).to.equal('closed');
  expect(differencesOf(record)).to.deep.equal([]);
  expect(listening.host.held).to.include({ timers: 0, fetches: 0, listeners: 0 });
});

it('a listener that acts on a state is replayed too', async () => {
  const listening = await recorded();
  listening.session.on('state', ({ status }) => {
    if (status === 'hearing' && listening.host.elapsed() < 20_000) listening.session.pause();
  });
  await listening.reaches('paused');
  await listening.advance(20_000);
  listening.session.play();
  await listening.advance(20_000);
  expect(listening.state.status).to.equal('hearing');
  expect(differencesOf(recordOf(listening))).to.deep.equal([]);
});

it('a realtime source, observed 20 times a second, stays within the limits and replays', () => {
  const host = new FakeHost();
  const told: (() => void)[] = [];
  const view = () => ({
    ...{ programTime: null, latency: null, now: host.now(), pause: null, muted: false, volume: 1 },
    documentWait: null,
    channel: stateOf('opening').channel,
    outbox: [],
    cues: [],
  });
  const onState = () => told.forEach((tell) => void tell());
  const loop = createLoop({ view, perform: () => {}, onState, onLost: () => {} });
  const session = {
    get state() {
      return loop.state;
    },
    on: (name: string, listener: () => void) => name === 'state' && told.push(listener),
  } as unknown as Session;
  const record = startRecorder(session, loop, {} as Governor, host);
  const document = parseDocument(TWO_CDNS, host.base);
  loop.dispatch({ type: 'document', document, isFixed: false });
  const random = seeded(7);
  for (let at = 0; at < 20 * 900; at++) {
    host.clock.setWall(50);
    const ahead = 1_000 * random();
    loop.dispatch({
      type: 'observed',
      now: host.now(),
      waits: [null, null, null],
      positions: [null, null, null],
      active: loop.model.active && { ...GOOD, ahead, target: 600, liveness: 'steady' },
      standby: null,
      documentWait: null,
      draw: random(),
    });
  }
  const made = record();
  expect(made.entries.length).to.be.within(8_000, 15_000);
  expect(JSON.stringify(made.entries).length).to.be.within(950_000, 1_020_000);
  expect(differencesOf(made)).to.deep.equal([]);
});
