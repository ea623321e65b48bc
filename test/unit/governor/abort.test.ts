import { expect } from 'chai';
import { backoff, type RetryPolicy } from '../../../src/policy/backoff.ts';
import { noAnswer, reply, type Script } from '../../helpers/fake-fetch.ts';
import { FakeHost } from '../../helpers/fake-host.ts';
import { A, Governed } from '../../helpers/governed.ts';
import { watch } from '../../helpers/outcome.ts';

const chunks = () => {
  let left = 3;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(out) {
      out.enqueue(new Uint8Array(10));
      if (--left === 0) out.close();
    },
  });
};

/** Fails, hangs and refuses in turn, then answers in pieces. */
const eventful = (): Script => {
  let asked = 0;
  return () => {
    const replies = [noAnswer(), reply(503), 'never', reply(404), reply(200, chunks())] as const;
    return replies[Math.min(asked++, 4)] ?? 'never';
  };
};

const token = () => new Promise<string>((resolve) => queueMicrotask(() => resolve('token')));

describe('an abort', () => {
  const policies: Record<string, RetryPolicy> = { 'backoff()': backoff(), never: () => null };
  for (const [name, policy] of Object.entries(policies)) {
    it(`at any moment rejects with its reason and leaves nothing behind (policy: ${name})`, async () => {
      for (let moment = 0; moment < 40; moment++) {
        const host = new FakeHost({ script: eventful(), seed: moment, latency: () => 100 });
        const page = new Governed({ host, policy, token });
        const controller = new AbortController();
        const reason = new Error('No longer needed.');
        const { signal } = controller;
        const outcome = watch(page.governor.request({ url: `${A}/x`, purpose: 'segment', signal }));
        const steps = host.clock.steps + moment;
        await host.clock.until(() => host.clock.steps >= steps || outcome.settled, 600_000);
        const before = outcome.settled;
        controller.abort(reason);
        await host.advance(0);
        if (!before) expect(outcome.error, `moment ${moment}`).to.equal(reason);
        expect(host.held, `moment ${moment}`).to.include({ timers: 0, fetches: 0 });
      }
    });
  }

  it('before the beginning asks nothing', async () => {
    const page = new Governed({ script: () => reply(200, 'ok') });
    const outcome = page.ask('/x', { signal: AbortSignal.abort() });
    await page.host.advance(0);
    expect(outcome.error?.name).to.equal('AbortError');
    expect(page.requests).to.have.length(0);
  });

  it('of one request leaves the others alone', async () => {
    const page = new Governed({ script: () => 'never' });
    const controller = new AbortController();
    const other = page.ask('/y');
    page.ask('/x', { signal: controller.signal });
    await page.host.advance(0);
    controller.abort();
    await page.host.advance(0);
    expect(other.settled).to.equal(false);
    expect(page.host.held.fetches).to.equal(1);
  });
});
