import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, test } from 'node:test';
import { type Stage, type StageDoorOptions, startStage } from '../../demo/stage/stage.ts';
import { createSigner, type JoinAnswer } from '../../src/stage-server/index.ts';
import { type OwnDoor, type OwnDoorOptions, ownDoor } from '../helpers/own-door.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const SECRET = 'the secret of the door, of 32 bytes and more';

let clock = NOON;

/** A door that is open to all lots after 10 s. */
function open(options: Partial<OwnDoorOptions> = {}): Promise<OwnDoor> {
  clock = NOON;
  return another(options);
}

function another(options: Partial<OwnDoorOptions> = {}): Promise<OwnDoor> {
  const crowd = { capacity: 100, listeners: 970 };
  return ownDoor({ secrets: [SECRET], ...crowd, now: () => clock, ...options });
}

const wait = (seconds: number) => {
  clock += seconds * 1_000;
};

const passOf = (answer: JoinAnswer): string => {
  const [pass = '', rest] = answer.headers['Earshot-Pass']?.split('; ') ?? [];
  assert.match(pass, /^[\w-]+\.[\w-]+\.[\w-]{43}$/);
  assert.equal(rest, 'max-age=300');
  return pass;
};

const withPass = (door: OwnDoor, pass: string, rejoin = false) =>
  door.join({ 'earshot-pass': pass }, { rejoin });

const withTicket = (door: OwnDoor, ticket: string) =>
  door.join(new Headers({ 'Earshot-Ticket': ticket }));

async function enter(door: OwnDoor): Promise<string> {
  const answer = await door.join({});
  assert.equal(answer.ok, true);
  return passOf(answer);
}

/** By its pass, without a new one. */
function assertLetIn(answer: JoinAnswer): void {
  assert.ok(answer.ok && !answer.isNew);
  assert.deepEqual(answer.headers, {});
}

/** With 403 and a reason that quotes nothing of what was sent. */
function assertTurnedAway(answer: JoinAnswer, why: RegExp): void {
  assert.ok(!answer.ok);
  assert.equal(answer.status, 403);
  assert.match(answer.why, why);
  assert.doesNotMatch(answer.why, /secret|[\w-]{24}/);
  assert.deepEqual(answer.headers, {});
}

function assertFull(answer: JoinAnswer, seconds: number): void {
  assert.ok(!answer.ok);
  assert.equal(answer.status, 503);
  assert.deepEqual(answer.headers, { 'Retry-After': String(seconds) });
}

/** The token with other claims, under the signature of the true ones. */
function tampered(token: string, change: object): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
  return `${header}.${forged}.${signature}`;
}

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

/** A compact JWS (RFC 7515), made without the library that the door reads it with. */
function signed(payload: string, header: object = { alg: 'HS256' }, hash = 'sha256'): string {
  const input = `${encoded(JSON.stringify(header))}.${encoded(payload)}`;
  return `${input}.${createHmac(hash, SECRET).update(input).digest('base64url')}`;
}

test('a forged ticket is refused', async () => {
  const door = await open({ tickets: true });
  const { ticket } = await door.ticket();
  wait(20);
  assertTurnedAway(await withTicket(door, tampered(ticket, { lot: 0 })), /no ticket/);
  const other = createSigner(['another secret, also of more than 32 bytes']);
  const claims = { kind: 'ticket', stage: 'talk', door: 'floor', id: 'x', lot: 0 } as const;
  const times = { epoch: NOON / 1_000, expires: NOON + 1e6 };
  assertTurnedAway(await withTicket(door, await other.sign({ ...claims, ...times })), /no ticket/);
  const own = createSigner([SECRET]);
  assert.equal((await withTicket(door, await own.sign({ ...claims, ...times }))).ok, true);
});

test('a forged pass is refused', async () => {
  const door = await open();
  const pass = await enter(door);
  const forged = tampered(pass, { expires: NOON + 1e9 });
  assertTurnedAway(await withPass(door, forged), /no pass/);
  assertTurnedAway(await withPass(door, `${pass.slice(0, -8)}AAAAAAAA`), /no pass/);
  assertLetIn(await withPass(door, pass));
});

test('an expired ticket is refused', async () => {
  const door = await open({ tickets: true, ticketLife: 60 });
  const { ticket, expires } = await door.ticket();
  assert.equal(expires, NOON + 60_000);
  wait(60);
  assertTurnedAway(await withTicket(door, ticket), /expired/);
});

test('an expired pass is refused', async () => {
  const door = await open();
  const pass = await enter(door);
  wait(299.999);
  assert.equal((await withPass(door, pass)).ok, true);
  wait(0.001);
  assertTurnedAway(await withPass(door, pass), /expired/);
});

test('a ticket is used once: for half the life of a pass it gives the same one and takes no other place, then it is refused', async () => {
  const door = await open({ tickets: true, capacity: 1, listeners: 1 });
  const { ticket } = await door.ticket();
  wait(20);
  const answers = await Promise.all([withTicket(door, ticket), withTicket(door, ticket)]);
  wait(149.999);
  const passes = new Set([...answers, await withTicket(door, ticket)].map(passOf));
  assert.equal(passes.size, 1);
  await door.tick();
  assert.equal(door.stats().inside, 1);
  wait(0.001);
  assertTurnedAway(await withTicket(door, ticket), /used/);
});

test('a replayed pass is refused', async () => {
  const door = await open();
  const first = await enter(door);
  const second = passOf(await withPass(door, first, true));
  const third = passOf(await withPass(door, second, true));
  assertTurnedAway(await withPass(door, first), /newer/);
  assertLetIn(await withPass(door, third));
  wait(30);
  assertTurnedAway(await withPass(door, second), /newer/);
});

for (const kind of ['ticket', 'pass'] as const) {
  test(`a foreign ${kind} is refused: of another stage, door, epoch or kind`, async () => {
    const tickets = kind === 'ticket';
    const door = await open({ tickets });
    const others = [
      await another({ stage: 'other', tickets }),
      await another({ door: 'other', tickets }),
    ];
    wait(20);
    const epochs = [await another({ tickets })];
    const token = async (of: OwnDoor) =>
      kind === 'ticket' ? (await of.ticket()).ticket : await enter(of);
    const show = (sent: string) => door.join({ [`earshot-${kind}`]: sent });
    for (const foreign of others) assertTurnedAway(await show(await token(foreign)), /no /);
    for (const other of epochs) assertTurnedAway(await show(await token(other)), /opening/);
    const wrong = kind === 'ticket' ? await enter(await another()) : (await door.ticket()).ticket;
    assertTurnedAway(await show(wrong), /no /);
  });
}

test('a pass is replaced when half of its life is over, and each lives as long', async () => {
  const door = await open();
  let pass = await enter(door);
  for (let round = 0; round < 10; round++) {
    wait(150);
    assertLetIn(await withPass(door, pass));
    wait(1);
    pass = passOf(await withPass(door, pass));
  }
  assert.equal(clock, NOON + 1_510_000);
  assertLetIn(await withPass(door, pass));
});

test('a pass takes no place from those who have none', async () => {
  const door = await open({ capacity: 1 });
  const pass = await enter(door);
  for (let i = 0; i < 20; i++) assert.equal((await withPass(door, pass, true)).ok, true);
  assertFull(await door.join({}), 5);
});

test('the pass before is honoured for 30 s after the next one was shown', async () => {
  const door = await open();
  const first = await enter(door);
  const second = passOf(await withPass(door, first, true));
  assertLetIn(await withPass(door, second));
  wait(29.999);
  assertLetIn(await withPass(door, first));
  wait(0.001);
  assertTurnedAway(await withPass(door, first), /newer/);
  assertLetIn(await withPass(door, second));
});

test('a replacement that got lost is given again, for as long as the old pass lives', async () => {
  const door = await open();
  const first = await enter(door);
  await withPass(door, first, true);
  wait(200);
  const second = passOf(await withPass(door, first));
  assertLetIn(await withPass(door, second));
  assertLetIn(await withPass(door, first));
  wait(100);
  assertTurnedAway(await withPass(door, first), /expired/);
});

test('a ticket before its turn is told when, and its turn holds', async () => {
  const door = await open({
    tickets: true,
    opensIn: 5,
    randomBytes: (n) => new Uint8Array(n).fill(128),
  });
  const { ticket, lot, epoch } = await door.ticket();
  const published = door.published();
  assert.equal(published.tickets, 'door/floor/tickets');
  assert.equal(published.epoch, epoch);
  const turn = (lot - published.open) / published.opensPerSecond;
  assertFull(await withTicket(door, ticket), Math.ceil(turn));
  wait(4.5);
  assertFull(await withTicket(door, ticket), Math.ceil(turn - 4.5));
  wait(turn - 4.5 + 0.001);
  assert.equal((await withTicket(door, ticket)).ok, true);
  assertTurnedAway(await door.join({}), /needed/);
});

test('a ticket long before its turn is told to look again soon: the rate may rise', async () => {
  const door = await open({ tickets: true, listeners: 1_000_000, capacity: 1 });
  const { ticket, lot } = await door.ticket();
  const { open: share, opensPerSecond } = door.published();
  assert.ok((lot - share) / opensPerSecond > 30);
  assertFull(await withTicket(door, ticket), 30);
});

test('lots are drawn evenly', async () => {
  const door = await open({ tickets: true });
  const counts = new Array(4).fill(0);
  for (let i = 0; i < 4_000; i++) counts[Math.floor((await door.ticket()).lot * 4)]++;
  for (const count of counts) assert.ok(Math.abs(count - 1_000) < 150, String(counts));
});

test('above the capacity: 503, Retry-After, and a refusal costs a tenth', async () => {
  const door = await open({ capacity: 25, retryAfter: 7 });
  const crowd = (size: number) => Promise.all(Array.from({ length: size }, () => door.join({})));
  const admitted = async (size: number) => (await crowd(size)).filter(({ ok }) => ok).length;
  // What comes in 0.4 s may come at once; a door that was just opened lets in one.
  assert.equal(await admitted(15), 1);
  wait(3_600);
  const answers = await crowd(15);
  for (const answer of answers.slice(10)) assertFull(answer, 7);
  assert.equal(answers.filter(({ ok }) => ok).length, 10);
  wait(0.04);
  assert.equal(await admitted(2), 1);
  wait(0.08);
  assert.equal(await admitted(3), 2);
  wait(0.076);
  assert.equal(await admitted(1), 1);
  // 0.9 of a join is left, of which five refusals take a half.
  for (let i = 0; i < 5; i++) assertFull(await door.join({}), 7);
  wait(0.02);
  assertFull(await door.join({}), 7);
  await door.setCapacity(0);
  wait(3_600);
  assert.equal(await admitted(3), 0);
});

test('a ticket refused for want of capacity may come again', async () => {
  const door = await open({ tickets: true, capacity: 1, listeners: 1 });
  const [first, second] = [await door.ticket(), await door.ticket()];
  wait(20);
  assert.equal((await withTicket(door, first.ticket)).ok, true);
  assertFull(await withTicket(door, second.ticket), 5);
  wait(5);
  assert.equal((await withTicket(door, second.ticket)).ok, true);
});

test('a new secret signs while the old one still verifies', async () => {
  const before = await open();
  const pass = await enter(before);
  const fresh = 'the secret that replaces it, 32 bytes and more';
  const after = await another({ secrets: [fresh, SECRET] });
  assertLetIn(await withPass(after, pass));
  const signed = await createSigner([fresh]).read(await enter(after));
  assert.equal(signed?.kind, 'pass');
  assertTurnedAway(await withPass(await another({ secrets: [fresh] }), pass), /no pass/);
  await assert.rejects(another({ secrets: ['short'] }), RangeError);
  await assert.rejects(another({ secrets: [] }), RangeError);
});

test('a restart voids passes and tickets, and the epoch grows whatever the clock does', async () => {
  const door = await open({ tickets: true, listeners: 10 });
  const { ticket } = await door.ticket();
  wait(10);
  const pass = passOf(await withTicket(door, ticket));
  const { epoch, open: before } = door.published();
  assert.equal(before, 1);
  await door.restart();
  await door.restart();
  const after = door.published();
  assert.equal(after.epoch, epoch + 11);
  assert.equal(after.open, 0);
  assertTurnedAway(await withPass(door, pass), /opening/);
  assertTurnedAway(await withTicket(door, ticket), /opening/);
  wait(-3_600);
  await door.restart();
  assert.equal(door.published().epoch, epoch + 12);
  wait(7_200);
  assert.ok((await another()).published().epoch > epoch + 12);
});

test('hostile headers are refused and throw nothing', async () => {
  const door = await open();
  const good = await enter(door);
  const hostile = [
    '',
    '.',
    '%',
    'null',
    'x'.repeat(1_000_000),
    `${'A'.repeat(1_000_000)}.${'A'.repeat(43)}`,
    `${'A'.repeat(1_800)}.${'A'.repeat(43)}`,
    'pä\u0000ss\u{1F600}.\ud800',
    `${good}.${good}`,
    `${good}\n`,
    `${good}; max-age=300`,
    good.replace('.', '='),
    `!${good}`,
  ];
  for (const value of hostile) {
    assertTurnedAway(await door.join({ 'earshot-pass': value }), /no pass/);
  }
  assertTurnedAway(await door.join({ 'earshot-pass': [good, good] }), /no pass/);
  const ticketed = await another({ tickets: true });
  for (const value of hostile) {
    assertTurnedAway(await ticketed.join({ 'earshot-ticket': value }), /no ticket/);
  }
});

test('what is signed and is no claim is refused', async () => {
  const door = await open();
  const whole = { kind: 'pass', stage: 'talk', door: 'floor', epoch: NOON / 1_000, id: 'x' };
  const claims = [
    { ...whole, serial: 0 },
    { ...whole, serial: '0', expires: NOON + 1e6 },
    { ...whole, lot: 0, expires: NOON + 1e6 },
    { ...whole, id: 1, serial: 0, expires: NOON + 1e6 },
    { ...whole, id: 'x'.repeat(2_000), serial: 0, expires: NOON + 1e6 },
  ];
  const garbage = ['', 'null', '[]', '{"kind":"pass"', '{"kind":"pass"}', '{"kind":"__proto__"}'];
  const texts = [...garbage, ...claims.map((one) => JSON.stringify(one))];
  for (const text of texts) {
    const token = signed(text);
    assertTurnedAway(await withPass(door, token), /no pass/);
  }
});

test('a pass is a JWS with HS256, and no other kind of JWS is one', async () => {
  const door = await open();
  const pass = await enter(door);
  const [header = '', payload = '', signature] = pass.split('.');
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { alg: 'HS256' });
  const hmac = createHmac('sha256', SECRET).update(`${header}.${payload}`).digest('base64url');
  assert.equal(signature, hmac);
  const text = Buffer.from(payload, 'base64url').toString();
  const input = `${encoded('{"alg":"none"}')}.${payload}`;
  for (const token of [
    `${input}.`,
    `${input}.${signature}`,
    signed(text, { alg: 'none' }),
    signed(text, { alg: 'HS512' }, 'sha512'),
    signed(text, { alg: 'HS256', crit: ['exp'], exp: 0 }),
    signed(text, { alg: 'HS256', crit: ['b64'], b64: false }),
    signed(text, {}),
    `${header}..${signature}`,
    `${pass}.${signature}`,
  ]) {
    assertTurnedAway(await withPass(door, token), /no pass/);
  }
  assertLetIn(await withPass(door, signed(text)));
});

test('a clock that leaps or goes back does no harm', async () => {
  const door = await open({ opensIn: 5 });
  for (const seconds of [1, 1e10, -1e10, 0, 0.001, 1, 1]) {
    wait(seconds);
    await door.tick();
    const { open: share, opensPerSecond } = door.published();
    assert.ok(Number.isFinite(share) && share >= -1 && share <= 1, `${seconds}: ${share}`);
    assert.ok(opensPerSecond > 0 && opensPerSecond <= 1, `${seconds}: ${opensPerSecond}`);
  }
  const few = await another({ listeners: 1, opensIn: 10 });
  const { open: share, opensPerSecond } = few.published();
  assert.ok(share >= -1 && opensPerSecond <= 1);
  assert.ok(Math.abs(-share / opensPerSecond - 10) < 0.001);
});

interface Crowd {
  listeners: number;
  /** Share of the lots whose listener never comes. */
  abandoned?: number;
  seconds: number;
}

/** A crowd with evenly drawn lots that knows the door as published in each second. */
async function run(door: OwnDoor, { listeners, abandoned = 0, seconds }: Crowd) {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const waiting = Array.from({ length: listeners }, () => ({ lot: random(), after: clock }));
  let crowd = waiting.filter(() => random() >= abandoned);
  const wanted = crowd.length;
  const rates: number[] = [];
  let refused = 0;
  let done = Number.POSITIVE_INFINITY;
  const began = clock;
  for (let second = 0; second < seconds; second++) {
    for (let step = 0; step < 10; step++) {
      wait(0.1);
      const { open: share } = door.published();
      const left: typeof crowd = [];
      for (const one of crowd) {
        const comes = one.lot < share && one.after <= clock;
        const answer = comes ? await door.join({}) : null;
        if (answer?.ok) continue;
        left.push(one);
        if (!answer) continue;
        refused++;
        one.after = clock + (Number(answer.headers['Retry-After']) + random() * 5) * 1_000;
      }
      crowd = left;
    }
    await door.tick();
    rates.push(door.published().opensPerSecond);
    if (crowd.length < wanted / 1_000 && done > clock) done = (clock - began) / 1_000;
  }
  return { rates, refused, wanted, done };
}

for (const [name, listeners, guess] of [
  ['right', 4_000, 4_000],
  ['half of the crowd', 4_000, 2_000],
  ['twice the crowd', 4_000, 8_000],
] as const) {
  test(`the guess is ${name}: all are in, without a storm of refusals`, async () => {
    const capacity = 40;
    const door = await open({ capacity, listeners: guess });
    const { done, refused, wanted } = await run(door, { listeners, seconds: 160 });
    assert.ok(done <= (1.25 * wanted) / capacity, `${done} s`);
    assert.ok(refused <= 0.2 * wanted, `${refused} refused`);
  });
}

test('abandoned lots cost nothing: the rate rises', async () => {
  const capacity = 40;
  const door = await open({ capacity, listeners: 4_000 });
  const crowd = { listeners: 4_000, abandoned: 0.5, seconds: 75 };
  const { rates, done, wanted } = await run(door, crowd);
  assert.ok(Math.max(...rates) > (1.5 * capacity) / 4_000, String(Math.max(...rates)));
  assert.ok(done <= (1.35 * wanted) / capacity, `${done} s`);
});

test('an attack that holds the capacity slows the door, and its end opens it again', async () => {
  const door = await open({ capacity: 40, listeners: 8_000 });
  await door.setCapacity(2);
  const during = await run(door, { listeners: 8_000, seconds: 60 });
  assert.ok((during.rates.at(-1) ?? 1) < 8 / 8_000, String(during.rates.at(-1)));
  await door.setCapacity(40);
  for (let second = 0; second < 20; second++) {
    wait(1);
    await door.tick();
  }
  assert.ok(door.published().opensPerSecond > 20 / 8_000);
});

let stage: Stage | undefined;

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function start(door: StageDoorOptions, document = {}): Promise<Stage> {
  clock = NOON;
  stage = await startStage({ now: () => clock, door, document });
  return stage;
}

interface StageDocument {
  sequence: number;
  serverTime: string;
  sources: { kind: string; url: string; door?: string }[];
  doors: Record<string, { epoch: number; open: number; opensPerSecond: number; tickets?: string }>;
}

async function look({ documentUrl }: Stage) {
  const response = await fetch(documentUrl);
  return { response, document: (await response.json()) as StageDocument };
}

async function command({ url }: Stage, body: object): Promise<Response> {
  return fetch(`${url}/console/door`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

test('over HTTP: the playlist is the join, and its pass plays the segments', async () => {
  const { url } = await start({});
  const bare = await fetch(`${url}/floor/talk/${NOON / 4_000 - 1}.aac`);
  assert.equal(bare.status, 403);
  const playlist = await fetch(`${url}/floor/talk.m3u8`);
  assert.equal(playlist.status, 200);
  assert.equal(playlist.headers.get('cache-control'), 'private, no-store');
  assert.match(playlist.headers.get('access-control-expose-headers') ?? '', /Earshot-Pass/);
  const [pass = ''] = (playlist.headers.get('earshot-pass') ?? '').split(';');
  const segments = (await playlist.text()).match(/^talk\/\d+\.aac$/gm) ?? [];
  assert.equal(segments.length, 23);
  const headers = { 'Earshot-Pass': pass };
  const segment = await fetch(`${url}/floor/${segments.at(-1)}`, { headers });
  assert.equal(segment.status, 200);
  assert.equal(segment.headers.get('earshot-pass'), null);
  const plain = await fetch(`${stage?.cdn.a}/${segments.at(-1)}`);
  assert.deepEqual(await segment.bytes(), await plain.bytes());
  clock += 151_000;
  const again = await fetch(`${url}/floor/talk.m3u8`, { headers });
  assert.match(again.headers.get('earshot-pass') ?? '', /^[\w.-]+; max-age=300$/);
  assert.equal((await fetch(`${url}/floor/nothing.m3u8`)).status, 404);
  const forged = await fetch(`${url}/floor/talk.m3u8`, { headers: { 'Earshot-Pass': 'x' } });
  assert.equal(forged.status, 403);
  assert.match(await forged.text(), /no pass/);
});

test('over HTTP: a pass is renewed where the document says, and nobody comes in there', async () => {
  const { url } = await start({});
  const passes = `${url}/floor/passes`;
  assert.equal((await fetch(passes)).status, 403);
  const { headers } = await fetch(`${url}/floor/talk.m3u8`);
  const [pass = ''] = (headers.get('earshot-pass') ?? '').split(';');
  const show = () => fetch(passes, { headers: { 'Earshot-Pass': pass } });
  const young = await show();
  assert.deepEqual([young.status, young.headers.get('earshot-pass')], [204, null]);
  clock += 151_000;
  assert.match((await show()).headers.get('earshot-pass') ?? '', /^[\w.-]+; max-age=300$/);
});

test('over HTTP: above the capacity 503, and a preflight allows the headers', async () => {
  const { url } = await start({ capacity: 7.5, retryAfter: 9 });
  const join = () => fetch(`${url}/floor/talk.m3u8`);
  await join();
  clock += 1_000;
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await join()).status);
  assert.deepEqual(statuses, [200, 200, 200, 503]);
  const refused = await join();
  assert.equal(refused.headers.get('retry-after'), '9');
  assert.equal(refused.headers.get('access-control-allow-origin'), '*');
  const allowed = await fetch(`${url}/floor/talk.m3u8`, { method: 'OPTIONS' });
  assert.equal(allowed.status, 204);
  assert.match(
    allowed.headers.get('access-control-allow-headers') ?? '',
    /Earshot-Pass, Earshot-Ticket/,
  );
  assert.match(allowed.headers.get('access-control-allow-methods') ?? '', /POST/);
});

test('over HTTP: tickets are drawn by POST and used once', async () => {
  const { url } = await start({ tickets: true, capacity: 100, listeners: 1 });
  const { document } = await look(stage as Stage);
  const { tickets = '' } = document.doors.floor ?? {};
  assert.equal(tickets, `${url}/floor/tickets`);
  assert.equal((await fetch(tickets)).status, 405);
  const response = await fetch(tickets, { method: 'POST' });
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  const drawn = (await response.json()) as Record<string, unknown>;
  assert.deepEqual(Object.keys(drawn), ['ticket', 'lot', 'epoch', 'expires']);
  const headers = { 'Earshot-Ticket': String(drawn.ticket) };
  assert.equal((await fetch(`${url}/floor/talk.m3u8`)).status, 403);
  clock += 2_000;
  assert.equal((await fetch(`${url}/floor/talk.m3u8`, { headers })).status, 200);
  clock += 150_000;
  assert.equal((await fetch(`${url}/floor/talk.m3u8`, { headers })).status, 403);
  await command(stage as Stage, { tickets: false });
  assert.equal((await fetch(tickets, { method: 'POST' })).status, 404);
  assert.equal((await fetch(`${url}/floor/talk.m3u8`)).status, 200);
});

test('over HTTP: the document names the door, once a second and exact to the ms', async () => {
  const { url } = await start({ capacity: 20, listeners: 1_000, opensIn: 2 });
  clock += 1_234;
  const { response, document } = await look(stage as Stage);
  assert.equal(response.headers.get('cache-control'), 'max-age=1');
  assert.deepEqual(document.sources[0], {
    kind: 'hls',
    url: `${url}/floor/talk.m3u8`,
    door: 'floor',
  });
  assert.equal(document.sources.length, 5);
  assert.equal(document.serverTime, new Date(NOON + 1_234).toISOString());
  const { epoch, open: share, opensPerSecond, ...rest } = document.doors.floor ?? {};
  assert.equal(epoch, NOON / 1_000);
  assert.ok(share && share < 0 && opensPerSecond);
  assert.deepEqual(rest, { passes: `${url}/floor/passes` });
  clock += 999;
  assert.deepEqual((await look(stage as Stage)).document, document);
  clock += 1;
  const next = (await look(stage as Stage)).document;
  assert.ok(next.sequence > document.sequence);
  assert.equal(next.serverTime, new Date(NOON + 2_234).toISOString());
  stage?.door?.restart();
  const anew = (await look(stage as Stage)).document;
  assert.ok(anew.sequence > next.sequence);
  assert.ok(Number(anew.doors.floor?.epoch) > Number(epoch));
  await stage?.setFault('stage', { kind: 'frozen' });
  clock += 5_000;
  assert.deepEqual((await look(stage as Stage)).document, anew);
});

test('over HTTP: the console sets the door and tells of it', async () => {
  const { url } = await start({ capacity: 20 });
  const stream = await fetch(`${url}/console/events`);
  const set = await command(stage as Stage, { capacity: 1e9, attack: 7 });
  assert.equal(set.status, 200);
  const { door } = (await set.json()) as { door: Record<string, unknown> };
  assert.equal(door.capacity, 1_000_000);
  assert.equal(door.attack, 0.99);
  const refused = [{}, { capacity: '3' }, { attack: null }, { tickets: 1 }, { restart: false }];
  for (const body of [...refused, { capacity: 5, restart: 1 }]) {
    assert.equal((await command(stage as Stage, body)).status, 400, JSON.stringify(body));
  }
  await command(stage as Stage, { capacity: 4, attack: 0.5 });
  const epoch = stage?.door?.stats().epoch ?? 0;
  await command(stage as Stage, { restart: true });
  assert.equal(stage?.door?.stats().epoch, epoch + 1);
  for (let i = 0; i < 4; i++) await fetch(`${url}/floor/talk.m3u8`);
  clock += 1_000;
  await look(stage as Stage);
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (/"admitted":[1-9]/.test(text)) break;
  }
  const told = [...text.matchAll(/event: door\ndata: (.*)\n/g)].map(([, data]) =>
    JSON.parse(`${data}`),
  );
  const { arrivals, admitted, refused: turned, capacity, attack } = told.at(-1);
  assert.deepEqual({ arrivals, admitted, turned }, { arrivals: 4, admitted: 1, turned: 3 });
  assert.deepEqual({ capacity, attack }, { capacity: 4, attack: 0.5 });
  const page = (await (await fetch(`${url}/console`)).json()) as Record<string, object>;
  assert.deepEqual(Object.keys(page.origins ?? {}), ['a', 'b', 'stage', 'floor']);
  assert.ok(page.door);
});

test('over HTTP: the floor has faults of its own, and who gets no answer is not in', async () => {
  const { url, cdn } = await start({ capacity: 1 });
  const join = () => fetch(`${url}/floor/talk.m3u8`);
  await stage?.setFault('floor', { kind: 'unavailable', retryAfter: 3 });
  for (let i = 0; i < 5; i++) assert.equal((await join()).headers.get('retry-after'), '3');
  await stage?.setFault('floor', { kind: 'refuse' });
  await assert.rejects(join());
  assert.equal((await fetch(`${cdn.a}/talk.m3u8`)).status, 200);
  assert.equal((await look(stage as Stage)).response.status, 200);
  await stage?.setFault('floor', { kind: 'none' });
  assert.equal((await join()).status, 200);
  assert.equal((await join()).status, 503);
  const statuses = stage?.requests.filter(({ origin }) => origin === 'floor').map((r) => r.status);
  assert.deepEqual(statuses, [503, 503, 503, 503, 503, null, 200, 503]);
});

test('without the option there is no door, and nothing of it is told', async () => {
  stage = await startStage();
  assert.equal(stage.door, null);
  assert.equal((await fetch(`${stage.url}/floor/talk.m3u8`)).status, 404);
  assert.equal((await command(stage, { restart: true })).status, 404);
  const { document } = await look(stage);
  assert.equal(document.doors, undefined);
  await assert.rejects(stage.setFault('floor', { kind: 'gone' }), /not one of a, b, stage, all/);
});
