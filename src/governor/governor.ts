import { delay } from '../host/host.ts';
import {
  FIRST_WINDOW_MS,
  LATE_AFTER_MS,
  MIN_POLL_INTERVAL_MS,
  MINIMUM_WAIT_MS,
  STEP_DOWN_AFTER_MS,
} from '../policy/defaults.ts';
import { type EarshotError, errorAt, isCollective } from '../policy/errors.ts';
import type { Governor, GovernorOptions } from './api.ts';
import {
  exchange,
  type GovernedRequest,
  type GovernedResponse,
  type Guard,
  LIMITS,
  type Outcome,
} from './exchange.ts';
import { createGates, type Entry, reasonFor, waitOf } from './gates.ts';
import { createOutcomes } from './outcomes.ts';
import { createTokens } from './tokens.ts';
import { type Usefulness, watchUsefulness } from './usefulness.ts';

export const createGovernor = (options: GovernorOptions): Governor => {
  const { host } = options;
  const draw = () => host.random() * (governor.spread ?? FIRST_WINDOW_MS);
  const gates = createGates(host, draw);
  const { tokens, tokenOf } = createTokens(options.token);
  const pending = new Map<object, readonly [Entry, number]>();
  /**
   * Times of the latest requests by URL, ms of {@link Host.elapsed}: a source that is closed and reopened repeats
   * them.
   */
  const asked = new Map<string, number>();
  const farewells = new Set<() => void>();
  let isLeaving = false;
  let offlineAt = Infinity;
  let credit = 0;

  const { fail, succeed, settle, bookProbe } = createOutcomes(options, gates, () => governor);

  const isShut = ({ gate, isProbing }: Entry) => gate.until > host.now() || isProbing;

  /**
   * Waits until every gate is open and has no probe. The URL that closed the gate of its origin lets others probe
   * first: it may be the only one that fails.
   *
   * @returns the gates for which this request is the probe.
   */
  const admit = async (entries: readonly Entry[], signal: AbortSignal) => {
    let yielded = -1;
    for (;;) {
      signal.throwIfAborted();
      entries.forEach(gates.syncFromStorage);
      const closed = entries.find(isShut);
      const [origin, path] = entries;
      const { failing } = origin?.gate ?? {};
      const isCulprit = failing && origin?.failedBy === path?.key && origin?.waiters.size;
      if (closed) await gates.untilOpen(closed, signal);
      else if (isCulprit && origin.failureCount > yielded) {
        yielded = origin.failureCount;
        await delay(host, MINIMUM_WAIT_MS, signal);
      } else {
        const probes = entries.filter(({ gate }) => gate.failing);
        probes.forEach(bookProbe);
        return probes;
      }
    }
  };

  /** Waits for the turn. After a failure it also refreshes the door once the gates are open. */
  const queue = async (guard: Guard, entries: readonly Entry[], signal: AbortSignal) => {
    for (let isFresh = false; ; ) {
      signal.throwIfAborted();
      const wait = waitOf(entries, host.now());
      const early = Math.max(guard.position().turn, wait?.until ?? 0) - host.now();
      // The turn may move both ways meanwhile.
      if (early > 0) await delay(host, Math.min(early, MIN_POLL_INTERVAL_MS), signal);
      else if (isFresh || !wait) return;
      else {
        await options.fresh?.();
        isFresh = true;
      }
    }
  };

  const attempt = async (
    ask: GovernedRequest,
    origin: Entry,
    use: Usefulness,
    bearer: Promise<string | null> | null,
  ): Promise<Outcome> => {
    const id = {};
    // The server holds a blocking playlist reload until there is news (RFC 8216bis, section 6.2.5.2).
    const isHeld = /[?&]_HLS_msn=/.test(ask.url);
    const progress = () => isHeld || pending.set(id, [origin, host.elapsed()]);
    progress();
    asked.delete(ask.url);
    for (const [url, at] of asked) if (host.elapsed() - at > MINIMUM_WAIT_MS) asked.delete(url);
    asked.set(ask.url, host.elapsed());
    use.leaves();
    const onProgress = () => {
      use.stop();
      progress();
    };
    const limits = { ...LIMITS[ask.purpose], onProgress };
    const sent = { ...ask, signal: use.signal };
    const outcome = await exchange(host, sent, limits, () => bearer);
    pending.delete(id);
    return outcome;
  };

  const requestUntilDone = async (
    ask: GovernedRequest,
    use: Usefulness,
  ): Promise<GovernedResponse> => {
    const { signal, url, guard, alternatives, tries: most = Infinity } = ask;
    const entries = gates.of(url, ask.purpose);
    const [origin] = entries;
    let last: EarshotError | undefined;
    for (let tries = 1, renewed = false; ; tries++) {
      if (guard) await queue(guard, entries, signal);
      const early = (asked.get(url) ?? -Infinity) + MINIMUM_WAIT_MS - host.elapsed();
      if (entries.some(isShut)) use.waits(!!last && !isCollective(last));
      else if (early > 0 && !ask.headers?.range)
        // The gate handles an abort meanwhile.
        await delay(host, early, use.signal).catch(() => {});
      const probes = await admit(entries, use.signal).catch((reason) => {
        throw signal.aborted ? reason : (last ?? waitOf(entries, host.now())?.error ?? reason);
      });
      const { failureCount } = origin;
      const askedAt = host.elapsed();
      const bearer = tokenOf(origin.key);
      const outcome = await attempt(ask, origin, use, bearer);
      governor.record?.(ask, outcome, askedAt);
      const { answer, headers } = outcome;
      let { error } = outcome;
      if (signal.aborted) {
        // An aborted probe tells us nothing but still uses up a retry token.
        for (const entry of probes) fail(entry, reasonFor(entry), null);
        throw signal.reason;
      }
      if (error?.code === 'refused' && !renewed && bearer) {
        renewed = true;
        // Several requests with the same refused token need one new token, not one each.
        if (tokens.get(origin.key) === bearer) tokens.delete(origin.key);
        for (const entry of probes) gates.release(entry, entry.gate);
        continue;
      }
      if (answer) guard?.answered(answer.headers);
      else if (error?.code === 'refused' && guard?.refused()) {
        const { status } = error;
        const what = 'the door does not know this lot or pass any more.';
        error = errorAt(url, 'turned-away', what, { status, cause: error });
      }
      const made = { failureCount, askedAt, isReplaceable: !!alternatives };
      const goesOn = settle(entries, made, { error, headers });
      if (!error) return answer as GovernedResponse;
      last = error;
      const isLast = tries >= most;
      const isOwn = !isCollective(error);
      const isOver = use.hasStandIn() ? isOwn || isLast || use.isOver() : isLast && isOwn;
      const until = Math.max(host.now(), ...entries.map(({ gate }) => gate.until));
      const retryAt = goesOn && !isOver ? until : null;
      options.onAttempt?.(Object.assign(error, { purpose: ask.purpose, retryAt }));
      if (!goesOn) {
        const { status, message } = error;
        const why = { status, cause: error };
        throw errorAt(url, 'stopped', `retry() gave null after: ${message}`, why);
      }
      if (isOver) throw error;
    }
  };

  const governor: Governor = {
    parts: { gates, admit, succeed, fail, tokens, tokenOf },
    spread: null,
    hearing: false,
    async request(ask) {
      const use = watchUsefulness(host, ask, (url) =>
        gates.of(url, ask.purpose).every(({ gate }) => gate.until <= host.now()),
      );
      try {
        return await requestUntilDone(ask, use);
      } finally {
        use.end();
      }
    },
    sendBeforeLeaving(ask) {
      let cancel = () => {};
      const send = () => {
        farewells.delete(send);
        cancel();
        const [origin, path] = gates.of(ask.url);
        if (waitOf([origin, path], host.now())) return;
        const { signal } = new AbortController();
        const sent = { ...ask, signal, keepalive: true };
        void exchange(host, sent, LIMITS[ask.purpose], () => tokenOf(origin.key));
      };
      if (isLeaving) return send();
      cancel = host.timer(send, draw());
      farewells.add(send);
    },
    waitOf(url, { purpose, alternatives } = {}) {
      const [origin, path, ...kind] = gates.of(url, purpose);
      return waitOf([origin, ...(alternatives ? [] : [path]), ...kind], host.now());
    },
    penalize: (url, error) => fail(gates.of(url)[1], error, null),
    creditHearing(ms) {
      credit += ms;
      if (credit < STEP_DOWN_AFTER_MS) return;
      credit = 0;
      for (const entry of gates.all()) {
        const { gate } = entry;
        if (!gate.attempt || gate.failing) continue;
        gates.store(entry, { ...gate, attempt: gate.attempt - 1 });
      }
    },
    close() {
      stopPage();
      leave();
    },
  };
  const leave = () => {
    isLeaving = true;
    for (const send of [...farewells]) send();
  };
  const stopPage = host.onPage((event) => {
    if (event === 'pageshow') isLeaving = false;
    if (event === 'offline') offlineAt = host.now();
    if (event === 'online') {
      gates.reconnect(offlineAt - LATE_AFTER_MS);
      offlineAt = Infinity;
    }
    if (event !== 'pagehide') return;
    leave();
    // A reload must not be a way to retry an origin that hangs, that is, has sent nothing since.
    for (const [entry, at] of pending.values()) {
      const isSilent = entry.answeredAt < at && host.elapsed() - at > LATE_AFTER_MS;
      if (isSilent) fail(entry, reasonFor(entry), null);
    }
  });
  return governor;
};
