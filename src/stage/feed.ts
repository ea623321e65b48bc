import type { Governor } from '../governor/governor.ts';
import { delay, type Host } from '../host/host.ts';
import { DEFAULTS } from '../policy/defaults.ts';
import type { StageDocument } from '../policy/document.ts';
import { EarshotError, isEarshotError } from '../policy/errors.ts';
import type { Wait } from '../policy/state.ts';
import { parseDocument } from './parse.ts';

const OLDER = 3;

/** What the feed tells. */
export interface FeedEvents {
  /** A document that is at least as new as the last one. */
  onDocument(document: StageDocument): void;
  /** A document was unusable; the last good one stays in force. */
  onError(error: EarshotError): void;
  onWait(wait: Wait | null): void;
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

/**
 * Keeps the stage document fresh until the signal aborts or the governor's policy says stop. The
 * interval is drawn anew each time, from half to one and a half of `refresh`, so that a crowd that
 * came together does not keep step.
 *
 * @throws EarshotError `stopped`, or the signal's reason.
 */
export const feed = async (
  host: Host,
  governor: Governor,
  url: string,
  signal: AbortSignal,
  events: FeedEvents,
): Promise<never> => {
  let sequence = -1;
  let older = 0;
  let refresh: number = DEFAULTS.refresh;
  for (;;) {
    try {
      const answer = await governor.ask({ url, purpose: 'document', signal }, events.onWait);
      const document = decode(answer.body, answer.url);
      // An edge may serve an older edition for a while; a stage that began anew does so for good.
      if (document.sequence >= sequence || ++older >= OLDER) {
        sequence = document.sequence;
        older = 0;
        refresh = document.refresh ?? refresh;
        events.onDocument(document);
      }
    } catch (error) {
      if (!isEarshotError(error) || error.code === 'stopped') throw error;
      events.onError(error);
      governor.penalize(url, error);
      events.onWait(governor.waitOf(url));
      if (sequence < 0) continue;
    }
    await delay(host, refresh * (0.5 + host.random()), signal);
  }
};
