import type { Governor } from '../governor/api.ts';
import { dateOf, type GovernedRequest } from '../governor/exchange.ts';
import { type Host, onAbort } from '../host/host.ts';
import {
  DOCUMENT_REFRESH_MS,
  LATE_AFTER_MS,
  MIN_POLL_INTERVAL_MS,
  PATIENCE_MS,
} from '../policy/defaults.ts';
import { kindOf, type StageDocument } from '../policy/document.ts';
import { type EarshotError, earshotError, isEarshotError } from '../policy/errors.ts';
import { nextPollDelay, pollDelayAfterLoss, serverNow } from '../policy/polling.ts';
import { isStream } from './is-stream.ts';
import { parseDocument } from './parse.ts';
import type { PushedDocuments } from './pushed-documents.ts';

const OLDER = 3;
// A document this young needs no new poll.
const JUST = 1_000;

/** The options and callbacks of the feed. */
export interface FeedOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly url: string;
  readonly signal: AbortSignal;
  /**
   * Called with a document that is at least as new as the last one.
   *
   * @param ahead by how many ms the server's clock is ahead of this host's.
   */
  onDocument(document: StageDocument, ahead: number): void;
  /** A document was unusable; the last good one stays in force. */
  onError(error: EarshotError): void;
  /** Milliseconds until the next promise of the last document, a turn or the start; 0 or less: none. */
  due(): number;
  /** Other ways to get the document. Absent: none. */
  readonly pushed?: PushedDocuments | undefined;
}

/** Polls a stage document. */
export interface Feed {
  /**
   * Polls until the signal aborts or the governor's policy says stop. If the URL is not a stage document but a
   * playable source, it returns a document with that source, and stops polling.
   *
   * @throws EarshotError `stopped`; `bad-document` if the URL has returned nothing else for longer than the patience;
   * or the signal's reason.
   */
  run(): Promise<StageDocument>;
  /** A source was lost. The document may say why, so poll it soon. */
  lost(): void;
  /**
   * Takes a document that came another way.
   *
   * @param ahead as for `onDocument`, or `null` if unknown.
   * @throws EarshotError `bad-document` if it is unusable; the last one stays in force.
   */
  offer(document: object, ahead: number | null): void;
  /** The poll interval has changed. */
  repace(): void;
  /** Polls now, unless it has just polled or must wait. Resolves after the poll, or if it takes too long. */
  fresh(): Promise<void>;
}

export const createFeed = (options: FeedOptions): Feed => {
  const { host, governor, url, signal, onDocument, onError, due, pushed } = options;
  let last: StageDocument | undefined;
  let older = 0;
  let idle = 0;
  let hasLost = false;
  let hasNews = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let wake = () => {};
  let isOver = false;
  /** Since when the URL has returned nothing usable, monotonic ms, and the failure count of its origin then. */
  let oddSince = 0;
  let oddRound = -1;
  let odd: EarshotError | null = null;
  let isFound = false;
  let fetched: StageDocument;
  const waiters = new Set<() => void>();

  const parse = (value: unknown, base: string) => {
    odd = null;
    return parseDocument(value, base, (error) => {
      odd = error as EarshotError;
    });
  };

  /** Parses the response; returns why it is unusable. */
  const check: GovernedRequest['check'] = async (body, { url: base, headers }) => {
    try {
      const text = new TextDecoder().decode(body);
      // A URL that once returned a stage document must keep to it: anything else is a failure.
      const isDocument = last || /^\s*{/.test(text);
      const source = isDocument ? null : (await import('./sniff.ts')).sourceIn(body, headers, url);
      const value = source ? { version: 1, sources: [source] } : JSON.parse(text);
      fetched = parse(value, base);
      isFound = !!source;
      return '';
    } catch (error) {
      return isEarshotError(error)
        ? `${error.message} ${odd?.message ?? ''}`
        : 'This is no stage document, HLS playlist or audio stream. Check the URL.';
    }
  };

  /** @param date the server's clock at the time of the response, or `null`. */
  const take = (document: StageDocument, date: number | null, known: number | null) => {
    // A CDN edge may serve an older edition for a while. A stage that restarted has a later `serverTime`, or keeps
    // its lower sequence.
    const { sequence, serverTime } = document;
    const before = last?.serverTime;
    const isAnew = serverTime && before ? serverTime > before : ++older >= OLDER;
    if (sequence < (last?.sequence ?? 0) && !isAnew) return;
    older = 0;
    idle = last && kindOf(last) === kindOf(document) ? idle + 1 : 0;
    last = document;
    if (odd && !idle) onError(odd);
    const now = host.now();
    const ahead = known ?? serverNow(document.serverTime, date, now) - now;
    pushed?.onFetched(document, ahead);
    onDocument(document, ahead);
  };

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = host.timer(() => wake(), ms);
      let stopAbort = () => {};
      wake = () => {
        cancel();
        stopAbort();
        resolve();
      };
      stopAbort = onAbort(signal, wake);
    });

  const settle = () => {
    lookedAt = host.now();
    for (const resolve of waiters) resolve();
    waiters.clear();
  };

  const isHeld = () => pushed?.pollInterval(0) === Infinity;

  /** Milliseconds until the next poll, as of now. */
  const interval = (): number => {
    const { refresh = DOCUMENT_REFRESH_MS } = last ?? {};
    const given = pushed?.pollInterval(refresh);
    if (given) return given;
    const promised = due();
    const wait = nextPollDelay(refresh, idle, promised, host.random());
    // After the promised time, its result is news.
    if (promised > 0 && wait >= promised) idle = 0;
    return wait;
  };

  const rest = async () => {
    let at = 0;
    let late = 0;
    hasNews = true;
    do {
      if (hasNews) at = host.now() + interval();
      // The leading tab tells the other tabs about a loss.
      if (hasLost && !isHeld()) {
        at = Math.min(at, host.now() + pollDelayAfterLoss(governor.spread, host.random()));
        idle = 0;
      }
      hasLost = false;
      hasNews = false;
      if (waiters.size) return;
      await sleep(at - host.now());
      signal.throwIfAborted();
      // Machines that wake together must not poll together. A hidden page's timers are late each time, so defer once.
      if (host.now() - at > LATE_AFTER_MS && !late++) {
        at = Infinity;
        hasLost = true;
      }
    } while ((hasLost || hasNews) && !waiters.size);
  };

  return {
    lost() {
      hasLost = true;
      wake();
    },
    offer(document, ahead) {
      take(parse(document, url), null, ahead);
      lookedAt = host.now();
      this.repace();
    },
    repace() {
      hasNews = true;
      wake();
    },
    async fresh() {
      const wasJust = Math.abs(host.now() - lookedAt) < JUST;
      if (wasJust || isHeld() || isOver || governor.waitOf(url)) return;
      await new Promise<void>((resolve) => {
        const cancel = host.timer(resolve, MIN_POLL_INTERVAL_MS);
        waiters.add(() => {
          cancel();
          resolve();
        });
        wake();
      });
    },
    async run() {
      try {
        await pushed?.ready;
        if (last) await rest();
        for (;;) {
          try {
            signal.throwIfAborted();
            const limits = { tries: 1, check, isEndless: isStream };
            const answer = await governor.request({ url, purpose: 'document', signal, ...limits });
            if (isFound) return fetched;
            take(fetched, dateOf(answer), null);
          } catch (cause) {
            if (signal.aborted || (!last && !isEarshotError(cause))) throw cause;
            const error = earshotError(cause, url);
            if (error.code === 'stopped') throw error;
            onError(error);
            const [{ failureCount }] = governor.parts.gates.of(url);
            const isOdd = error.code === 'bad-document';
            // Being offline in between starts the patience again.
            if (!isOdd || failureCount !== oddRound) oddSince = host.elapsed();
            oddRound = failureCount;
            if (!last && host.elapsed() - oddSince > PATIENCE_MS) throw error;
            if (!last) continue;
          }
          settle();
          await rest();
        }
      } finally {
        isOver = true;
        settle();
      }
    },
  };
};
