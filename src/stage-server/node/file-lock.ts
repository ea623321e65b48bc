/// <reference types="node" />
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';

/** The locks of this process, where a process ID says too little: in a container, the next one has the same. */
const held = new Set<string>();

/** A name that no other process has, before or after a restart of the machine; only its ID where there is no /proc. */
function identify(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name of the program is in brackets and may contain spaces. After it: the state, and as the 20th the start time.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie is dead, and only its exit code is left.
    return fields[0] === 'Z' ? '' : `${pid} ${boot} ${fields[19]}`;
  } catch {
    return `${pid}`;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Object(error).code === 'EPERM';
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Whether the process that has written a lock holds it still. */
function isHeld(owner: string, path: string): boolean {
  const pid = Number.parseInt(owner, 10);
  // Half a lock, of a process that died between two calls.
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  if (owner.includes(' ')) return identify(pid) === owner;
  return pid === process.pid ? held.has(path) : isAlive(pid);
}

/** Removes the lock of a dead process. False: another process was faster. */
function removeStale(path: string, owner: string): boolean {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const isSame = read(aside) === owner;
  // It is the lock of a process that has removed the stale one meanwhile: give it back.
  if (isSame) rmSync(aside, { force: true });
  else renameSync(aside, path);
  return isSame;
}

/**
 * Takes a lock that ends with its process.
 *
 * @param path the file that stands for the lock.
 * @returns a function that releases it.
 * @throws Error if another process, or another part of this one, holds it.
 */
export function takeLock(path: string): () => void {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, identify(process.pid));
      closeSync(file);
      held.add(path);
      return () => {
        held.delete(path);
        rmSync(path, { force: true });
      };
    } catch (error) {
      if (Object(error).code !== 'EEXIST') throw error;
    }
    const owner = read(path);
    if (owner !== null && isHeld(owner, path))
      throw new Error(
        `${path}: process ${owner.split(' ')[0]} uses this file. Stop that process, or give this one another file.`,
      );
    if (owner !== null) removeStale(path, owner);
  }
  throw new Error(`${path}: several processes take this lock at once. Start one only.`);
}
