/// <reference types="node" preserve="true" />
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Journal } from '../store/journal.ts';
import { takeLock } from './file-lock.ts';

/** The options of {@link fileJournal}. */
export interface FileJournalOptions {
  /**
   * Waits until the disk has each line, so that nothing is lost when the power fails. Default `false`: the operating
   * system has each line, so nothing is lost when the process dies.
   */
  readonly sync?: boolean | undefined;
}

const BLOCK_BYTES = 1024 * 1024;
const NEW_LINE = 10;

/** The journal is for its owner alone: it can hold messages of listeners, and a secret. */
const MODE = 0o600;

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/** A rename is safe from a power failure once the folder is. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // Windows cannot open a folder, and needs no sync of it.
  }
}

/** Writes a whole file in place of another: after a kill, one of the two is there. */
function replaceFile(path: string, texts: Iterable<string>): void {
  const temporary = `${path}.part`;
  rmSync(temporary, { force: true });
  const file = openSync(temporary, 'w', MODE);
  try {
    for (const text of inBlocks(texts)) writeAll(file, Buffer.from(text));
    fsyncSync(file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(path);
}

function* inBlocks(texts: Iterable<string>): Iterable<string> {
  let block = '';
  for (const text of texts) {
    block += text;
    if (block.length < BLOCK_BYTES) continue;
    yield block;
    block = '';
  }
  yield block;
}

function* asLines(lines: Iterable<string>): Iterable<string> {
  for (const line of lines) yield `${line}\n`;
}

/** The bytes of all whole lines: a kill in the middle of a line leaves half of one, which nobody was told of. */
function wholeBytes(file: number): number {
  const block = Buffer.alloc(BLOCK_BYTES);
  let end = 0;
  for (let at = 0, read = 0; ; at += read) {
    read = readSync(file, block, 0, BLOCK_BYTES, at);
    if (read === 0) return end;
    const last = block.subarray(0, read).lastIndexOf(NEW_LINE);
    if (last >= 0) end = at + last + 1;
  }
}

function* readLines(path: string): Iterable<string> {
  const file = openSync(path, 'r');
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const read = readSync(file, block, 0, BLOCK_BYTES, null);
      if (read === 0) return;
      const bytes = Buffer.concat([rest, block.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, start)) {
        yield bytes.toString('utf8', start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } finally {
    closeSync(file);
  }
}

function readValues(path: string): Map<string, string> {
  if (!existsSync(path)) return new Map();
  try {
    return new Map(Object.entries<string>(JSON.parse(readFileSync(path, 'utf8'))));
  } catch {
    throw new Error(
      `${path} is corrupt. Restore it from a backup, or remove it to lose its values.`,
    );
  }
}

/**
 * An append-only file. One process at a time can open it.
 *
 * @param path is created if it does not exist, for its owner alone. Three more files stand beside it: `.lock` while it
 * is open, `.values` with the values by name, and `.part` while it is written anew.
 * @throws Error if another process has it open, or if it cannot be written.
 */
export function fileJournal(path: string, { sync = false }: FileJournalOptions = {}): Journal {
  // One file has one lock, whatever leads to it.
  const target = existsSync(path)
    ? realpathSync(path)
    : join(realpathSync(dirname(path)), basename(path));
  const release = takeLock(`${target}.lock`);
  const valuesPath = `${target}.values`;
  const values = readValues(valuesPath);
  let file = openSync(target, 'a+', MODE);
  let size = wholeBytes(file);
  ftruncateSync(file, size);

  return {
    name: target,
    get size() {
      return size;
    },
    read: () => readLines(target),
    append(lines) {
      const bytes = Buffer.from([...asLines(lines)].join(''));
      try {
        writeAll(file, bytes);
        if (sync) fsyncSync(file);
      } catch (error) {
        // The disk may be full after half a line, and have room for the next one later.
        ftruncateSync(file, size);
        throw error;
      }
      size += bytes.length;
    },
    rewrite(lines) {
      replaceFile(target, asLines(lines));
      closeSync(file);
      file = openSync(target, 'a+', MODE);
      size = statSync(target).size;
    },
    get: (name) => values.get(name) ?? null,
    set(name, text) {
      values.set(name, text);
      replaceFile(valuesPath, [JSON.stringify(Object.fromEntries(values))]);
    },
    close() {
      closeSync(file);
      release();
    },
  };
}
