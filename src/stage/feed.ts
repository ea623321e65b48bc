import type { Answer } from '../governor/exchange.ts';
import type { Governor } from '../governor/governor.ts';
import type { Host } from '../host/host.ts';
import { REFRESH } from '../policy/defaults.ts';
import type { StageDocument } from '../policy/document.ts';
import { EarshotError, isEarshotError } from '../policy/errors.ts';
import { lookAfterLoss, lookIn, serverNow } from '../policy/look.ts';
import { parseDocument } from './parse.ts';

const OLDER = 3;
// A look this young is as good as another.
const JUST = 1_000;

/** What the feed is given, and whom it tells. */
export interface FeedOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly url: string;
  readonly signal: AbortSignal;
  /**
   * A document that is at least as new as the last one.
   *
   * @param ahead how many ms the server's clock is ahead of this host's.
   */
  onDocument(document: StageDocument, ahead: number): void;
  /** A document was unusable; the last good one stays in force. */
  onError(error: EarshotError): void;
  /** Milliseconds until what the last document promises, a turn or the start; 0 or less: nothing. */
  due(): number;
}

/** Keeps a stage document fresh. */
export interface Feed {
  /**
   * Looks until the signal aborts or the governor's policy says stop.
   *
   * @throws EarshotError `stopped`, or the signal's reason.
   */
  run(): Promise<never>;
  /** A source was lost: the document may tell why, and is looked at soon. */
  lost(): void;
  /** Looks now, unless it did so just before or has to wait; resolves when that has ended. */
  fresh(): Promise<void>;
}

const decode = (body: ArrayBuffer, url: string): StageDocument => {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch (cause) {
    throw new EarshotError('bad-document', 'The stage document is no JSON.', { url, cause });
  }
  return parseDocument(value, url);
};

/** Epoch ms of the server when it sent this answer, or `null` where its headers cannot be read. */
const dateOf = ({ headers }: Answer): number | null => {
  const date = Date.parse(headers.get('date') ?? '');
  const age = Number(headers.get('age')) || 0;
  return Number.isNaN(date) ? null : date + Math.max(0, age) * 1_000;
};

/** What makes a document another one in kind; a revised rate or a new time of making does not. */
const kindOf = ({ state, startsAt, sources, doors }: StageDocument): string =>
  JSON.stringify([state, startsAt, sources, Object.values(doors).map(({ epoch }) => epoch)]);

export const createFeed = (options: FeedOptions): Feed => {
  const { host, governor, url, signal, onDocument, onError, due } = options;
  let last: StageDocument | undefined;
  let older = 0;
  let idle = 0;
  let hasLost = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let wake = () => {};
  let isOver = false;
  const waiters = new Set<() => void>();

  const take = (answer: Answer) => {
    const document = decode(answer.body, answer.url);
    // An edge may serve an older edition for a while; a stage that began anew does so for good.
    if (document.sequence < (last?.sequence ?? 0) && ++older < OLDER) return;
    older = 0;
    idle = last && kindOf(last) === kindOf(document) ? idle + 1 : 0;
    last = document;
    const now = host.now();
    onDocument(document, serverNow(document.serverTime, dateOf(answer), now) - now);
  };

  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = host.timer(() => wake(), ms);
      wake = () => {
        cancel();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      signal.addEventListener('abort', wake);
    });

  const settle = () => {
    lookedAt = host.now();
    for (const resolve of waiters) resolve();
    waiters.clear();
  };

  const rest = async () => {
    const { refresh = REFRESH } = last ?? {};
    const promised = due();
    let at = host.now() + lookIn(refresh, idle, promised, host.random());
    // Once the promised time has passed, what comes of it is new.
    if (promised > 0 && at >= host.now() + promised) idle = 0;
    do {
      if (hasLost) at = Math.min(at, host.now() + lookAfterLoss(governor.spread, host.random()));
      if (hasLost) idle = 0;
      hasLost = false;
      if (waiters.size) return;
      await sleep(at - host.now());
      signal.throwIfAborted();
    } while (hasLost && !waiters.size);
  };

  return {
    lost() {
      hasLost = true;
      wake();
    },
    async fresh() {
      const wasJust = Math.abs(host.now() - lookedAt) < JUST;
      if (wasJust || isOver || governor.waitOf(url)) return;
      await new Promise<void>((resolve) => {
        waiters.add(resolve);
        wake();
      });
    },
    async run() {
      try {
        for (;;) {
          try {
            take(await governor.ask({ url, purpose: 'document', signal, tries: 1 }));
          } catch (error) {
            if (!isEarshotError(error) || error.code === 'stopped') throw error;
            onError(error);
            if (!governor.waitOf(url)) governor.penalize(url, error);
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
