// Works on a store with a journal until it is killed. Says what was answered, one line each, before the next call.
import { writeSync } from 'node:fs';
import { fileJournal } from '../../src/stage-server/node/file-journal.ts';
import { memoryStore } from '../../src/stage-server/store/memory-store.ts';
import { DOOR, OPEN } from '../stage-server/store-bench.ts';

const [path = '', round = '0', time = '0'] = process.argv.slice(2);
let now = Number(time);
const store = memoryStore({ journal: fileJournal(path), now: () => now });

const say = (answered: object) => writeSync(1, `${JSON.stringify(answered)}\n`);

const enter = (entries: { session: string; ticket: string }[]) =>
  store.enter(DOOR, OPEN, { entries, turnedAway: 0, refusals: 0 });

await enter([]);
now += 1_000;
// Long, so that a kill often hits a write.
const payload = 'p'.repeat(20_000);

for (let number = 0; ; number++) {
  const id = `${round}-${number}`;
  const [result] = await enter([{ session: `session ${id}`, ticket: `ticket ${id}` }]);
  if (result?.outcome !== 'admitted') throw new Error(`${id}: ${result?.outcome}`);
  say({ op: 'admitted', id });
  if (number % 3 === 0) {
    await store.leave(DOOR, [{ session: `session ${id}`, ticket: `ticket ${id}` }]);
    say({ op: 'left', id });
  }
  const message = { from: 'outbox', seq: Number(round) * 1e6 + number, type: 't', key: null };
  const reason = number % 7 === 0 ? 'seventh' : null;
  await store.decide([{ ...message, payload, reason }]);
  say({ op: 'decided', seq: message.seq, reason });
  await store.publish(id, [`${id} a`, `${id} b`]);
  say({ op: 'published', id });
}
