import { expect } from 'chai';
import fc from 'fast-check';
import type { ClientFrame } from '../../../src/channel/frames.ts';
import { createOutbox, type SendResult } from '../../../src/channel/outbox.ts';
import { runs } from '../../helpers/effort.ts';
import { FakeHost } from '../../helpers/fake-host.ts';

type Send = Extract<ClientFrame, { op: 'send' }>;

const KEY = 'outbox';

/** An outbox, and the wire that its messages go out on. */
class Box {
  readonly host: FakeHost;
  readonly outbox;
  readonly wire: Send[] = [];
  readonly sent: (SendResult & { n: number })[] = [];
  #count = 0;

  constructor(key: string | null = null, host = new FakeHost()) {
    this.host = host;
    this.outbox = createOutbox({ host, key, onChange() {} });
  }

  readonly post = (frame: ClientFrame) => {
    if (frame.op === 'send') this.wire.push(frame);
  };

  send(payload: unknown = this.#count, options = {}, type = 'hand'): number {
    const n = this.#count++;
    void this.outbox.send(type, payload, options).then((sent) => this.sent.push({ n, ...sent }));
    return n;
  }

  ack({ from, seq } = this.wire.at(-1) as Send): void {
    this.outbox.settleVerdict({ op: 'ack', from, seq });
  }

  async open(): Promise<void> {
    this.outbox.connect(this.post);
    await this.host.advance(2_000);
  }

  get outcomes(): string[] {
    return this.sent.map((sent) => ('why' in sent ? sent.why : sent.outcome));
  }
}

describe('the outbox', () => {
  it('sends at once where there is a way, and tells what the server decided', async () => {
    const box = new Box();
    box.outbox.connect(box.post);
    box.send({ raised: true });
    box.send({ raised: false });
    expect(box.wire.map(({ payload }) => payload)).to.deep.equal([
      { raised: true },
      { raised: false },
    ]);
    box.ack(box.wire[0]);
    const { from, seq } = box.wire[1] as Send;
    box.outbox.settleVerdict({ op: 'refused', from, seq, reason: 'too late' });
    await box.host.advance(0);
    expect(box.sent).to.deep.equal([
      { n: 0, outcome: 'acknowledged' },
      { n: 1, outcome: 'refused', reason: 'too late' },
    ]);
    expect(box.outbox.pending).to.deep.equal([]);
  });

  it('keeps what there is no way for, and sends it in order within a second of one', async () => {
    const box = new Box();
    for (let n = 0; n < 5; n++) box.send(n);
    expect(box.outbox.pending.map(({ status }) => status)).to.deep.equal(Array(5).fill('queued'));
    const times: number[] = [];
    box.outbox.connect((frame) => {
      times.push(box.host.elapsed());
      box.post(frame);
    });
    expect(box.wire).to.deep.equal([]);
    await box.host.advance(2_000);
    expect(box.wire.map(({ payload }) => payload)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(times[0]).to.be.within(1, 2_000);
  });

  it('sends again, in order and under the same numbers, what was not decided on', async () => {
    const box = new Box();
    await box.open();
    for (let n = 0; n < 3; n++) box.send(n);
    box.ack(box.wire[1]);
    box.outbox.disconnect();
    const before = box.wire.splice(0);
    await box.open();
    expect(box.wire).to.deep.equal([before[0], before[2]]);
  });

  it('lets the last with a key win over all that wait again after a loss', async () => {
    const box = new Box();
    await box.open();
    box.send('first', { key: 'hand' });
    box.send('second', { key: 'hand' });
    box.outbox.disconnect();
    box.send('third', { key: 'hand' });
    box.wire.length = 0;
    await box.open();
    expect(box.wire.map(({ payload }) => payload)).to.deep.equal(['third']);
    expect(box.outcomes).to.deep.equal(['superseded', 'superseded']);
  });

  it('has no more than eight on the wire', async () => {
    const box = new Box();
    await box.open();
    for (let n = 0; n < 20; n++) box.send(n);
    expect(box.wire).to.have.length(8);
    box.ack(box.wire[0]);
    expect(box.wire.map(({ payload }) => payload)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('lets the last with a key win, among those that wait', async () => {
    const box = new Box();
    box.send('up', { key: 'hand' });
    box.send('other', { key: 'mood' });
    box.send('down', { key: 'hand' });
    await box.open();
    expect(box.wire.map(({ payload }) => payload)).to.deep.equal(['other', 'down']);
    expect(box.sent).to.deep.equal([{ n: 0, outcome: 'dropped', why: 'superseded' }]);
    box.send('up again', { key: 'hand' });
    expect(box.wire.map(({ payload }) => payload)).to.deep.equal(['other', 'down', 'up again']);
    await box.host.advance(0);
    expect(box.outcomes, 'what is on the wire is not taken back').to.deep.equal(['superseded']);
  });

  it('expires what nobody decided on in time, whether it was sent or not', async () => {
    const box = new Box();
    await box.open();
    box.send('sent', { ttl: 5_000 });
    box.outbox.disconnect();
    box.send('waits', { ttl: 1 });
    box.send('long');
    await box.host.advance(1_000);
    expect(box.outcomes).to.deep.equal(['expired']);
    await box.host.advance(4_000);
    expect(box.outcomes).to.deep.equal(['expired', 'expired']);
    await box.host.advance(55_000);
    expect(box.outcomes).to.deep.equal(['expired', 'expired', 'expired']);
  });

  it('holds a hundred messages and 64 KiB, and says so at once of the next', async () => {
    const many = new Box();
    for (let n = 0; n < 101; n++) many.send(n);
    await many.host.advance(0);
    expect(many.sent).to.deep.equal([{ n: 100, outcome: 'dropped', why: 'full' }]);
    const large = new Box();
    for (let n = 0; n < 5; n++) large.send('x'.repeat(16_000));
    await large.host.advance(0);
    expect(large.outcomes).to.deep.equal(['full']);
  });

  it('takes nothing that is no message', async () => {
    const box = new Box();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    box.send(cycle);
    box.send(1n);
    box.send('é'.repeat(8_192));
    box.send(0, {}, '');
    box.send(0, {}, 'a b');
    box.send(0, { key: '' });
    await box.host.advance(0);
    expect(box.outcomes).to.deep.equal(Array(6).fill('unusable'));
  });

  it('sends what was handed in, not what became of it', async () => {
    const box = new Box();
    const payload = { raised: true };
    box.send(payload);
    payload.raised = false;
    await box.open();
    expect(box.wire[0]?.payload).to.deep.equal({ raised: true });
  });

  it('drops what is left when it closes, and takes nothing more', async () => {
    const box = new Box();
    box.send();
    box.outbox.close();
    box.send();
    await box.host.advance(0);
    expect(box.outcomes).to.deep.equal(['closed', 'closed']);
    expect(box.host.held.timers).to.equal(0);
  });
});

describe('an outbox that is kept', () => {
  it('goes on after a reload under its old name, before what is new', async () => {
    const before = new Box(KEY);
    before.send('old');
    await before.open();
    const [old] = before.wire;
    const after = new Box(KEY, before.host.reload());
    after.send('later');
    await after.open();
    expect(after.wire[0]).to.deep.equal(old);
    expect(after.wire[1]?.payload).to.equal('later');
    expect(after.wire[1]?.from).not.to.equal(old?.from);
    after.ack(after.wire[0]);
    after.ack(after.wire[1]);
    const last = new Box(KEY, after.host.reload());
    expect(last.outbox.pending).to.deep.equal([]);
  });

  it('forgets what has expired, and all when the session is closed', async () => {
    const before = new Box(KEY);
    before.send('short', { ttl: 1_000 });
    before.send('long');
    const host = before.host.reload();
    await host.advance(5_000);
    const after = new Box(KEY, host);
    expect(after.outbox.pending).to.have.length(1);
    after.outbox.close();
    expect(new Box(KEY, host.reload()).outbox.pending).to.deep.equal([]);
  });

  it('is a promise to nobody without the option', () => {
    const before = new Box();
    before.send();
    expect(before.host.store('tab').get(KEY)).to.equal(null);
  });

  it('makes nothing of storage that holds garbage', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), entries), (stored) => {
        const host = new FakeHost();
        host.store('tab').set(KEY, stored);
        const box = new Box(KEY, host);
        box.outbox.connect(box.post);
        expect(box.outbox.pending.length).to.be.at.most(100);
      }),
    ));

  const entries = fc
    .array(
      fc.record({
        from: fc.oneof(fc.string(), fc.constant('a'.repeat(22))),
        seq: fc.oneof(fc.integer(), fc.anything()),
        type: fc.oneof(fc.constant('hand'), fc.anything()),
        key: fc.oneof(fc.constant(null), fc.anything()),
        payload: fc.anything(),
        bytes: fc.oneof(fc.integer(), fc.anything()),
        since: fc.oneof(fc.integer(), fc.anything()),
        until: fc.oneof(fc.double(), fc.constant(Date.UTC(2026, 10, 22, 20, 1))),
      }),
      { maxLength: 200 },
    )
    .map((list) => {
      try {
        return JSON.stringify(list);
      } catch {
        return '';
      }
    });
});

describe('whatever happens to an outbox', () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('send'), key: fc.constantFrom(undefined, 'a', 'b') }),
    fc.record({ what: fc.constantFrom('open', 'shut', 'ack', 'late', 'refuse', 'wait') }),
  );

  it('every promise settles, and the server has each at most once and in order per key', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const box = new Box();
        const accepted: Send[] = [];
        let highest = 0;
        // A server as docs/protocol.md wants it: the highest number of each sender.
        const serve = (frame: Send) => {
          if (frame.seq > highest) {
            highest = frame.seq;
            accepted.push(frame);
          }
        };
        let handed = 0;
        for (const { what, ...more } of steps) {
          const next = box.wire[0];
          if (what === 'send') {
            box.send({ n: handed++ }, { ttl: 20_000, ...more });
          } else if (what === 'open') box.outbox.connect(box.post);
          else if (what === 'shut') {
            // Some of it has arrived, unheard.
            for (const frame of box.wire.splice(0).slice(0, handed % 4)) serve(frame);
            box.outbox.disconnect();
          } else if (what === 'wait') await box.host.advance(3_000);
          else if (next) {
            box.wire.shift();
            serve(next);
            const { from, seq } = next;
            if (what === 'ack') box.ack(next);
            else if (what === 'refuse')
              box.outbox.settleVerdict({ op: 'refused', from, seq, reason: '' });
          }
        }
        await box.host.advance(60_000);
        expect(box.sent.map(({ n }) => n).sort((a, b) => a - b)).to.deep.equal(
          Array.from({ length: handed }, (_, n) => n),
        );
        const numbers = accepted.map(({ payload }) => (payload as { n: number }).n);
        expect(new Set(numbers).size).to.equal(numbers.length);
        for (const { n, outcome } of box.sent) {
          if (outcome === 'acknowledged') expect(numbers).to.include(n);
        }
        for (const key of ['a', 'b']) {
          const own = accepted.filter((frame) => frame.key === key);
          const order = own.map(({ payload }) => (payload as { n: number }).n);
          expect(order).to.deep.equal([...order].sort((a, b) => a - b));
        }
      }),
      { numRuns: runs(150) },
    ));
});
