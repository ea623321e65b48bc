import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import { fileJournal } from '../../src/stage-server/node/file-journal.ts';
import { memoryStore } from '../../src/stage-server/store/memory-store.ts';
import type { Store } from '../../src/stage-server/store/store.ts';
import { DOOR, OPEN } from '../stage-server/store-bench.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const VICTIM = new URL('../helpers/journal-victim.ts', import.meta.url).pathname;

/** What the victim says that it was answered. */
type Answered =
  | { op: 'admitted' | 'left' | 'published'; id: string }
  | { op: 'decided'; seq: number; reason: string | null };

/** Kills a process after it has said so many lines. */
async function killAfter(lines: number, path: string, round: number): Promise<Answered[]> {
  const args = [VICTIM, path, String(round), String(NOON + round * 2_000)];
  const victim = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  victim.stderr.on('data', (data) => {
    errors += data;
  });
  const answered: Answered[] = [];
  for await (const line of createInterface(victim.stdout)) {
    answered.push(JSON.parse(line));
    // What it had said until then is still read.
    if (answered.length === lines) victim.kill('SIGKILL');
  }
  if (victim.exitCode === null && victim.signalCode === null) await once(victim, 'exit');
  assert.equal(victim.signalCode, 'SIGKILL', errors);
  return answered;
}

/** @param unsure those whose leaving may not have been answered. */
async function admissionsHold(
  store: Store,
  answered: readonly Answered[],
  unsure: ReadonlySet<string>,
): Promise<void> {
  const left = new Set(answered.flatMap((one) => (one.op === 'left' ? one.id : [])));
  for (const one of answered) {
    if (one.op !== 'admitted') continue;
    const { id } = one;
    const entries = [{ ticket: `ticket ${id}`, session: 'somebody else' }];
    const [result] = await store.enter(DOOR, OPEN, { entries, turnedAway: 0, refusals: 0 });
    if (left.has(id) || (unsure.has(id) && result?.outcome === 'admitted')) {
      assert.equal(result?.outcome, 'admitted', `${id} left, and its ticket was returned`);
      await store.leave(DOOR, [{ session: 'somebody else', ticket: `ticket ${id}` }]);
    } else {
      assert.equal(result?.outcome, 'again', id);
      assert.equal(Object(result).session, `session ${id}`);
    }
  }
}

async function decisionsHold(store: Store, answered: readonly Answered[]): Promise<void> {
  const inbox: number[] = [];
  for (let page = await store.inbox(0, 1_000); page.length > 0; ) {
    inbox.push(...page.map(({ seq }) => seq));
    page = await store.inbox(page.at(-1)?.position ?? 0, 1_000);
  }
  assert.equal(new Set(inbox).size, inbox.length, 'no message is twice in the inbox');
  const decided = answered.flatMap((one) => (one.op === 'decided' ? one : []));
  for (const { seq, reason } of decided) {
    assert.equal(inbox.includes(seq), reason === null, `${seq} in the inbox`);
    const message = { from: 'outbox', seq, type: 't', key: null, payload: null, reason: 'no' };
    const [again] = await store.decide([message]);
    assert.equal(again?.isFirst, false, `${seq} is decided`);
  }
  // Of these, the reason is remembered too.
  const refused = decided.filter(({ reason }) => reason !== null).slice(-20);
  for (const { seq, reason } of refused) {
    const message = { from: 'outbox', seq, type: 't', key: null, payload: null, reason: null };
    assert.deepEqual(await store.decide([message]), [{ reason, isFirst: false }]);
  }
}

async function framesHold(store: Store, answered: readonly Answered[]): Promise<void> {
  const { frames, head } = await store.pull({ position: null, edition: 0, settings: 0 });
  frames.forEach(({ offset }, at) => {
    assert.equal(offset, head.offset - frames.length + 1 + at);
  });
  const texts = frames.map(({ text }) => text);
  const published = answered.flatMap((one) => (one.op === 'published' ? one.id : []));
  const kept = published.flatMap((id) => [`${id} a`, `${id} b`]);
  // Some more may have been published without an answer.
  const window = kept.slice(-Math.min(kept.length, frames.length - 2));
  const missing = window.filter((text) => !texts.includes(text));
  assert.deepEqual(missing, []);
  assert.equal(new Set(texts).size, texts.length, 'no frame is there twice');
}

test('a process that is killed takes nothing back that it has answered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-journal-'));
  const path = join(folder, 'journal');
  const answered: Answered[] = [];
  const unsure = new Set<string>();
  try {
    for (const [round, lines] of [1, 40, 173, 90, 300].entries()) {
      answered.push(...(await killAfter(lines, path, round)));
      const last = answered.at(-1);
      if (last?.op === 'admitted') unsure.add(last.id);
      // The lock of the dead process does not lock out the next one.
      let now = NOON + round * 2_000 + 1_200;
      const store = memoryStore({ journal: fileJournal(path), now: () => now });
      await store.enter(DOOR, OPEN, { entries: [], turnedAway: 0, refusals: 1 });
      now += 500;
      await admissionsHold(store, answered, unsure);
      await decisionsHold(store, answered);
      await framesHold(store, answered);
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

const stateOf = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];

test('the lock of a dead process is free before its parent has noticed', {
  skip: existsSync('/proc/self/stat') ? false : 'There is no /proc',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-journal-'));
  const path = join(folder, 'journal');
  // `exec` makes a parent that never asks what became of its child.
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  assert(parent.pid && parent.stdout);
  try {
    const pid = Number(String((await once(parent.stdout, 'data'))[0]));
    await until(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n');
    (parent.stdio[3] as Writable).end();
    await until(() => stateOf(pid)[0] === 'Z');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    writeFileSync(`${path}.lock`, `${pid} ${boot} ${stateOf(pid)[19]}`);
    fileJournal(path).close();
    // The same of the parent, which lives.
    writeFileSync(`${path}.lock`, `${parent.pid} ${boot} ${stateOf(parent.pid)[19]}`);
    assert.throws(() => fileJournal(path), /uses this file/);
  } finally {
    parent.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
