import { turnOf } from '../../policy/door.ts';
import { doorOf, type Opening } from '../../policy/opening.ts';
import type { StageClock } from '../clock.ts';
import { createBatch } from '../store/batch.ts';
import type { DoorLimits, Entry, Leaving, Renewal, Store } from '../store/store.ts';
import { createMemory } from './memory.ts';
import {
  headerOf,
  type JoinAnswer,
  type RequestHeaders,
  refuse,
  refuseFor,
  type Ticket,
} from './requests.ts';
import { type Claims, type Signer, toBase64Url } from './tokens.ts';

/** The door as the last edition and the settings say. */
export interface AdmissionState {
  readonly opening: Opening;
  readonly limits: DoorLimits;
  /** No listener joins without a ticket. */
  readonly isTicketed: boolean;
  /** Seconds that a listener waits after a refusal because there is no capacity. */
  readonly retryAfter: number;
}

/** The parts that a door's admission stands on. */
export interface AdmissionParts {
  readonly stage: string;
  readonly door: string;
  readonly store: Store;
  readonly clock: StageClock;
  readonly signer: Signer;
  readonly randomBytes: (length: number) => Uint8Array;
  /** The maximum of sessions with a replaced pass that this node remembers. */
  readonly memory: number;
  /** `null`: nothing is published yet. */
  state(): AdmissionState | null;
  /** A request was decided, whatever it came through. */
  onJoin(answer: JoinAnswer): void;
}

/** Options of a join. */
export interface JoinOptions {
  /**
   * The listener joins the source again, for example with the POST of WHEP: even a young pass is replaced. Default
   * `false`.
   */
  readonly rejoin?: boolean | undefined;
  /** Only a pass is accepted: this request never takes a place. Default `false`. */
  readonly passOnly?: boolean | undefined;
}

/** Judges the requests for a guarded source, on this node. */
export interface Admission {
  /**
   * Draws and signs a lot of this epoch. `null`: nothing is published yet.
   *
   * @param weight the lot is the lowest of so many; above 0. Default 1.
   */
  ticket(weight?: number): Promise<Ticket | null>;
  /** Decides a request by its `Earshot-Pass` and `Earshot-Ticket`. Never throws, whatever they contain. */
  join(headers: RequestHeaders, options?: JoinOptions): Promise<JoinAnswer>;
  /** Frees the place of a session. @param ticket becomes usable again, because the join came to nothing. */
  leave(session: string, ticket?: string | null): Promise<void>;
  /** Reports the refusals that no other call has reported. */
  report(): Promise<void>;
}

const SESSION_BYTES = 16;
const TWO_TO_THE_32 = 2 ** 32;
/** The rate may rise meanwhile, and a client's governor keeps away from the whole origin: the document has the turn. */
const LONGEST_WAIT_SECONDS = 30;
/** Until the first edition. */
const SOON_SECONDS = 1;

/** The newest pass of a session, as far as this node knows. */
interface Known {
  readonly serial: number;
  /** The store knows that the listener has it. */
  readonly isReported: boolean;
}

/** Creates the admission of one door. */
export function createAdmission(parts: AdmissionParts): Admission {
  const { stage, door, store, clock, signer, randomBytes, state } = parts;
  const sessions = createMemory<Known>(parts.memory);
  let turnedAway = 0;
  let refusals = 0;
  let calls = callsFor(Number.NaN);

  /** The calls of one epoch: none of them changes another one. */
  function callsFor(epoch: number) {
    const key = { door, epoch };
    const options = { clock, pace: store.pace };
    const limits = () => (state() as AdmissionState).limits;
    return {
      epoch,
      enter: createBatch({
        ...options,
        call: async (entries: readonly Entry[]) => {
          const counts = { turnedAway, refusals };
          turnedAway = 0;
          refusals = 0;
          return store.enter(key, limits(), { entries, ...counts });
        },
      }),
      renew: createBatch({
        ...options,
        call: (renewals: readonly Renewal[]) => store.renew(key, limits(), renewals),
      }),
      leave: createBatch({
        ...options,
        call: async (leavings: readonly Leaving[]) => {
          await store.leave(key, leavings);
          return leavings;
        },
      }),
    };
  }

  function callsOf({ opening }: AdmissionState): typeof calls {
    if (opening.epoch !== calls.epoch) {
      sessions.clear();
      calls = callsFor(opening.epoch);
    }
    return calls;
  }

  const newId = () => toBase64Url(randomBytes(SESSION_BYTES));

  async function letIn(
    { opening, limits }: AdmissionState,
    id: string,
    serial: number,
    at: number,
    ticket: string | null = null,
  ): Promise<JoinAnswer> {
    const { passLife } = limits;
    const claims = { stage, door, epoch: opening.epoch, id, expires: at + passLife, serial };
    const pass = await signer.sign({ kind: 'pass', ...claims });
    const headers = { 'Earshot-Pass': `${pass}; max-age=${Math.floor(passLife / 1_000)}` };
    return { ok: true, session: id, ticket, isNew: serial === 0, headers };
  }

  function turnAway(answer: JoinAnswer): JoinAnswer {
    turnedAway++;
    return answer;
  }

  /** The claims of a token that is valid here, or why it is not. */
  async function read<Kind extends 'ticket' | 'pass'>(token: string, kind: Kind, epoch: number) {
    const claims = await signer.read(token);
    if (claims?.kind !== kind || claims.stage !== stage || claims.door !== door)
      return `This is no ${kind} of this door.`;
    if (claims.epoch !== epoch) return `This ${kind} is of another opening of the door.`;
    if (claims.expires <= clock.now()) return `This ${kind} has expired.`;
    return claims as Extract<Claims, { kind: Kind }>;
  }

  async function showPass(now: AdmissionState, token: string, rejoin: boolean) {
    const pass = await read(token, 'pass', now.opening.epoch);
    if (typeof pass === 'string') return refuse(pass);
    const { id, serial, expires } = pass;
    const at = clock.now();
    const known = sessions.get(id, at);
    const accepted: JoinAnswer = {
      ...{ ok: true, session: id, ticket: null, isNew: false },
      headers: {},
    };
    const isDue = rejoin || expires - at < now.limits.passLife / 2;
    const isNewest = known ? known.serial === serial && known.isReported : serial === 0;
    if (isNewest && !isDue) return accepted;
    const renewed = await callsOf(now)
      .renew({ session: id, serial, isDue })
      // While the store is away, the signature decides alone.
      .catch(() => ({ next: null }));
    if (renewed === 'replayed') return refuse('A newer pass has replaced this one.');
    const { next } = renewed;
    const newest = Math.max(known?.serial ?? 0, next ?? serial);
    sessions.set(id, { serial: newest, isReported: next === null }, at, now.limits.passLife);
    return next === null ? accepted : letIn(now, id, next, at);
  }

  async function enter(now: AdmissionState, token: string | null): Promise<JoinAnswer> {
    const { opening, isTicketed, retryAfter } = now;
    if (isTicketed && token === null) return turnAway(refuse('A ticket is needed.'));
    const ticket = isTicketed ? await read(token ?? '', 'ticket', opening.epoch) : null;
    if (typeof ticket === 'string') return turnAway(refuse(ticket));
    const turn = ticket
      ? turnOf({ ...doorOf(opening, clock.now()), tickets: null, passes: null }, ticket.lot)
      : 0;
    if (turn > 0) {
      refusals++;
      return turnAway(
        refuseFor(
          Math.min(turn / 1_000, LONGEST_WAIT_SECONDS),
          'The turn of this ticket has not come.',
        ),
      );
    }
    const entry = { ticket: ticket?.id ?? null, session: newId() };
    const result = await callsOf(now)
      .enter(entry)
      .catch(() => null);
    if (!result) return refuseFor(retryAfter, 'The door cannot decide at the moment.');
    if ('session' in result) return letIn(now, result.session, 0, result.at, entry.ticket);
    if (result.outcome === 'used') return refuse('This ticket has been used.');
    const why =
      result.outcome === 'full' ? 'Too many come at once.' : 'No place is free at the moment.';
    return refuseFor(retryAfter, why);
  }

  async function decide(
    headers: RequestHeaders,
    { rejoin = false, passOnly = false }: JoinOptions = {},
  ): Promise<JoinAnswer> {
    const now = state();
    if (!now) return refuseFor(SOON_SECONDS, 'The stage is starting.');
    const pass = headerOf(headers, 'earshot-pass');
    if (pass !== null) return showPass(now, pass, rejoin);
    if (passOnly) return refuse('A pass is needed.');
    return enter(now, headerOf(headers, 'earshot-ticket'));
  }

  return {
    async ticket(weight = 1) {
      const now = state();
      if (!now) return null;
      const [random = 0] = new Uint32Array(Uint8Array.from(randomBytes(4)).buffer);
      const drawn = 1 - (1 - random / TWO_TO_THE_32) ** (1 / weight);
      // A small weight rounds to 1, which is no lot.
      const lot = Math.min(drawn, 1 - 1 / TWO_TO_THE_32);
      const { epoch } = now.opening;
      const expires = clock.now() + now.limits.ticketLife;
      const claims = { stage, door, epoch, id: newId(), expires, lot };
      return { ticket: await signer.sign({ kind: 'ticket', ...claims }), lot, epoch, expires };
    },
    async join(headers, options) {
      const answer = await decide(headers, options);
      parts.onJoin(answer);
      return answer;
    },
    async leave(session, ticket = null) {
      const now = state();
      if (now) await callsOf(now).leave({ session, ticket });
    },
    async report() {
      const now = state();
      if (!now || turnedAway + refusals === 0) return;
      const counts = { turnedAway, refusals };
      turnedAway = 0;
      refusals = 0;
      await store.enter({ door, epoch: now.opening.epoch }, now.limits, { entries: [], ...counts });
    },
  };
}
