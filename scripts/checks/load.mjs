// How loaded a machine is, beside what this process and its children do to it.
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Of the time that a thread wants, what it has to wait for a core: above this, figures are not to be trusted. */
export const LOADED = 0.15;

const LOOP = `
const { parentPort } = require('node:worker_threads');
const used = () => process.threadCpuUsage().user + process.threadCpuUsage().system;
const [wall, cpu] = [performance.now(), used()];
for (let turns = 0; performance.now() - wall < 400; turns++) Math.sqrt(turns);
parentPort.postMessage([performance.now() - wall, (used() - cpu) / 1_000]);
`;

/**
 * A calibrated loop on each core at once: the share of its time that it did not get one. 0 on an idle machine, 0.5
 * where as much is running besides.
 */
export const waitingShare = async () => {
  const loops = Array.from(
    { length: availableParallelism() },
    () =>
      new Promise((resolve, reject) => {
        new Worker(LOOP, { eval: true }).on('message', resolve).on('error', reject);
      }),
  );
  const shares = (await Promise.all(loops)).map(([wall, cpu]) => Math.max(0, 1 - cpu / wall));
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
};

/** Ticks of each process by its number, and its parent's; nothing where there is no /proc. */
const processes = () => {
  const found = new Map();
  let entries = [];
  try {
    entries = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return found;
  }
  for (const pid of entries) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
      found.set(Number(pid), {
        parent: Number(fields[1]),
        ticks: Number(fields[11]) + Number(fields[12]),
      });
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
};

const TICKS_A_SECOND = 100;
const EVERY_MS = 1_000;

/** Watches what others than this process and its children do; `stop()` gives the cores they kept busy. */
export const watchOthers = () => {
  const own = new Set([process.pid]);
  const from = performance.now();
  let before = processes();
  let ticks = 0;
  const look = () => {
    const now = processes();
    // A child whose parent is gone stays what it was.
    for (let grew = true; grew; ) {
      grew = false;
      for (const [pid, { parent }] of now) {
        if (!own.has(pid) && own.has(parent)) {
          own.add(pid);
          grew = true;
        }
      }
    }
    for (const [pid, { ticks: used }] of now) {
      if (!own.has(pid) && before.has(pid)) ticks += Math.max(0, used - before.get(pid).ticks);
    }
    before = now;
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      look();
      return ticks / TICKS_A_SECOND / ((performance.now() - from) / 1_000);
    },
  };
};
