// A record that the built package makes has shortened property names: the command must read it all the same.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRecord, replay } from '../../scripts/replay/replaying.ts';
import type { Session } from '../../src/session/api.ts';
import type { ListenOptions } from '../../src/session/options.ts';
import { settle } from '../helpers/clock.ts';
import { noAnswer, reply } from '../helpers/fake-fetch.ts';
import { FakeHost } from '../helpers/fake-host.ts';
import { FakeOrigins } from '../helpers/fake-origins.ts';
import { fakeSource } from '../helpers/fake-source.ts';
import { A, B, TWO_CDNS } from '../helpers/listening.ts';

const BUILT = new URL('../../dist/earshot.js', import.meta.url).href;

describe('a record of the built package', () => {
  it('replays to the same decisions, statuses and model', async () => {
    const { listen } = (await import(BUILT)) as { listen(options: ListenOptions): Session };
    const origins = new FakeOrigins();
    const host = new FakeHost({ script: origins.script, latency: () => 50 });
    const session = listen({ stage: TWO_CDNS, host, sources: [fakeSource()], record: true });
    // The code of the recorder loads in real time, and no virtual time passes meanwhile.
    while (!session.record()) await settle();
    await host.advance(20_000);
    origins.faults.set(A, () => noAnswer());
    await host.advance(60_000);
    origins.faults.set(B, () => reply(503, '', { 'retry-after': '20' }));
    await host.advance(60_000);
    origins.faults.clear();
    await host.advance(200_000);
    const text = JSON.stringify(session.record());
    session.close();
    const steps = [...replay(parseRecord(text))];
    assert.deepEqual(
      steps.flatMap(({ difference }) => difference ?? []),
      [],
    );
    const statuses = new Set(steps.map(({ state }) => state.status));
    for (const status of ['connecting', 'hearing', 'waiting'] as const)
      assert.ok(statuses.has(status), status);
    assert.ok(steps.filter(({ effects }) => effects.length).length > 8);
    // Otherwise this would test the source a second time.
    assert.match(text, /"\$\$[0-9a-z]+":/);
  });
});
