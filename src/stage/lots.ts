import { describeResponse, type GovernedResponse } from '../governor/exchange.ts';
import { delay } from '../host/host.ts';
import { persistentRecords } from '../host/persistent-records.ts';
import {
  FIRST_WINDOW_MS,
  MAX_PASS_AGE_MS,
  MAX_WAIT_MS,
  SEGMENT_TIMEOUT_MS,
} from '../policy/defaults.ts';
import type { Door } from '../policy/document.ts';
import { latestTurn, lotOf, turnOf } from '../policy/door.ts';
import { errorAt, isEarshotError } from '../policy/errors.ts';
import type { Admission } from './admission.ts';
import { createPassRenewal, type Pass } from './pass-renewal.ts';

/** The stored state of a listener at a door. */
interface StoredAdmission {
  /** The random draw from which all self-drawn lots are computed. */
  readonly seed: number;
  readonly epoch: number;
  /** Epoch ms of the start of the wait, and of the last write. */
  readonly since: number;
  readonly at: number;
  /** A lot that a server has drawn and signed. */
  readonly ticket: string | null;
  readonly lot: number | null;
  /** The proof of admission, and the epoch ms until which it is valid. */
  readonly pass: string | null;
  readonly until: number;
  readonly admitted: boolean;
}

const MOST = 16;
const LONGEST = 4_096;
/** The characters that a header may contain. */
const TOKEN = /^[\w.~+/=-]+$/;
const PASS = /^([^;\s]+)\s*;\s*max-age=(\d{1,9})$/;
const KEY = 'earshot:doors';

const isToken = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST && TOKEN.test(value);

const isLot = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < 1;

const validate = (value: unknown, now: number): StoredAdmission | null => {
  const { seed, epoch, since, at, ticket, lot, pass, until, admitted } = Object(value);
  // After the clock was set back, only the draw itself is reliable.
  const isPast = (time: unknown) => typeof time === 'number' && time <= now;
  if (!isLot(seed) || !Number.isSafeInteger(epoch) || epoch < 0) return null;
  if (typeof at === 'number' && at < now - MAX_WAIT_MS) return null;
  const isSigned = isToken(ticket) && isLot(lot);
  const isPass =
    isToken(pass) && Number.isFinite(until) && until > now && until <= now + MAX_PASS_AGE_MS;
  return {
    seed,
    epoch,
    // Time away does not count as waiting.
    since: isPast(since) && at > now - MAX_PASS_AGE_MS ? since : now,
    at: isPast(at) ? at : now,
    ticket: isSigned ? ticket : null,
    lot: isSigned ? lot : null,
    pass: isPass ? pass : null,
    until: isPass ? until : 0,
    admitted: admitted === true,
  };
};

const readTicket = (answer: GovernedResponse, url: string): { ticket: string; lot: number } => {
  const { body, status } = answer;
  try {
    const { ticket, lot } = Object(JSON.parse(new TextDecoder().decode(body)));
    if (isToken(ticket) && isLot(lot)) return { ticket, lot };
  } catch {
    // Not JSON, so not a ticket.
  }
  throw errorAt(url, 'bad-document', `${describeResponse(answer, body)}. This is no ticket.`, {
    status,
  });
};

/**
 * Admission by lot: the listener's turn comes when the door has opened to its lot.
 *
 * The listener draws the lot, or a server draws it and signs it as a ticket if the door names one. The first response
 * of a guarded source brings a pass (`Earshot-Pass: token; max-age=seconds`). Lot and pass survive a reload, and the
 * tabs of a browser share them. Requests carry the pass or the ticket as `Earshot-Pass` or `Earshot-Ticket`, only to
 * the origin of the guarded source.
 */
export const lots = (): Admission => ({
  open({ door: name, stage, host, signal, request, onError }) {
    const records = persistentRecords(host, KEY, MOST, validate);
    const key = `${stage} ${name}`;
    const fresh = (seed: number, epoch: number): StoredAdmission => {
      const now = host.now();
      const none = { ticket: null, lot: null, pass: null, until: 0, admitted: false };
      return { seed, epoch, since: now, at: now, ...none };
    };
    let place: StoredAdmission | null = null;
    let door: Door | null = null;
    let doorAt = 0;
    let estimate = Number.NaN;
    let margin: number | null = null;
    let drawing = false;
    let droppedAt = -Infinity;

    /** The token of the last request. */
    let shown: string | null = null;

    /**
     * The newest record of this page and the other tabs. On a tie this page's own wins: the stored copy may lack
     * fields.
     */
    const load = (): StoredAdmission | null => {
      const known = [...(place ? [place] : []), ...records.read(key)];
      return known.sort((a, b) => b.epoch - a.epoch || b.at - a.at)[0] ?? null;
    };

    /** Takes over what another tab has received meanwhile, in this epoch. */
    const share = () => {
      const known = load();
      if (known?.epoch === place?.epoch) place = known;
    };

    const save = (changed: Partial<StoredAdmission>) => {
      share();
      if (!place) return;
      place = { ...place, ...changed, at: host.now() };
      records.write(key, place);
    };

    /** The header and its value, as of now. */
    const proof = (): readonly ['pass' | 'ticket', string] | null => {
      const { ticket = null } = place ?? {};
      const pass = valid();
      if (pass) return ['pass', pass.token];
      return ticket ? ['ticket', ticket] : null;
    };

    const lot = (): number | null => {
      if (!place || (door?.tickets && place.lot === null)) return null;
      return place.lot ?? lotOf(place.seed, name, place.epoch);
    };

    const planned = (): number => {
      const drawn = lot();
      const { since = host.now(), seed = 0 } = place ?? {};
      const latest = latestTurn(since, drawn ?? seed);
      return drawn === null || !door ? latest : Math.min(latest, doorAt + turnOf(door, drawn));
    };

    const draw = async (url: string, spread: number | null) => {
      drawing = true;
      try {
        // Jitter: listeners who see the door at the same moment must not request tickets at the same moment.
        await delay(host, host.random() * (spread ?? FIRST_WINDOW_MS), signal);
        const epoch = place?.epoch;
        const answer = await request({ url, purpose: 'ticket', method: 'POST' });
        const ticket = readTicket(answer, url);
        if (place?.epoch !== epoch) return;
        save(ticket);
        estimate = planned();
        margin = 0;
      } catch (error) {
        if (!signal.aborted && isEarshotError(error)) onError(error);
      } finally {
        drawing = false;
      }
    };

    /** The pass and its end, if it is still valid. */
    const valid = (): Pass | null => {
      const { pass = null, until = 0 } = place ?? {};
      return pass && until > host.now() ? { token: pass, until } : null;
    };

    const keepPass = (headers: Headers): boolean => {
      const [, pass, seconds] = PASS.exec(headers.get('earshot-pass') ?? '') ?? [];
      const until = host.now() + Math.min(MAX_PASS_AGE_MS, Number(seconds) * 1_000);
      if (!isToken(pass)) return false;
      save({ pass, until, admitted: true });
      return true;
    };

    const renewal = createPassRenewal({
      ...{ host, signal, request, valid, keepPass },
      shared() {
        share();
        return valid();
      },
      drop: () => save({ pass: null, until: 0 }),
    });

    return {
      update(next, at, spread) {
        place = load() ?? fresh(host.random(), next.epoch);
        // An older epoch is an older edition, which a CDN edge may serve for a while.
        if (next.epoch < place.epoch) return;
        const isNew = next.epoch > place.epoch;
        if (isNew) {
          const { seed, since, admitted } = place;
          place = fresh(seed, next.epoch);
          // Repeated epochs must not make a listener wait for ever.
          if (!admitted) place = { ...place, since };
        }
        const { epoch, open, opensPerSecond, tickets, passes } = next;
        const fields = [epoch, open, opensPerSecond, tickets, passes];
        const same = fields.join() === Object.values(door ?? {}).join();
        // If the clocks cannot be compared, the same document must not move the turn at each poll.
        if (!same) doorAt = at;
        door = next;
        save({});
        if (tickets && !place.ticket && !drawing) void draw(tickets, spread);
        const before = isNew ? Number.NaN : estimate;
        estimate = planned();
        const moved = Math.abs(estimate - before);
        margin = lot() === null ? null : Math.max(moved || 0, (margin ?? 0) / 2);
      },
      observe(isPlaying) {
        renewal.observe(isPlaying ? (door?.passes ?? null) : null);
      },
      position() {
        const { admitted = false } = place ?? {};
        const turn = valid() ? 0 : planned();
        return { turn, uncertainty: turn && lot() === null ? null : margin, admitted };
      },
      request() {
        share();
        const [kind, token] = proof() ?? [];
        shown = token ?? null;
        return token ? { headers: { [`earshot-${kind}`]: token } } : {};
      },
      answered(headers) {
        if (!keepPass(headers) && !place?.admitted) save({ admitted: true });
      },
      refused() {
        share();
        const [kind, token] = proof() ?? [];
        // If several requests carried the token, the first refusal drops it.
        if (!token) return host.elapsed() - droppedAt < SEGMENT_TIMEOUT_MS;
        // Another tab may have received a new pass since the refusal.
        if (token === shown) {
          droppedAt = host.elapsed();
          save(kind === 'pass' ? { pass: null, until: 0 } : { ticket: null, lot: null });
        }
        return true;
      },
    };
  },
});
