import { delay, type Host } from '../host/host.ts';
import type { RetryPolicy } from '../policy/backoff.ts';
import {
  FIRST,
  LATE_AFTER,
  MAX_DOCUMENT_BYTES,
  MAX_MEDIA_BYTES,
  MAX_WAIT,
  MINIMUM,
  SEGMENT_TIMEOUT,
  STEP_DOWN_AFTER,
  TIMEOUT,
} from '../policy/defaults.ts';
import { EarshotError, isCollective } from '../policy/errors.ts';
import { failed, type Gate, openGate, rewound, spent } from '../policy/gate.ts';
import { floorOf } from '../policy/retry-after.ts';
import type { Wait } from '../policy/state.ts';
import { Entry } from './entry.ts';
import {
  type Answer,
  type Ask,
  exchange,
  type Limits,
  type Outcome,
  type Purpose,
} from './exchange.ts';
import { Memory } from './memory.ts';

/**
 * Gives the bearer token for an origin (`https://host:port`), or `null` where none is needed. It
 * is called before the first request to each origin, and once more after a 401 or 403. The token
 * is sent to that origin only, and kept in memory only. A call that throws counts as `null`; one
 * that never answers makes the request time out.
 */
export type TokenSource = (
  origin: string,
) => string | null | undefined | Promise<string | null | undefined>;

/** What a governor is made with. */
export interface GovernorOptions {
  readonly host: Host;
  readonly policy: RetryPolicy;
  readonly token?: TokenSource | undefined;
  /** Told of a policy that is unusable. */
  readonly onError: (error: EarshotError) => void;
}

const LIMITS: Record<Purpose, Limits> = {
  document: { timeout: TIMEOUT, most: MAX_DOCUMENT_BYTES },
  playlist: { timeout: TIMEOUT, most: MAX_MEDIA_BYTES },
  segment: { timeout: SEGMENT_TIMEOUT, most: MAX_MEDIA_BYTES },
};

const MOST_ENTRIES = 64;

/**
 * The one gate through which every request goes. After a failure that speaks for the whole origin
 * (no answer, a timeout, 429, 5xx) nothing more is asked of it before the deadline that the
 * policy draws; then one request finds out, and the others wait for what it finds. A refusal (4xx)
 * closes the gate of its URL alone. Deadlines outlive a reload and hold for all tabs.
 */
export class Governor {
  /** The published spread in ms. */
  spread: number | null = null;
  /** Whether the listener hears something now. */
  hearing = false;
  /** Ends what this governor has asked the host for. */
  readonly close: () => void;
  readonly #options: GovernorOptions;
  readonly #host: Host;
  readonly #memory: Memory;
  readonly #entries = new Map<string, Entry>();
  readonly #tokens = new Map<string, Promise<string | null>>();
  readonly #pending = new Map<object, readonly [Entry, number]>();
  #heard = 0;

  constructor(options: GovernorOptions) {
    this.#options = options;
    this.#host = options.host;
    this.#memory = new Memory(options.host);
    this.close = options.host.onPage((event) => {
      if (event !== 'pagehide') return;
      // A reload must not be the way to ask a hanging origin again.
      for (const [entry, askedAt] of this.#pending.values()) {
        if (this.#host.now() - askedAt > LATE_AFTER) this.#fail(entry, entry.why, null);
      }
    });
  }

  /**
   * Makes the request as soon as its gates allow, again and again as the policy says.
   *
   * @throws EarshotError with code `stopped` if the policy ends it, or what a 4xx ended with after
   * `tries`; the signal's reason if it aborts.
   */
  async ask(ask: Ask): Promise<Answer> {
    const { signal } = ask;
    const [origin, path] = this.#entriesOf(ask.url);
    for (let tries = 1, renewed = false; ; tries++) {
      const probes = await this.#admit([origin, path], signal);
      const { round } = origin;
      const outcome = await this.#attempt(ask, origin);
      const { answer, error } = outcome;
      if (signal.aborted) {
        // A probe that was called off has told nothing, and was paid for all the same.
        for (const entry of probes) this.#fail(entry, entry.why, null);
        throw signal.reason;
      }
      if (error?.code === 'refused' && !renewed && this.#tokens.delete(origin.key)) {
        renewed = true;
        for (const entry of probes) this.#release(entry, entry.gate);
        continue;
      }
      const goesOn = this.#settle(origin, path, round, outcome);
      if (answer) return answer;
      if (!goesOn) throw new EarshotError('stopped', 'The policy says stop.', { cause: error });
      if (tries >= (ask.tries ?? Infinity) && error && !isCollective(error)) throw error;
    }
  }

  /** What a request to `url` would have to wait for now, or `null`. */
  waitOf(url: string): Wait | null {
    const now = this.#host.now();
    const closed = this.#entriesOf(url).filter(({ gate }) => gate.failing || gate.until > now);
    return closed.sort((a, b) => b.gate.until - a.gate.until)[0]?.wait ?? null;
  }

  /**
   * Counts a failure that no request showed, such as media that cannot be decoded.
   *
   * @returns false if the policy says to stop.
   */
  penalize(url: string, error: EarshotError): boolean {
    return this.#fail(this.#entriesOf(url)[1], error, null);
  }

  /** Credits `ms` of proven hearing: each full minute takes one attempt off every gate that serves. */
  heard(ms: number): void {
    this.#heard += ms;
    if (this.#heard < STEP_DOWN_AFTER) return;
    this.#heard = 0;
    for (const entry of this.#entries.values()) {
      const { attempt, failing } = entry.gate;
      if (attempt && !failing) this.#store(entry, { ...entry.gate, attempt: attempt - 1 });
    }
  }

  /** The gates of the origin and of the URL without its query, which may carry a signature. */
  #entriesOf(url: string): [Entry, Entry] {
    const { origin, pathname } = new URL(url);
    return [this.#entry(origin), this.#entry(origin + pathname)];
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (!entry) {
      const stored = this.#memory.read(key);
      entry = new Entry(key, stored ?? openGate(this.#host.now()));
      // What was made safe for this page's clock is stored so, or it would be put off at each look.
      if (stored) this.#store(entry, stored);
      for (const [old, { gate }] of this.#entries) {
        if (this.#entries.size < MOST_ENTRIES) break;
        if (!gate.failing && gate.until <= this.#host.now()) this.#entries.delete(old);
      }
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #store(entry: Entry, gate: Gate): void {
    entry.gate = gate;
    entry.seen = gate.until;
    this.#memory.write(entry.key, gate);
  }

  #release(entry: Entry, gate: Gate): void {
    entry.probing = false;
    this.#store(entry, gate);
    for (const waiter of [...entry.waiters]) waiter();
  }

  #draw(): number {
    return this.#host.random() * (this.spread ?? FIRST);
  }

  /**
   * Waits until every gate is open, and nobody else is finding out whether it is.
   *
   * @returns the gates that this request is the probe of.
   */
  async #admit(entries: readonly Entry[], signal: AbortSignal): Promise<readonly Entry[]> {
    for (;;) {
      signal.throwIfAborted();
      for (const entry of entries) this.#adopt(entry);
      const now = this.#host.now();
      const closed = entries.find(({ gate, probing }) => gate.until > now || probing);
      if (!closed) {
        const probes = entries.filter(({ gate }) => gate.failing);
        for (const entry of probes) this.#charge(entry);
        return probes;
      }
      await this.#untilOpen(closed, signal);
    }
  }

  /** Takes over a later deadline that another tab has drawn. */
  #adopt(entry: Entry): void {
    entry.gate = rewound(entry.gate, this.#host.now());
    const stored = this.#memory.read(entry.key);
    const known = Math.max(entry.seen, entry.gate.until);
    if (!stored || stored.until <= known || entry.probing) return;
    entry.seen = stored.until;
    // The tabs of one browser would otherwise come back in the same instant.
    entry.gate = { ...stored, until: stored.until + this.#draw(), failing: true };
  }

  async #untilOpen(entry: Entry, signal: AbortSignal): Promise<void> {
    const { until } = entry.gate;
    const wake = new AbortController();
    const waiter = () => wake.abort();
    entry.waiters.add(waiter);
    signal.addEventListener('abort', waiter);
    const ms = until - this.#host.now();
    try {
      // Behind a probe there is no deadline to wait for, only its end.
      await delay(this.#host, ms > 0 && ms < MAX_WAIT ? ms : MAX_WAIT, wake.signal);
      const late = this.#host.now() - until;
      if (entry.gate.until !== until) return;
      // A machine that slept is jittered; a clock that was put back, or a timer too early, is ignored.
      const put = late > LATE_AFTER ? MINIMUM + this.#draw() : 0;
      entry.gate = { ...entry.gate, until: this.#host.now() + put };
    } catch {
      // Woken by a change, or aborted: the caller looks again.
    } finally {
      entry.waiters.delete(waiter);
      signal.removeEventListener('abort', waiter);
    }
  }

  /** Books a probe before it is made, so that a reload in the middle of it gains nothing. */
  #charge(entry: Entry): void {
    entry.probing = true;
    entry.gate = spent(entry.gate, this.#host.now());
    const ahead = this.#failed(entry, entry.why, null);
    if (!ahead) return;
    entry.seen = ahead.until;
    this.#memory.write(entry.key, ahead);
  }

  async #attempt(ask: Ask, origin: Entry): Promise<Outcome> {
    const id = {};
    this.#pending.set(id, [origin, this.#host.now()]);
    const outcome = await exchange(this.#host, ask, LIMITS[ask.purpose], () =>
      this.#token(origin.key),
    );
    this.#pending.delete(id);
    return outcome;
  }

  #token(origin: string): Promise<string | null> | null {
    const { token } = this.#options;
    if (!token) return null;
    let known = this.#tokens.get(origin);
    if (!known) {
      known = (async () => (await token(origin)) ?? null)().catch(() => null);
      this.#tokens.set(origin, known);
    }
    return known;
  }

  /** @returns false if the policy says to stop. */
  #settle(origin: Entry, path: Entry, round: number, { error, headers }: Outcome): boolean {
    const floor = floorOf((name) => headers?.get(name) ?? null, this.#host.now());
    if (error && isCollective(error)) {
      if (path.probing) this.#release(path, path.gate);
      return this.#fail(origin, error, floor, origin.round === round);
    }
    // What was asked before the last failure says nothing about the time after it.
    if (origin.round === round) this.#succeed(origin, error ? null : floor);
    if (error) return this.#fail(path, error, floor);
    this.#succeed(path, null);
    return true;
  }

  #succeed(entry: Entry, floor: number | null): void {
    const { gate } = entry;
    if (!gate.failing && !floor) return;
    const now = this.#host.now();
    entry.error = null;
    // The attempts stay: only hearing takes them down. A floor is never undercut by another answer.
    const until = Math.max(
      now,
      gate.failing ? 0 : gate.until,
      floor ? now + floor + this.#draw() : 0,
    );
    this.#release(entry, { ...gate, failing: false, code: null, until, at: now });
  }

  #failed(entry: Entry, error: EarshotError, floor: number | null): Gate | null {
    const { host, policy, onError } = this.#options;
    const { spread, hearing } = this;
    const now = host.now();
    const random = () => host.random();
    return failed(entry.gate, { now, random, error, floor, spread, hearing, policy, onError });
  }

  /** @returns false if the policy says to stop. */
  #fail(entry: Entry, error: EarshotError, floor: number | null, first = true): boolean {
    const put = this.#host.now() + (floor ?? 0) + this.#draw();
    // Another failure has closed this gate for this round already; only a longer floor still counts.
    if (!first) {
      if (floor && put > entry.gate.until) this.#store(entry, { ...entry.gate, until: put });
      return true;
    }
    entry.round++;
    entry.error = error;
    const gate = this.#failed(entry, error, floor);
    this.#release(entry, gate ?? entry.gate);
    return gate !== null;
  }
}
