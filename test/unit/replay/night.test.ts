import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { parseRecord, replay } from '../../../scripts/replay/replaying.ts';
import type { RecordEntry } from '../../../src/policy/record.ts';

const REPLAY = resolve('scripts/replay.ts');
/** A real listener's, in Chromium, through six faults. `npm run record:night` writes it. */
const NIGHT = resolve('test/recordings/night.json');

const text = readFileSync(NIGHT, 'utf8');
const record = parseRecord(text);
const entries = record.entries as readonly RecordEntry[];

const run = (file: string) => {
  const args = [REPLAY, file, '--quiet'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('the recorded night', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'night-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Replays the night with one entry replaced. */
  const replayWith = (at: number, change: object) => {
    const file = join(folder, `${at}.json`);
    const changed = entries.map((entry, index) => (index === at ? { ...entry, ...change } : entry));
    writeFileSync(file, JSON.stringify({ ...record, entries: changed }));
    return run(file);
  };

  it('replays to the same statuses and decisions', () => {
    const { status, stdout, stderr } = run(NIGHT);
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
    const shown = entries.filter((entry) => entry.shown).length;
    expect(stdout).to.contain(`all ${shown} statuses and all `);
  });

  it('has six faults, a step back, a pause and a climb', () => {
    const steps = [...replay(record)];
    const opened = steps.flatMap(({ effects }) => effects.filter((one) => Object(one).climb));
    expect(opened).to.have.length(1);
    expect(text.match(/too few packets came/g)?.length).to.be.at.least(2);
    for (const trace of [/"status":503,"code":"overload"/, /no response/, /code 1012/, /"seek"/])
      expect(text).to.match(trace);
    const queue = steps.some(({ state }) => state.queue !== null);
    expect(queue).to.equal(true);
    const statuses = new Set(steps.map(({ state }) => state.status));
    expect(statuses).to.include.all.keys('hearing', 'waiting', 'muted', 'paused', 'closed');
  });

  it('names no host but this one, and no query', () => {
    const hosts = text.match(/\b(?:https?|wss?):\/\/[^/"]+/g) ?? [];
    expect(hosts.filter((host) => !/:\/\/127\.0\.0\.1:\d+$/.test(host))).to.deep.equal([]);
    expect(text).to.not.match(/bearer|eyJ|\?[a-z]+=/i);
  });

  it('differs at once if one observation is changed', () => {
    const at = entries.findLastIndex(
      ({ seen, effects }) => seen && Object(effects?.[0]).type === 'open',
    );
    const { status, stdout, stderr } = replayWith(at, { seen: {} });
    expect(status).to.equal(1);
    expect(stdout).to.equal('');
    expect(stderr).to.match(/DIFFERENCE: it decided \[\{"type":"open".*\], and decides \[\]\n/);
  });

  it('differs if one status is changed', () => {
    const at = entries.findIndex(({ shown }) => shown?.status === 'waiting');
    const shown = { ...entries[at]?.shown, status: 'queued' };
    const { status, stderr } = replayWith(at, { shown });
    expect(status).to.equal(1);
    expect(stderr).to.contain('DIFFERENCE: the status was queued, and is waiting');
  });

  it('differs if one event is missing', () => {
    const at = entries.findIndex(({ event }) => Object(event).type === 'swapped');
    const { status, stderr } = replayWith(at, { event: undefined });
    expect(status).to.equal(1);
    expect(stderr).to.contain('DIFFERENCE: ');
  });
});
