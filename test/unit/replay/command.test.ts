import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { statusesOf } from '../../../scripts/replay/replaying.ts';
import type { SessionRecord } from '../../../src/session/api.ts';
import { night } from '../../helpers/night.ts';

const REPLAY = resolve('scripts/replay.ts');
const MOCHA = resolve('node_modules/mocha/bin/mocha.js');

const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('npm run replay', () => {
  let folder: string;
  let file: string;
  let record: SessionRecord;
  before(async () => {
    // In the repository, so that a written test finds its modules.
    folder = mkdtempSync(resolve('test/unit/replay/written-'));
    file = join(folder, 'night.json');
    const { session } = await night();
    record = session.record() as SessionRecord;
    writeFileSync(file, JSON.stringify(record));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('prints what happened, and finds the same decisions and statuses', () => {
    const { status, stdout, stderr } = run(REPLAY, file);
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
    expect(stdout).to.match(/^\d\d:\d\d:\d\d\.\d{3} {2}→ waiting: /m);
    expect(stdout).to.match(/observed ⇒ prepares https:\/\/b\.example\/talk\.m3u8$/m);
    expect(stdout).to.match(/GET playlist https:\/\/b\.example\/talk\.m3u8: 503 overload, \d+ ms/);
    expect(stdout).to.match(/: all \d+ statuses and all \d+ decisions are the same\.\n$/);
  });

  it('ends with 1 at a difference, and says where it is', () => {
    const other = join(folder, 'other.json');
    const entries = record.entries.map((one) => ({ ...one, effects: undefined }));
    writeFileSync(other, JSON.stringify({ ...record, entries }));
    const { status, stderr } = run(REPLAY, other, '--quiet');
    expect(status).to.equal(1);
    expect(stderr).to.match(/DIFFERENCE: it decided \[\], and decides \[\{"type":"open"/);
  });

  it('ends with 2 if the file is no record', () => {
    const broken = join(folder, 'broken.json');
    for (const [text, why] of [
      ['<html>', 'not JSON'],
      ['{"version":2}', 'version 2'],
      ['{"version":1}', 'no snapshot'],
      ['null', 'version undefined'],
    ]) {
      writeFileSync(broken, `${text}`);
      const { status, stderr } = run(REPLAY, broken);
      expect(status, text).to.equal(2);
      expect(stderr).to.contain(why);
    }
    expect(run(REPLAY, join(folder, 'missing.json')).status).to.equal(2);
    expect(run(REPLAY).stderr).to.contain('npm run replay');
  });

  it('writes a test that passes, and fails once it says what should have been', () => {
    const test = join(folder, 'night.test.ts');
    const { status, stdout } = run(REPLAY, file, '--quiet', '--test', test);
    expect(status, stdout).to.equal(0);
    const passed = run(MOCHA, '--no-config', test);
    expect(passed.status, passed.stdout + passed.stderr).to.equal(0);
    expect(passed.stdout).to.contain('1 passing');
    const text = readFileSync(test, 'utf8');
    expect(statusesOf(record).length).to.be.above(10);
    writeFileSync(test, text.replace("'waiting'", "'ended'"));
    expect(run(MOCHA, '--no-config', test).stdout).to.contain('1 failing');
    // A second call would lose what somebody has written.
    expect(run(REPLAY, file, '--quiet', '--test', test).status).to.equal(2);
  });
});
