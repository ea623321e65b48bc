import fs, {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fileJournal } from '../../../src/stage-server/node/file-journal.ts';
import { memoryStore } from '../../../src/stage-server/store/memory-store.ts';
import { textJournal } from '../../stage-server/store-bench.ts';

describe('a journal in a file', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'earshot-journal-'));
    path = join(folder, 'journal');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const linesOf = (sync = false) => {
    const journal = fileJournal(path, { sync });
    const lines = [...journal.read()];
    journal.close();
    return lines;
  };

  for (const sync of [false, true])
    it(`keeps its lines over a restart, for its owner alone${sync ? ', synced' : ''}`, () => {
      const journal = fileJournal(path, { sync });
      journal.append(['one', 'zwei ü']);
      journal.append(['three']);
      expect(journal.size).to.equal(statSync(path).size);
      journal.close();
      expect(statSync(path).mode & 0o777).to.equal(0o600);
      expect(linesOf(sync)).to.deep.equal(['one', 'zwei ü', 'three']);
    });

  it('reads lines of any length, around its blocks', () => {
    const lines = [1024 * 1024 - 1, 1024 * 1024, 3_000_000, 0, 5].map((length) =>
      'ü'.repeat(length),
    );
    const journal = fileJournal(path);
    journal.append(lines);
    journal.close();
    expect(linesOf()).to.deep.equal(lines);
  });

  it('cuts off half a line, wherever a kill has left it, and goes on after it', () => {
    const whole = 'one\nzwei ü\nthree\n';
    const bytes = Buffer.from(whole);
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      const journal = fileJournal(path);
      journal.append(['next']);
      journal.close();
      const kept = bytes.subarray(0, length).lastIndexOf('\n') + 1;
      expect(readFileSync(path, 'utf8')).to.equal(`${bytes.subarray(0, kept)}next\n`);
    }
  });

  it('removes what it could write of lines that it could not', () => {
    const journal = fileJournal(path);
    journal.append(['one']);
    const { writeSync } = fs;
    fs.writeSync = ((file: number, bytes: Uint8Array) => {
      writeSync(file, bytes.subarray(0, 5));
      throw new Error('ENOSPC');
    }) as unknown as typeof writeSync;
    syncBuiltinESMExports();
    try {
      expect(() => journal.append(['two', 'three'])).to.throw('ENOSPC');
    } finally {
      fs.writeSync = writeSync;
      syncBuiltinESMExports();
    }
    journal.append(['four']);
    journal.close();
    expect(linesOf()).to.deep.equal(['one', 'four']);
  });

  it('is written anew at once, and what a kill has left of that is no harm', () => {
    writeFileSync(`${path}.part`, 'half of ');
    const journal = fileJournal(path);
    journal.append(['old', 'older']);
    journal.rewrite(['new']);
    journal.append(['newer']);
    expect(journal.size).to.equal(statSync(path).size);
    journal.close();
    expect(linesOf()).to.deep.equal(['new', 'newer']);
    expect(existsSync(`${path}.part`)).to.equal(false);
  });

  it('keeps small values by name', () => {
    const journal = fileJournal(path);
    expect(journal.get('secret')).to.equal(null);
    journal.set('secret', 'ü\n');
    journal.set('__proto__', 'odd');
    journal.rewrite([]);
    journal.close();
    const reopened = fileJournal(path);
    expect(reopened.get('secret')).to.equal('ü\n');
    expect(reopened.get('__proto__')).to.equal('odd');
    expect(reopened.get('toString')).to.equal(null);
    reopened.close();
    expect(statSync(`${path}.values`).mode & 0o777).to.equal(0o600);
    writeFileSync(`${path}.values`, '{"secret":');
    expect(() => fileJournal(path)).to.throw(`${path}.values is corrupt`);
  });

  it('is open once at a time', () => {
    const journal = fileJournal(path);
    expect(() => fileJournal(path)).to.throw(/process \d+ uses this file/);
    journal.close();
    fileJournal(path).close();
    // The lock of another process that is alive: the one that runs this test.
    const parent = `${process.ppid}`;
    writeFileSync(`${path}.lock`, parent);
    expect(() => fileJournal(path)).to.throw(`process ${parent} uses this file`);
  });

  it('does not mind the lock of a dead process, even if another one has its ID', () => {
    // In a container, each process may have the same ID.
    for (const stale of ['', '99999999', '99999999 boot 1', `${process.pid} boot 1`, '1 boot 1']) {
      writeFileSync(`${path}.lock`, stale);
      fileJournal(path).close();
      expect(existsSync(`${path}.lock`)).to.equal(false);
    }
  });
});

describe('a store with a journal', () => {
  const limits = { capacity: 10, most: null, refusalCost: 0, passLife: 1_000, ticketLife: 5_000 };
  const key = { door: 'd', epoch: 1 };
  const once = (session: string) => ({
    entries: [{ session, ticket: null }],
    turnedAway: 0,
    refusals: 0,
  });

  it('names the line that is corrupt', () => {
    const line = '{"op":"once","key":"k","until":1}';
    for (const corrupt of ['{"op":"on', 'null', '{}', '']) {
      const open = () => memoryStore({ journal: textJournal([line, corrupt, line]) });
      expect(open).to.throw('Line 2 of the journal of a test is corrupt');
    }
  });

  it('is written anew when it opens, without what has expired', async () => {
    let now = 1e12;
    const journal = textJournal();
    const store = memoryStore({ journal, now: () => now });
    await store.enter(key, limits, once('a'));
    await store.close();
    expect(journal.lines).to.have.length(1);
    now += 10_000;
    const later = memoryStore({ journal, now: () => now });
    await later.enter(key, limits, once('b'));
    await later.close();
    await memoryStore({ journal, now: () => now }).close();
    expect(journal.lines.join()).to.contain('"b"').and.not.contain('"a"');
  });

  it('is written anew when it has grown too far', async () => {
    let lines: string[] = [];
    const rewritten: number[] = [];
    const big = {
      ...textJournal(),
      get size() {
        // As if each line had a megabyte.
        return lines.length * 1024 * 1024;
      },
      append: (more: readonly string[]) => void lines.push(...more),
      rewrite(all: Iterable<string>) {
        lines = [...all];
        rewritten.push(lines.length);
      },
    };
    const store = memoryStore({ journal: big });
    const fence = (await store.beat({ node: 'n', status: '', life: 1e9, isLast: false, doors: [] }))
      .fence;
    for (let version = 0; version < 200; version++)
      await store.keep(fence ?? 0, `edition ${version}`);
    expect(rewritten).to.deep.equal([0, 1, 1, 1]);
  });

  it('goes on after the disk was full, without a change lost or twice', async () => {
    const journal = textJournal();
    const { append } = journal;
    let isFull = false;
    journal.append = (lines) => {
      if (isFull) throw new Error('ENOSPC');
      append(lines);
    };
    const store = memoryStore({ journal });
    await store.publish('one', ['a']);
    isFull = true;
    const failed = await store.publish('two', ['b']).catch((error: Error) => error.message);
    expect(failed).to.equal('ENOSPC');
    // Nothing more is tried until that is written.
    const next = await store.change(0, 'never').catch((error: Error) => error.message);
    expect(next).to.equal('ENOSPC');
    isFull = false;
    await store.publish('two', ['b']);
    await store.publish('three', ['c']);
    const nothing = { position: null, edition: 0, settings: 0 };
    const before = await store.pull(nothing);
    expect(before.settings).to.equal(null);
    expect(before.frames.map(({ text }) => text)).to.deep.equal(['a', 'b', 'c']);
    await store.close();
    const after = await memoryStore({ journal }).pull(nothing);
    expect(after.frames).to.deep.equal(before.frames);
    expect(after.head).to.deep.equal(before.head);
  });
});
