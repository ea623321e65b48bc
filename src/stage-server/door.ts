import { turnOf } from '../policy/door.ts';
import { doorOf, type Opening } from '../policy/opening.ts';
import { createAdmissionController, type Rates } from './admission-controller.ts';
import { createMemory } from './memory.ts';
import { type DoorOptions, MOST_CAPACITY, settle, within } from './options.ts';
import { createPasses } from './passes.ts';
import {
  headerOf,
  type JoinAnswer,
  type PublishedDoor,
  type RequestHeaders,
  type Ticket,
} from './requests.ts';
import { type Claims, createSigner, toBase64Url } from './tokens.ts';

// The response with the first pass may be lost, and two tabs may show one ticket at once.
const GIVEN_AGAIN = 30_000;

/** The listener that a ticket has admitted. */
interface Admitted {
  readonly id: string;
  readonly at: number;
}

/** Statistics of a door. */
export interface DoorStats extends Rates {
  /** Joins per second. */
  readonly capacity: number;
  /** How far the door has opened, and what it has learnt about the crowd. */
  readonly opening: Opening;
  /** The number of used tickets and sessions in memory. */
  readonly remembered: number;
}

/** The server side of a door: it admits listeners, and publishes when the others can join. */
export interface DoorServer {
  /** Draws and signs a lot of this epoch. */
  ticket(): Promise<Ticket>;
  /**
   * Decides a request for the guarded source by its `Earshot-Pass` and `Earshot-Ticket`. Never throws, whatever they
   * contain.
   *
   * @param options.rejoin the listener joins the source again, for example with the POST of WHEP: even a young pass
   * is replaced. Default `false`.
   */
  join(
    headers: RequestHeaders,
    options?: { readonly rejoin?: boolean | undefined },
  ): Promise<JoinAnswer>;
  /** The door for the stage document. @param now epoch ms, the document's `serverTime`. */
  published(now: number): PublishedDoor;
  /** Evaluates the joins and updates the rate. Call it once a second. */
  tick(): void;
  /** Starts a new epoch: every pass and ticket becomes invalid, and the door opens again from the start. */
  restart(): void;
  /**
   * Sets the capacity of the source behind the door. The rate of the door follows at the next `tick()`.
   *
   * @param capacity joins per second, 0 to 10,000,000.
   * @throws RangeError if it is out of range.
   */
  setCapacity(capacity: number): void;
  /**
   * Sets where tickets are drawn, for the document and for each join from now on.
   *
   * @param url the URL that draws tickets, or `null` for no tickets.
   */
  setTickets(url: string | null): void;
  /** Statistics, for a page of the operator. */
  stats(): DoorStats;
}

/**
 * Creates a door in this process. It keeps admissions in memory, so one process must serve the whole door.
 *
 * @throws RangeError for an option out of range.
 */
export const createDoor = (options: DoorOptions): DoorServer => {
  const settings = settle(options);
  const { stage, door, now, randomBytes, memory, retryAfter, refusalCost } = settings;
  const passLife = settings.passLife * 1_000;
  const ticketLife = settings.ticketLife * 1_000;
  const signer = createSigner(settings.secrets);
  const used = createMemory<Admitted>(ticketLife, memory);
  const passes = createPasses(passLife, memory);
  // From the clock, so that no process accepts the tokens of an earlier one.
  let epoch = Math.floor(now() / 1_000);
  let tickets = settings.tickets;
  const keeper = createAdmissionController(settings, epoch);

  const newId = () => toBase64Url(randomBytes(16));

  const letIn = async (id: string, serial: number, at = now()): Promise<JoinAnswer> => {
    const expires = at + passLife;
    const pass = await signer.sign({ kind: 'pass', stage, door, epoch, id, expires, serial });
    return {
      ok: true,
      headers: { 'Earshot-Pass': `${pass}; max-age=${Math.floor(passLife / 1_000)}` },
    };
  };

  const refuse = (why: string, seconds?: number): JoinAnswer => {
    if (seconds === undefined) return { ok: false, status: 403, headers: {}, why };
    const headers = { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) };
    return { ok: false, status: 503, headers, why };
  };

  /** The claims of a token that is valid here, or why it is not. */
  const read = async <Kind extends Claims['kind']>(token: string, kind: Kind) => {
    const claims = await signer.read(token);
    if (claims?.kind !== kind || claims.stage !== stage || claims.door !== door)
      return `This is no ${kind} of this door.`;
    if (claims.epoch !== epoch) return `This ${kind} is of another opening of the door.`;
    if (claims.expires <= now()) return `This ${kind} has expired.`;
    return claims as Extract<Claims, { kind: Kind }>;
  };

  const showPass = async (token: string, rejoin: boolean): Promise<JoinAnswer> => {
    const pass = await read(token, 'pass');
    if (typeof pass === 'string') return refuse(pass);
    const judgement = passes.judge(pass, rejoin, now());
    if (judgement === 'replayed') return refuse('A newer pass has replaced this one.');
    return judgement.next === null ? { ok: true, headers: {} } : letIn(pass.id, judgement.next);
  };

  const turnAway = (why: string, seconds?: number): JoinAnswer => {
    keeper.count('turned-away');
    return refuse(why, seconds);
  };

  const enter = async (token: string | null): Promise<JoinAnswer> => {
    if (tickets !== null && token === null) return turnAway('A ticket is needed.');
    const ticket = tickets === null ? null : await read(token ?? '', 'ticket');
    if (typeof ticket === 'string') return turnAway(ticket);
    // No `await` after this line, so that two requests never share a ticket or a place.
    const at = now();
    const before = ticket && used.get(ticket.id, at);
    if (before && at - before.at < GIVEN_AGAIN) return letIn(before.id, 0, before.at);
    if (before) return turnAway('This ticket has been used.');
    const turn = ticket ? turnOf({ ...doorOf(keeper.opening, at), tickets }, ticket.lot) : 0;
    if (turn > 0) {
      keeper.bucket.spend(refusalCost, at);
      return turnAway('The turn of this ticket has not come.', turn / 1_000);
    }
    if (!keeper.bucket.take(at)) {
      keeper.bucket.spend(refusalCost, at);
      keeper.count('full');
      return refuse('Too many come at once.', retryAfter);
    }
    const id = newId();
    if (ticket) used.set(ticket.id, { id, at }, at);
    keeper.count('admitted');
    return letIn(id, 0, at);
  };

  return {
    async ticket() {
      const [random = 0] = new Uint32Array(Uint8Array.from(randomBytes(4)).buffer);
      const lot = random / 2 ** 32;
      const expires = now() + ticketLife;
      const claims = { kind: 'ticket', stage, door, epoch, id: newId(), expires, lot } as const;
      return { ticket: await signer.sign(claims), lot, epoch: claims.epoch, expires };
    },
    async join(headers, { rejoin = false } = {}) {
      const pass = headerOf(headers, 'earshot-pass');
      return pass === null ? enter(headerOf(headers, 'earshot-ticket')) : showPass(pass, rejoin);
    },
    published(at) {
      const published = doorOf(keeper.opening, at);
      return tickets === null ? published : { ...published, tickets };
    },
    tick: keeper.tick,
    restart() {
      epoch = Math.max(epoch + 1, Math.floor(now() / 1_000));
      used.clear();
      passes.clear();
      keeper.reopen(epoch);
    },
    setCapacity(capacity) {
      keeper.bucket.setCapacity(within('capacity', capacity, 0, MOST_CAPACITY), now());
    },
    setTickets(url) {
      tickets = url;
    },
    stats: () => ({
      ...keeper.rates,
      capacity: keeper.bucket.capacity,
      opening: keeper.opening,
      remembered: used.size + passes.size,
    }),
  };
};
