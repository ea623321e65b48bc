import { expect } from 'chai';
import {
  createStage,
  type JoinAnswer,
  memoryStore,
  type StageServer,
} from '../../../src/stage-server/index.ts';
import type { StageOptions } from '../../../src/stage-server/options.ts';
import type { Store } from '../../../src/stage-server/store/store.ts';
import { Clock, settle } from '../../helpers/clock.ts';
import { FakeServerSocket } from '../../helpers/fake-server-socket.ts';
import { timersOf } from '../../helpers/stage-timers.ts';

const SECRET = 'the secret of the stage, of 32 bytes and more';
const FROM = 'a'.repeat(22);
const HEAD = { url: 'http://stage/channel', headers: new Headers() };
const INFO = { address: '192.0.2.1' };

/** A node, its way to the store, and what it published. */
class Node {
  readonly stage: StageServer;
  readonly sockets: FakeServerSocket[] = [];
  readonly editions: string[] = [];
  readonly #world: World;
  isAway = false;
  /** The store takes the calls, and answers nothing, as if it were frozen. */
  isFrozen = false;
  skew = 0;

  constructor(world: World, options: Partial<StageOptions> = {}) {
    this.#world = world;
    this.stage = createStage({
      stage: 'talk',
      secrets: [SECRET],
      sources: [{ kind: 'hls', url: 'https://cdn.example/talk.m3u8', door: 'floor' }],
      doors: { floor: { capacity: 50, listeners: 100, opensIn: 20 } },
      channel: { accepts: ['ask'], pace: 50 },
      store: this.#through(),
      timers: timersOf(world.clock, () => this.skew),
      ...options,
    });
    this.stage.on('edition', (edition) => this.editions.push(edition));
  }

  get document() {
    return JSON.parse(this.editions.at(-1) ?? 'null');
  }

  get isKeeper(): boolean {
    return this.stage.stats().isKeeper;
  }

  async connect(position: object = {}): Promise<FakeServerSocket> {
    const socket = new FakeServerSocket();
    const events = this.stage.connect(socket, HEAD, INFO);
    socket.connection = events as unknown as NonNullable<FakeServerSocket['connection']>;
    socket.receive({ op: 'hello', ...position });
    await settle();
    this.sockets.push(socket);
    return socket;
  }

  get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
    return this.stage.fetch(new Request(`http://stage${path}`, { headers, method }), INFO);
  }

  async ticket(): Promise<string> {
    const drawn = await this.get('/door/floor/tickets', {}, 'POST');
    return ((await drawn.json()) as { ticket: string }).ticket;
  }

  join(headers: Record<string, string> = {}): Promise<JoinAnswer> {
    const door = this.stage.door('floor');
    if (!door) throw new Error('There is no door.');
    return door.join(headers);
  }

  #through(): Store {
    return new Proxy({} as Store, {
      get: (_, verb: keyof Store) => {
        const { store } = this.#world;
        if (verb === 'pace') return 0;
        // A node that stops releases only its own way to it.
        if (verb === 'close') return async () => {};
        return async (...args: never[]) => {
          if (this.isAway) throw new Error('The store is away.');
          if (this.isFrozen) return new Promise(() => {});
          return (store[verb] as (...all: never[]) => unknown)(...args);
        };
      },
    });
  }
}

/** Nodes over one store, on virtual time. */
class World {
  readonly clock = new Clock();
  store = memoryStore({ now: () => this.clock.now() });
  readonly nodes: Node[] = [];

  async start(options: Partial<StageOptions> = {}): Promise<Node> {
    const node = new Node(this, options);
    this.nodes.push(node);
    await this.clock.advance(1_500);
    await node.stage.ready;
    return node;
  }

  /** The store has lost all that it had. */
  lose(): void {
    this.store = memoryStore({ now: () => this.clock.now() });
  }

  keepers(): string[] {
    return this.nodes.filter(({ isKeeper }) => isKeeper).map(({ stage }) => stage.node);
  }
}

const two = async (options: Partial<StageOptions> = {}) => {
  const world = new World();
  return { world, one: await world.start(options), other: await world.start(options) };
};

const documentOf = async (node: Node) => (await node.get('/stage.json')).json();

describe('one node of a stage', () => {
  it('tells of each edition once, though the store gives it back', async () => {
    const world = new World();
    const node = await world.start();
    await world.clock.advance(5_000);
    expect(node.editions.length).to.be.above(5);
    expect(new Set(node.editions).size).to.equal(node.editions.length);
  });

  it('makes the next edition a second after one that it was asked for', async () => {
    const world = new World();
    const node = await world.start();
    await world.clock.advance(700);
    await node.stage.refresh();
    const { sequence } = node.document;
    await world.clock.advance(990);
    expect(node.document.sequence).to.equal(sequence);
    await world.clock.advance(20);
    expect(node.document.sequence).to.be.above(sequence);
  });
});

describe('two nodes of a stage', () => {
  it('have one keeper, and serve the same bytes', async () => {
    const { world, one, other } = await two();
    expect(world.keepers()).to.deep.equal([one.stage.node]);
    for (let second = 0; second < 5; second++) {
      await world.clock.advance(1_000);
      const [a, b] = await Promise.all(
        [one, other].map((node) => node.get('/stage.json').then((answer) => answer.text())),
      );
      await world.clock.advance(200);
      expect(JSON.parse(a ?? '').sequence - JSON.parse(b ?? '').sequence).to.be.within(0, 1);
      expect(await documentOf(one)).to.deep.equal(await documentOf(other));
    }
    expect(other.stage.stats().counts.renders).to.equal(0);
    expect(one.stage.stats().nodes).to.have.length(2);
  });

  it('follow a change that either of them takes, within 100 ms', async () => {
    const { world, one, other } = await two();
    await other.stage.change({ state: 'held' }, 'ada');
    await world.clock.advance(150);
    expect((await documentOf(one)).state).to.equal('held');
    await world.clock.advance(100);
    expect((await documentOf(other)).state).to.equal('held');
  });

  it('take a change of both at once, one after the other', async () => {
    const { world, one, other } = await two();
    await Promise.all([one.stage.change({ title: 'A' }), other.stage.change({ spread: 77 })]);
    await world.clock.advance(1_200);
    expect(await documentOf(one)).to.include({ title: 'A', spread: 77 });
  });

  it('of which the keeper stops answering: the other takes over, and an old edition is refused', async () => {
    const { world, one, other } = await two();
    one.isFrozen = true;
    const before = other.document.sequence;
    await world.clock.advance(2_000);
    expect(other.isKeeper).to.equal(false);
    await world.clock.advance(3_000);
    expect(other.isKeeper).to.equal(true);
    expect(other.document.sequence).to.be.above(before);
    // What the old keeper has not sent yet comes too late: its number is lower.
    const first = (await world.store.beat({
      ...{ node: 'x', status: '{}', life: 1, isLast: false, doors: [] },
    })) as { keeper: string | null };
    expect(first.keeper).to.equal(other.stage.node);
    expect(await world.store.keep(1, '{"sequence":1}')).to.equal(false);
    one.isFrozen = false;
  });

  it('of which the keeper comes back after 10 s: there is one keeper, and no edition goes backwards', async () => {
    const { world, one, other } = await two();
    one.isAway = true;
    await world.clock.advance(10_000);
    expect(other.isKeeper).to.equal(true);
    one.isAway = false;
    await world.clock.advance(2_000);
    expect(world.keepers()).to.deep.equal([other.stage.node]);
    expect(await documentOf(one)).to.deep.equal(await documentOf(other));
    const sequences = one.editions.map((text) => JSON.parse(text).sequence);
    expect(sequences).to.deep.equal([...sequences].sort((a, b) => a - b));
  });

  it('of which one stops: the other keeps the doors within a second or two', async () => {
    const { world, one, other } = await two();
    void one.stage.close({ window: 5 });
    await world.clock.advance(2_000);
    expect(world.keepers()).to.deep.equal([other.stage.node]);
    expect(other.stage.stats().nodes).to.have.length(1);
  });

  for (const skew of [-5_000, 5_000]) {
    it(`of which the keeper's clock is ${skew} ms off publish turns by the clock of the store`, async () => {
      const world = new World();
      const one = new Node(world);
      one.skew = skew;
      world.nodes.push(one);
      await world.clock.advance(1_500);
      const other = await world.start();
      expect(one.isKeeper).to.equal(true);
      await world.clock.advance(5_000);
      const made = Date.parse((await documentOf(other)).serverTime);
      expect(world.clock.now() - made).to.be.within(-200, 1_300);
      const answer = await one.get('/stage.json');
      const date = Date.parse(answer.headers.get('date') ?? '');
      expect(Math.abs(date - world.clock.now())).to.be.at.most(1_000);
      const drawn = await (await one.get('/door/floor/tickets', {}, 'POST')).json();
      const { expires } = drawn as { expires: number };
      expect(expires - world.clock.now()).to.be.within(21_599_000, 21_601_000);
    });

    it(`of which one's clock jumps by ${skew} ms agree again within a second`, async () => {
      const { world, one, other } = await two();
      other.skew = skew;
      await world.clock.advance(1_000);
      const pass = await joined(world, one);
      const shown = await other.join({ 'earshot-pass': pass });
      expect(shown.ok).to.equal(true);
      await world.clock.advance(294_000);
      expect((await other.join({ 'earshot-pass': pass })).ok).to.equal(true);
    });
  }

  it('share what is said: each listener of each node gets it once and in order', async () => {
    const { world, one, other } = await two();
    const sockets = [await one.connect(), await other.connect()];
    for (let i = 0; i < 30; i++) {
      await (i % 2 ? one : other).stage.say({ message: { type: 't', payload: i } }, `id-${i}`);
      await one.stage.say({ message: { type: 't', payload: i } }, `id-${i}`);
    }
    await world.clock.advance(300);
    for (const socket of sockets) {
      const payloads = socket.of('message').map(({ payload }) => payload);
      expect(payloads).to.deep.equal(Array.from({ length: 30 }, (_, i) => i));
    }
  });

  it('count the listeners of both', async () => {
    const { world, one, other } = await two();
    for (const node of [one, one, other]) await node.connect();
    await world.clock.advance(3_000);
    for (const { sockets } of [one, other])
      for (const socket of sockets) expect(socket.of('listeners').at(-1)?.count).to.equal(3);
  });
});

const joined = async (world: World, node: Node): Promise<string> => {
  await world.clock.advance(30_000);
  const answer = await node.join({ 'earshot-ticket': await node.ticket() });
  if (!answer.ok) throw new Error(answer.why);
  return answer.headers['Earshot-Pass']?.split(';')[0] ?? '';
};

describe('a store that rejects for a while', () => {
  it('leaves the last edition, the passes and the queue of messages as they are', async () => {
    const { world, one, other } = await two();
    const pass = await joined(world, one);
    const ticket = await one.ticket();
    const socket = await one.connect();
    const before = await documentOf(one);
    one.isAway = true;
    other.isAway = true;
    await world.clock.advance(15_000);
    expect(await documentOf(one)).to.deep.equal(before);
    for (const node of [one, other]) {
      expect(await node.join({ 'earshot-pass': pass })).to.include({ ok: true });
      const refused = await node.get('/door/floor/check', { 'earshot-ticket': ticket });
      expect(refused.status).to.equal(503);
      expect(Number(refused.headers.get('retry-after'))).to.be.at.least(1);
    }
    const drawn = await one.get('/door/floor/tickets', {}, 'POST');
    expect(drawn.status).to.equal(503);
    expect(Number(drawn.headers.get('retry-after'))).to.be.at.least(1);
    for (let seq = 1; seq <= 5; seq++) {
      socket.receive({ op: 'send', from: FROM, seq, type: 'ask', payload: seq });
    }
    await world.clock.advance(2_000);
    expect(socket.of('ack')).to.have.length(0);
    expect(one.stage.stats().storeAge).to.be.above(15);
    one.isAway = false;
    other.isAway = false;
    await world.clock.advance(3_000);
    expect(socket.of('ack').map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 5]);
    expect((await world.store.inbox(0, 9)).map(({ seq }) => seq)).to.deep.equal([1, 2, 3, 4, 5]);
    expect(await other.join({ 'earshot-ticket': ticket })).to.include({ ok: true, isNew: true });
    expect(world.keepers()).to.have.length(1);
    expect((await documentOf(one)).sequence).to.be.above(before.sequence);
  });

  it('at the start is waited for: the node is not ready, and says so', async () => {
    const world = new World();
    const node = new Node(world);
    node.isAway = true;
    await world.clock.advance(5_000);
    for (const path of ['/readyz', '/stage.json'])
      expect((await node.get(path)).status).to.equal(503);
    expect((await node.get('/healthz')).status).to.equal(200);
    expect(
      node.stage.judgeUpgrade(
        { ...HEAD, headers: new Headers({ 'sec-websocket-protocol': 'earshot.v1' }) },
        INFO,
      )?.status,
    ).to.equal(503);
    node.isAway = false;
    await world.clock.advance(2_000);
    expect((await node.get('/readyz')).status).to.equal(200);
    expect((await documentOf(node)).version).to.equal(1);
  });
});

describe('a store that loses its data', () => {
  it('gets the settings back, and listeners learn that messages are lost', async () => {
    const { world, one, other } = await two();
    const pass = await joined(world, one);
    await one.stage.change({ state: 'held', doors: { floor: { capacity: 7 } } }, 'ada');
    await one.stage.say({ message: { type: 't' } });
    const sockets = [await one.connect(), await other.connect()];
    const { epoch } = (await documentOf(one)).doors.floor;
    world.lose();
    await world.clock.advance(5_000);
    for (const socket of sockets) {
      expect(socket.of('welcome').at(-1)).to.include({ unrecoverable: true });
    }
    for (const node of [one, other]) {
      const document = await documentOf(node);
      expect(document.state).to.equal('held');
      expect(document.doors.floor.epoch).to.equal(epoch);
      const shown = await node.join({ 'earshot-pass': pass });
      expect(shown.ok, JSON.stringify(shown)).to.equal(true);
    }
    expect(world.keepers()).to.have.length(1);
    const fresh = await world.start();
    expect((await documentOf(fresh)).state).to.equal('held');
    await one.stage.say({ message: { type: 't', payload: 'after' } });
    await world.clock.advance(300);
    for (const socket of sockets) expect(socket.of('message').at(-1)?.payload).to.equal('after');
  });

  it('and does not take them at once gets them later', async () => {
    const { world, one } = await two();
    await one.stage.change({ state: 'held' }, 'ada');
    await world.clock.advance(300);
    const fresh = memoryStore({ now: () => world.clock.now() });
    let failures = 3;
    world.store = {
      ...fresh,
      async change(version, settings) {
        if (failures-- > 0) throw new Error('The store is loading.');
        return fresh.change(version, settings);
      },
    };
    await world.clock.advance(5_000);
    const late = await world.start();
    expect((await documentOf(late)).state).to.equal('held');
  });
});

describe('an app that fails in a listener of the stage', () => {
  it('keeps no message, no edition and no settings from the others', async () => {
    const world = new World();
    const node = await world.start();
    for (const name of ['message', 'settings', 'edition'] as const) {
      node.stage.on(name, () => {
        throw new Error('The app failed.');
      });
    }
    const heard: number[] = [];
    node.stage.on('message', ({ seq }) => heard.push(seq));
    const socket = await node.connect();
    for (let seq = 1; seq <= 3; seq++) {
      socket.receive({ op: 'send', from: FROM, seq, type: 'ask', payload: 1 });
    }
    await node.stage.change({ state: 'held' });
    await world.clock.advance(1_500);
    expect(socket.of('ack')).to.have.length(3);
    expect(heard).to.deep.equal([1, 2, 3]);
    expect((await documentOf(node)).state).to.equal('held');
    expect(node.stage.stats().counts.storeErrors).to.equal(0);
  });
});
