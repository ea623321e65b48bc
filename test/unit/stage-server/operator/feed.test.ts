import { expect } from 'chai';
import type { StateOutcome } from '../../../../src/stage-server/operator/page/api.ts';
import {
  createFeed,
  type Feed,
  type FeedSocket,
} from '../../../../src/stage-server/operator/page/feed.ts';
import { operatorState } from '../../../helpers/operator-state.ts';

class FakeFeedSocket implements FeedSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  isClosed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.isClosed = true;
  }
  push(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
}

const OK: StateOutcome = { kind: 'ok', value: operatorState() };
const pushed = { op: 'operator', state: operatorState() };

/** A feed in virtual time. */
function bench(random = 0.5, answer: StateOutcome = OK) {
  const timers: { at: number; run: () => void }[] = [];
  const seen = { states: 0, links: [] as string[], polls: 0, refusals: 0 };
  const sockets: FakeFeedSocket[] = [];
  const world = { now: 0, answer, canConnect: true };
  const feed: Feed = createFeed({
    token: 'the token',
    state: async () => {
      seen.polls++;
      return world.answer;
    },
    connect() {
      if (!world.canConnect) throw new Error('No.');
      const socket = new FakeFeedSocket();
      sockets.push(socket);
      return socket;
    },
    now: () => world.now,
    after(ms, run) {
      const timer = { at: world.now + ms, run };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
    random: () => random,
    onState: () => seen.states++,
    onLink: (link) => seen.links.push(link),
    onUnauthorized: () => seen.refusals++,
  });

  /** Lets promises settle, and virtual time pass. */
  async function pass(ms: number): Promise<void> {
    const until = world.now + ms;
    for (;;) {
      for (let i = 0; i < 10; i++) await Promise.resolve();
      const next = timers.sort((one, other) => one.at - other.at)[0];
      if (!next || next.at > until) break;
      timers.shift();
      world.now = next.at;
      next.run();
    }
    world.now = until;
  }
  const socket = (index = -1) => sockets.at(index) as FakeFeedSocket;
  return { world, seen, sockets, socket, pass, feed, timers };
}

type Bench = ReturnType<typeof bench>;

async function live(random?: number): Promise<Bench> {
  const made = bench(random);
  await made.pass(0);
  made.socket().onopen?.();
  made.socket().push(pushed);
  return made;
}

describe('the feed of the operator’s page', () => {
  it('asks once, then goes on by the channel, with the token in its hello', async () => {
    const { seen, socket, pass, world } = await live();
    expect(socket().sent).to.deep.equal([{ op: 'hello', token: 'the token' }]);
    expect(seen.links).to.deep.equal(['polling', 'channel']);
    for (let second = 0; second < 60; second++) {
      await pass(1_000);
      socket().push(pushed);
    }
    expect(world.now).to.equal(60_000);
    expect(seen.polls).to.equal(1);
    expect(seen.states).to.equal(62);
  });

  it('polls where there is no channel', async () => {
    const value = operatorState({ hasChannel: false });
    const { seen, sockets, pass } = bench(0.5, { kind: 'ok', value });
    await pass(20_000);
    expect(sockets).to.have.length(0);
    expect(seen.polls).to.equal(11);
    expect(seen.links).to.deep.equal(['polling']);
  });

  it('polls on while the channel cannot be opened', async () => {
    const { world, seen, pass } = bench();
    world.canConnect = false;
    await pass(20_000);
    expect(seen.polls).to.be.at.least(10);
    expect(seen.links).to.deep.equal(['polling']);
  });

  it('waits while the stage starts', async () => {
    const { world, seen, sockets, pass } = bench(0.5, { kind: 'ok', value: null });
    await pass(4_000);
    expect([seen.states, sockets.length]).to.deep.equal([0, 0]);
    world.answer = OK;
    await pass(2_000);
    expect([seen.states, sockets.length]).to.deep.equal([1, 1]);
  });

  it('reconnects within the window of a restart, and polls until then', async () => {
    const { seen, socket, sockets, pass } = await live(0.5);
    socket().push({ op: 'window', seconds: 60 });
    socket().onclose?.({ code: 1012 });
    await pass(29_900);
    expect(sockets).to.have.length(1);
    expect(seen.polls).to.be.at.least(14);
    expect(seen.links.at(-1)).to.equal('polling');
    await pass(200);
    expect(sockets).to.have.length(2);
    socket().push(pushed);
    expect(seen.links.at(-1)).to.equal('channel');
  });

  it('retries less often as an outage goes on, never at once, and never faster than asked', async () => {
    const { world, seen, socket, pass } = await live(1);
    world.answer = { kind: 'unreachable' };
    socket().onclose?.({ code: 1006 });
    await pass(0);
    expect(seen.links.at(-1)).to.equal('lost');
    await pass(120_000);
    // 2, 4, 8, then 15 s each.
    expect(seen.polls).to.be.within(9, 12);
    const before = seen.polls;
    world.answer = { kind: 'unavailable', retryAfter: 60 };
    await pass(15_000);
    await pass(59_000);
    expect(seen.polls).to.equal(before + 1);
    world.answer = OK;
    await pass(40_000);
    expect(seen.links.at(-1)).to.equal('polling');
    socket().push(pushed);
    expect(seen.links.at(-1)).to.equal('channel');
  });

  it('gives up a channel that says nothing', async () => {
    const { seen, socket, sockets, pass } = await live();
    await pass(8_000);
    expect(socket(0).isClosed).to.equal(true);
    expect(sockets.length).to.be.above(1);
    expect(seen.links.at(-1)).to.equal('polling');
  });

  it('stops when the token is refused', async () => {
    const { world, seen, socket, sockets, pass, timers } = await live();
    world.answer = { kind: 'unauthorized' };
    socket().onclose?.({ code: 1008 });
    await pass(600_000);
    expect([seen.refusals, sockets.length, timers.length]).to.deep.equal([1, 1, 0]);
  });

  it('bears frames that make no sense', async () => {
    const { seen, socket } = await live();
    for (const frame of ['{', '5', 'null', { op: 'window', seconds: 'x' }, { op: 'operator' }]) {
      socket().push(frame);
    }
    expect(seen.states).to.equal(2);
  });

  it('asks at once when the network is back', async () => {
    const { world, seen, feed, pass } = bench(1);
    world.answer = { kind: 'unreachable' };
    await pass(100_000);
    const before = seen.polls;
    world.answer = OK;
    feed.retry();
    await pass(0);
    expect(seen.polls).to.equal(before + 1);
    feed.stop();
    feed.retry();
    await pass(60_000);
    expect(seen.polls).to.equal(before + 1);
  });
});
