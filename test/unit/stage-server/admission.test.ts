import { expect } from 'chai';
import { openDoor } from '../../../src/policy/opening.ts';
import { createClock } from '../../../src/stage-server/clock.ts';
import { type AdmissionState, createAdmission } from '../../../src/stage-server/door/admission.ts';
import { createSigner, type JoinAnswer, memoryStore } from '../../../src/stage-server/index.ts';
import type { Store } from '../../../src/stage-server/store/store.ts';
import { Clock } from '../../helpers/clock.ts';
import { timersOf } from '../../helpers/stage-timers.ts';

const SECRET = 'the secret of the door, of 32 bytes and more';
const PASS_LIFE = 300_000;

interface Options {
  readonly most?: number | null;
  readonly capacity?: number;
  readonly tickets?: boolean;
}

/** A door that is open to all, on a store that can be cut off. */
function open({ most = null, capacity = 1_000, tickets = false }: Options = {}) {
  const clock = new Clock();
  const timers = timersOf(clock);
  const stored = memoryStore({ now: timers.now });
  let isAway = false;
  const calls: Record<string, number> = {};
  const store = new Proxy(stored, {
    get(target, verb: keyof Store) {
      const value = target[verb];
      if (typeof value !== 'function') return value;
      return async (...args: never[]) => {
        calls[verb] = (calls[verb] ?? 0) + 1;
        if (isAway) throw new Error('The store is away.');
        return (value as (...all: never[]) => unknown)(...args);
      };
    },
  });
  const answers: JoinAnswer[] = [];
  const opening = openDoor({ epoch: 7, now: clock.now(), capacity, listeners: 1, opensIn: 0 });
  const limits = { capacity, most, refusalCost: 0.1, passLife: PASS_LIFE, ticketLife: 3_600_000 };
  let state: AdmissionState | null = { opening, limits, isTicketed: tickets, retryAfter: 5 };
  const node = () =>
    createAdmission({
      ...{ stage: 'talk', door: 'floor', store, memory: 1_000 },
      clock: createClock(timers),
      signer: createSigner([SECRET]),
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
      state: () => state,
      onJoin: (answer) => answers.push(answer),
    });
  const admission = node();
  return {
    ...{ clock, admission, answers, calls, node },
    away: (is: boolean) => {
      isAway = is;
    },
    closes: () => {
      state = null;
    },
    join: (headers = {}, options = {}) => admission.join(headers, options),
    show: (pass: string, options = {}) => admission.join({ 'earshot-pass': pass }, options),
  };
}

const passOf = ({ headers }: JoinAnswer) => headers['Earshot-Pass']?.split(';')[0] ?? '';
const after = ({ headers }: JoinAnswer) => Number(headers['Retry-After']);

describe('a door whose store is away', () => {
  it('lets in by the signature who is in, and refuses who is not with 503 and Retry-After', async () => {
    const door = open();
    await door.clock.advance(1_000);
    const pass = passOf(await door.join());
    await door.clock.advance(5_000);
    door.away(true);
    const shown = await door.show(pass);
    expect(shown).to.include({ ok: true, isNew: false });
    expect(await door.show(pass, { rejoin: true })).to.include({ ok: true });
    const fresh = await door.join();
    expect(fresh).to.include({ ok: false, status: 503 });
    expect(after(fresh)).to.equal(5);
    await door.clock.advance(PASS_LIFE * 0.6);
    expect(await door.show(pass)).to.include({ ok: true });
    await door.clock.advance(PASS_LIFE);
    expect(await door.show(pass)).to.include({ ok: false, status: 403 });
  });

  it('refuses forged passes even then, and asks nobody', async () => {
    const door = open();
    door.away(true);
    expect(await door.show('a.b.c')).to.include({ ok: false, status: 403 });
    expect(door.calls).to.deep.equal({});
  });

  it('uses up no ticket, and renews passes once the store is back', async () => {
    const door = open({ tickets: true });
    await door.clock.advance(1_000);
    const { ticket } = (await door.admission.ticket()) as { ticket: string };
    door.away(true);
    expect(await door.join({ 'earshot-ticket': ticket })).to.include({ status: 503 });
    door.away(false);
    const pass = passOf(await door.join({ 'earshot-ticket': ticket }));
    expect(pass).not.to.equal('');
    door.away(true);
    await door.clock.advance(PASS_LIFE * 0.6);
    expect((await door.show(pass)).headers).to.deep.equal({});
    door.away(false);
    expect(passOf(await door.show(pass))).not.to.equal('');
  });
});

describe('the people inside', () => {
  it('are no more than the limit; who leaves frees a place, and so does a pass that ends', async () => {
    const door = open({ most: 2 });
    await door.clock.advance(1_000);
    const one = await door.join();
    // The bucket of joins starts with one.
    await door.clock.advance(1_000);
    const two = await door.join();
    expect(one.ok && two.ok).to.equal(true);
    const full = await door.join();
    expect(full).to.include({ ok: false, status: 503 });
    expect(after(full)).to.be.at.least(1);
    if (one.ok) await door.admission.leave(one.session);
    expect((await door.join()).ok).to.equal(true);
    expect((await door.join()).ok).to.equal(false);
    await door.clock.advance(PASS_LIFE + 1);
    expect((await door.join()).ok).to.equal(true);
  });

  it('stay inside by their passes, which take no place, though the door is full', async () => {
    const door = open({ most: 1 });
    await door.clock.advance(1_000);
    let pass = passOf(await door.join());
    for (let life = 0; life < 4; life++) {
      await door.clock.advance(PASS_LIFE * 0.6);
      const shown = await door.show(pass);
      expect(shown).to.include({ ok: true, isNew: false });
      pass = passOf(shown) || pass;
      expect((await door.join()).ok).to.equal(false);
    }
  });
});

describe('a request that may not join', () => {
  it('needs a pass: no ticket helps it, and nothing is asked of the store', async () => {
    const door = open({ tickets: true });
    await door.clock.advance(1_000);
    const { ticket } = (await door.admission.ticket()) as { ticket: string };
    const passOnly = { passOnly: true };
    for (const headers of [{}, { 'earshot-ticket': ticket }]) {
      expect(await door.join(headers, passOnly)).to.include({ ok: false, status: 403 });
    }
    expect(door.calls).to.deep.equal({});
    const pass = passOf(await door.join({ 'earshot-ticket': ticket }));
    expect(await door.show(pass, passOnly)).to.include({ ok: true, isNew: false });
  });
});

describe('a pass on two nodes', () => {
  it('is renewed once in each half of its life, and the one before is good for 30 s more', async () => {
    const door = open();
    const other = door.node();
    await door.clock.advance(1_000);
    const first = passOf(await door.join());
    expect((await other.join({ 'earshot-pass': first })).headers).to.deep.equal({});
    await door.clock.advance(PASS_LIFE * 0.55);
    const second = passOf(await other.join({ 'earshot-pass': first }));
    expect(second).not.to.equal('');
    // The answer of the one node was lost: the other gives the same serial again.
    expect(passOf(await door.show(first))).not.to.equal('');
    expect((await door.show(second)).ok).to.equal(true);
    expect((await other.join({ 'earshot-pass': first })).ok).to.equal(true);
    await door.clock.advance(31_000);
    expect(await other.join({ 'earshot-pass': first })).to.include({ ok: false, status: 403 });
    expect((await other.join({ 'earshot-pass': second })).ok).to.equal(true);
  });

  it('is asked of the store only when it must be: a young pass that is known is not', async () => {
    const door = open();
    await door.clock.advance(1_000);
    const pass = passOf(await door.join());
    for (let times = 0; times < 50; times++) await door.show(pass);
    expect(door.calls.renew ?? 0).to.equal(0);
  });
});

describe('every answer of a door', () => {
  it('is counted, also before the first edition', async () => {
    const door = open();
    await door.clock.advance(1_000);
    const pass = passOf(await door.join());
    await door.show(pass);
    await door.show('a.b.c');
    door.closes();
    const early = await door.join();
    expect(early).to.include({ ok: false, status: 503 });
    expect(door.answers.map(({ ok }) => ok)).to.deep.equal([true, true, false, false]);
  });
});
