import type { Governor } from '../governor/governor.ts';
import { delay, type Host } from '../host/host.ts';
import { REFRESH } from '../policy/defaults.ts';
import type { StageDocument } from '../policy/document.ts';
import { EarshotError, isEarshotError } from '../policy/errors.ts';
import { parseDocument } from './parse.ts';

const OLDER = 3;

/** What the feed is given, and whom it tells. */
export interface FeedOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly url: string;
  readonly signal: AbortSignal;
  /** A document that is at least as new as the last one. */
  onDocument(document: StageDocument): void;
  /** A document was unusable; the last good one stays in force. */
  onError(error: EarshotError): void;
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
export const feed = async (options: FeedOptions): Promise<never> => {
  const { host, governor, url, signal, onDocument, onError } = options;
  let last: StageDocument | undefined;
  let older = 0;
  for (;;) {
    try {
      const answer = await governor.ask({ url, purpose: 'document', signal, tries: 1 });
      const document = decode(answer.body, answer.url);
      // An edge may serve an older edition for a while; a stage that began anew does so for good.
      if (document.sequence >= (last?.sequence ?? 0) || ++older >= OLDER) {
        older = 0;
        last = document;
        onDocument(document);
      }
    } catch (error) {
      if (!isEarshotError(error) || error.code === 'stopped') throw error;
      onError(error);
      if (!governor.waitOf(url)) governor.penalize(url, error);
      if (!last) continue;
    }
    await delay(host, (last?.refresh ?? REFRESH) * (0.5 + host.random()), signal);
  }
};
