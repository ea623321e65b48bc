import { delay, type Host } from '../host/host.ts';
import type { RetryPolicy } from '../policy/backoff.ts';
import { spend } from '../policy/budget.ts';
import { DEFAULTS } from '../policy/defaults.ts';
import { EarshotError, isCollective } from '../policy/errors.ts';
import { failed, openGate, steppedDown, succeeded } from '../policy/gate.ts';
import { floorOf } from '../policy/retry-after.ts';
import type { Wait } from '../policy/state.ts';
import { Entry } from './entry.ts';
import { type Answer, type Ask, exchange, type Outcome, type Purpose } from './exchange.ts';
import { Memory } from './memory.ts';
import { Tokens, type TokenSource } from './tokens.ts';

/** What a governor is made with. */
export interface GovernorOptions {
  readonly host: Host;
  readonly policy: RetryPolicy;
  readonly token?: TokenSource | undefined;
  /** Told of a policy that is unusable. */
  readonly onError: (error: EarshotError) => void;
}

const LIMITS: Record<Purpose, { timeout: number; most: number }> = {
  document: { timeout: DEFAULTS.timeout, most: DEFAULTS.maxDocumentBytes },
  playlist: { timeout: DEFAULTS.timeout, most: DEFAULTS.maxPlaylistBytes },
  segment: { timeout: DEFAULTS.segmentTimeout, most: DEFAULTS.maxSegmentBytes },
  other: { timeout: DEFAULTS.timeout, most: DEFAULTS.maxDocumentBytes },
};

const MOST_ENTRIES = 64;

const unanswered = () => new EarshotError('timeout', 'No answer yet.');

/** A URL gate's key holds no query, which may carry a signature. */
const keysOf = (url: string): [string, string] => {
  const { origin, pathname } = new URL(url);
  return [origin, origin + pathname];
};

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
  readonly #options: GovernorOptions;
  readonly #host: Host;
  readonly #memory: Memory;
  readonly #tokens: Tokens;
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new Set<{ readonly entry: Entry; readonly askedAt: number }>();
  readonly #stopPage: () => void;
  #heard = 0;

  constructor(options: GovernorOptions) {
    this.#options = options;
    this.#host = options.host;
    this.#memory = new Memory(options.host);
    this.#tokens = new Tokens(options.host, options.token);
    this.#stopPage = options.host.onPage((event) => {
      if (event === 'pagehide') this.#chargePending();
    });
  }

  /**
   * Makes the request as soon as its gates allow, again and again as the policy says.
   *
   * @param onWait told what is waited for, and `null` once an answer came; may be told the same twice.
   * @throws EarshotError with code `stopped` if the policy ends it, or what a 4xx ended with after
   * `tries`; the signal's reason if it aborts.
   */
  async ask(ask: Ask, onWait: (wait: Wait | null) => void = () => {}): Promise<Answer> {
    const keys = keysOf(ask.url);
    let renewed = false;
    for (let tries = 1; ; tries++) {
      const probes = await this.#admit(keys, ask.signal, onWait);
      const [origin, path] = keys.map((key) => this.#entry(key)) as [Entry, Entry];
      const { round } = origin;
      let outcome: Outcome;
      try {
        const token = await this.#tokens.of(keys[0], ask.signal);
        outcome = await this.#attempt(ask, origin, token);
        ask.signal.throwIfAborted();
        if ('error' in outcome && outcome.error.code === 'refused' && token !== null && !renewed) {
          renewed = true;
          this.#tokens.forget(keys[0]);
          for (const entry of probes) this.#uncharge(entry);
          continue;
        }
      } catch (reason) {
        // A probe that was called off has told nothing, and was paid for all the same.
        for (const entry of probes) this.#fail(entry, entry.wait?.error ?? unanswered(), null);
        throw reason;
      }
      this.#settle(origin, path, round, outcome);
      if ('answer' in outcome) {
        onWait(null);
        return outcome.answer;
      }
      if (!isCollective(outcome.error.code) && tries >= (ask.tries ?? Infinity)) {
        onWait(null);
        throw outcome.error;
      }
    }
  }

  /** What a request to `url` would have to wait for now, or `null`. */
  waitOf(url: string): Wait | null {
    const [origin, path] = keysOf(url).map((key) => this.#entry(key).wait);
    if (!origin || !path) return origin ?? path ?? null;
    return origin.until > path.until ? origin : path;
  }

  /** Counts a failure that no request showed, such as media that cannot be decoded. */
  penalize(url: string, error: EarshotError): void {
    try {
      this.#fail(this.#entry(keysOf(url)[1]), error, null);
    } catch {
      // The policy said stop; whoever asks next is told.
    }
  }

  /** Credits `ms` of proven hearing: each full minute takes one attempt off every gate that serves. */
  heard(ms: number): void {
    this.#heard += ms;
    if (this.#heard < DEFAULTS.stepDownAfter) return;
    this.#heard = 0;
    for (const entry of this.#entries.values()) {
      const gate = steppedDown(entry.gate);
      if (gate !== entry.gate) this.#store(entry, gate);
    }
  }

  close(): void {
    this.#stopPage();
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = new Entry(key, this.#memory.read(key) ?? openGate(this.#host.now()));
      for (const [old, { gate, probing }] of this.#entries) {
        if (this.#entries.size < MOST_ENTRIES) break;
        if (!gate.failing && !probing && gate.until === 0) this.#entries.delete(old);
      }
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #store(entry: Entry, gate: Entry['gate']): void {
    entry.gate = gate;
    this.#memory.write(entry.key, gate);
  }

  /** Waits until all gates are open; returns those that this request is the probe of. */
  async #admit(
    keys: readonly string[],
    signal: AbortSignal,
    onWait: (wait: Wait | null) => void,
  ): Promise<Entry[]> {
    for (;;) {
      signal.throwIfAborted();
      const entries = keys.map((key) => this.#entry(key));
      for (const entry of entries) this.#adopt(entry);
      const now = this.#host.now();
      const closed = entries.find(({ gate, probing }) => gate.until > now || (gate.failing && probing));
      if (!closed) {
        const probes = entries.filter(({ gate }) => gate.failing);
        for (const entry of probes) this.#charge(entry);
        return probes;
      }
      onWait(closed.wait);
      await this.#untilOpen(closed, signal);
    }
  }

  /** Takes over a later deadline that another tab has drawn. */
  #adopt(entry: Entry): void {
    const stored = this.#memory.read(entry.key);
    if (!stored || stored.until <= entry.gate.until || entry.probing) return;
    // The tabs of one browser would otherwise come back in the same instant.
    const until = stored.until + this.#host.random() * DEFAULTS.first;
    entry.gate = { ...stored, until, failing: true };
  }

  async #untilOpen(entry: Entry, signal: AbortSignal): Promise<void> {
    const { until } = entry.gate;
    const wake = new AbortController();
    const forget = entry.changed(() => wake.abort());
    const abort = () => wake.abort();
    signal.addEventListener('abort', abort);
    const ms = Math.min(DEFAULTS.maxWait, until - this.#host.now());
    try {
      // Behind a probe there is no deadline to wait for, only its end.
      await delay(this.#host, ms > 0 ? ms : DEFAULTS.maxWait, wake.signal);
      if (entry.gate.until === until) this.#due(entry, until);
    } catch {
      signal.throwIfAborted();
    } finally {
      forget();
      signal.removeEventListener('abort', abort);
    }
  }

  /** The timer of a deadline ran out. A machine that slept is jittered; a clock put back is ignored. */
  #due(entry: Entry, until: number): void {
    const now = this.#host.now();
    if (now - until > DEFAULTS.lateAfter) {
      this.#store(entry, { ...entry.gate, until: now + DEFAULTS.minimum + this.#draw() });
    } else if (until > now) {
      this.#store(entry, { ...entry.gate, until: now });
    }
  }

  /** Books a probe before it is made, so that a reload in the middle of it gains nothing. */
  #charge(entry: Entry): void {
    const now = this.#host.now();
    entry.probing = true;
    entry.gate = { ...entry.gate, budget: spend(entry.gate.budget, now) };
    const ahead = failed(entry.gate, this.#failure(entry.wait?.error ?? unanswered(), null, () => {}));
    if (ahead) this.#memory.write(entry.key, ahead);
  }

  #uncharge(entry: Entry): void {
    entry.probing = false;
    this.#store(entry, entry.gate);
  }

  async #attempt(ask: Ask, entry: Entry, token: string | null): Promise<Outcome> {
    const headers = { ...ask.headers, ...(token !== null && { authorization: `Bearer ${token}` }) };
    const pending = { entry, askedAt: this.#host.now() };
    this.#pending.add(pending);
    try {
      return await exchange(this.#host, { ...LIMITS[ask.purpose], ...ask, headers });
    } finally {
      this.#pending.delete(pending);
    }
  }

  #settle(origin: Entry, path: Entry, round: number, outcome: Outcome): void {
    const now = this.#host.now();
    const headers = 'answer' in outcome ? outcome.answer.headers : outcome.headers;
    const floor = headers && floorOf((name) => headers.get(name), now);
    if ('answer' in outcome) {
      this.#succeed(path, path.round, null);
      return this.#succeed(origin, round, floor);
    }
    const { error } = outcome;
    if (isCollective(error.code)) {
      path.probing = false;
      if (origin.round === round) this.#fail(origin, error, floor);
      else this.#putOff(origin, floor);
    } else {
      this.#succeed(origin, round, null);
      this.#fail(path, error, floor);
    }
  }

  #succeed(entry: Entry, round: number, floor: number | null): void {
    const { gate } = entry;
    // What was asked before the last failure says nothing about the time after it.
    if (entry.round !== round || !(gate.failing || gate.until || floor)) return;
    this.#store(entry, succeeded(gate, floor, this.#host.now(), this.#host.random()));
    entry.probing = false;
    entry.error = null;
    entry.wake();
  }

  #fail(entry: Entry, error: EarshotError, floor: number | null): void {
    entry.round++;
    entry.probing = false;
    entry.error = error;
    const gate = failed(entry.gate, this.#failure(error, floor, this.#options.onError));
    if (gate) this.#store(entry, gate);
    entry.wake();
    if (!gate) throw new EarshotError('stopped', 'The retry policy says stop.', { cause: error });
  }

  /** Another failure has closed this gate for this round already; only a longer floor still counts. */
  #putOff(entry: Entry, floor: number | null): void {
    const until = this.#host.now() + (floor ?? 0) + this.#draw();
    if (floor && until > entry.gate.until) this.#store(entry, { ...entry.gate, until });
  }

  #failure(error: EarshotError, floor: number | null, onBadPolicy: (error: EarshotError) => void) {
    const { host, policy } = this.#options;
    const { spread, hearing } = this;
    return { now: host.now(), random: host.random, error, floor, spread, hearing, policy, onBadPolicy };
  }

  #draw(): number {
    return this.#host.random() * (this.spread ?? DEFAULTS.first);
  }

  /** A reload must not be the way to ask a hanging origin again. */
  #chargePending(): void {
    const now = this.#host.now();
    for (const { entry, askedAt } of this.#pending) {
      if (now - askedAt < DEFAULTS.pendingCounts || entry.gate.failing) continue;
      const gate = failed(entry.gate, this.#failure(unanswered(), null, () => {}));
      if (gate) this.#store(entry, gate);
    }
  }
}
