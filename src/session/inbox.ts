import type { ChannelContext, ChannelRun } from '../channel/channel.ts';
import type { CuesRun } from '../cues/cues.ts';
import type { Governor } from '../governor/api.ts';
import type { StageDocument, WantedLanguages } from '../policy/document.ts';
import { type EarshotError, earshotError } from '../policy/errors.ts';
import type { Wait } from '../policy/state.ts';
import { createFeed, type Feed } from '../stage/feed.ts';
import type { Doors } from './doors.ts';
import type { arrangeSources } from './languages.ts';
import type { Loop } from './loop.ts';
import type { Resolved } from './options.ts';

/** The options of an inbox. */
export interface InboxOptions {
  readonly options: Resolved;
  readonly governor: Governor;
  readonly doors: Doors;
  readonly loop: Loop;
  readonly cues: CuesRun | undefined;
  readonly signal: AbortSignal;
  readonly onError: (error: EarshotError) => void;
  readonly onChannel: Pick<ChannelContext, 'onMessage' | 'onUnrecoverable'>;
  /** The session has taken a document: evaluate it. */
  readonly observe: () => void;
}

/** Receives every stage document, fetched or pushed. The session takes it once its doors are ready. */
export interface Inbox {
  readonly channel: ChannelRun | undefined;
  /** The poller of the stage document; `undefined` if the page supplied the document. */
  readonly feed: Feed | undefined;
  /** The languages that the listener wants. */
  lang: WantedLanguages | undefined;
  /** Takes the last document again, for other languages. */
  retake(): void;
  /** The wait of the next request for the document, or `null`. */
  wait(): Wait | null;
  start(): void;
}

export const createInbox = (parts: InboxOptions): Inbox => {
  const { options, governor, doors, loop, cues, signal, onError, observe } = parts;
  const { host, stage } = options;
  const url = typeof stage === 'string' ? stage : (stage.sources[0]?.url ?? host.base);
  /** There is no stage document to poll. */
  let isWhole = typeof stage !== 'string';

  /** Loaded once a source has a language. */
  let arrange: typeof arrangeSources | undefined;

  const take = (published: StageDocument, ahead: number, isChoice?: boolean) => {
    if (signal.aborted) return;
    inbox.retake = () => take(published, ahead, true);
    const arranged = arrange?.(published, inbox.lang, options, loop.model);
    const { document = published, isOther } = arranged ?? {};
    governor.spread = document.spread;
    doors.update(document, ahead);
    channel?.update(document);
    cues?.update(document);
    const isFixed = isWhole && !(channel && document.channel);
    loop.dispatch({ type: 'document', document, isFixed, isChosen: isChoice && isOther });
    observe();
  };
  const loadLanguages = async (document: StageDocument) => {
    try {
      arrange = (await import('./languages.ts')).arrangeSources;
    } catch (error) {
      // The sources stay in the order of the document, and the next document tries again.
      onError(earshotError(error, url, 'network'));
    }
    await doors.load(document);
  };
  const onDocument = (document: StageDocument, ahead: number) => {
    const hasLanguages = !arrange && document.sources.some(({ lang }) => lang);
    const loading = hasLanguages ? loadLanguages(document) : doors.load(document);
    if (!loading) return take(document, ahead);
    void loading.then(() => {
      take(document, ahead);
      // The next turn is known only now.
      feed?.repace();
    });
  };

  const channel = options.channel?.open({
    host,
    governor,
    stage: url,
    signal,
    feed: () => feed,
    ...parts.onChannel,
    onCue: cues?.add,
    onError,
    onChange: loop.publish,
  });
  const { due } = doors;
  const feed: Feed | undefined =
    typeof stage === 'string'
      ? createFeed({ host, governor, url, signal, onDocument, onError, due, pushed: channel })
      : undefined;

  const run = async () => {
    try {
      const document = typeof stage === 'string' ? await feed?.run() : stage;
      isWhole = true;
      if (document) onDocument(document, 0);
    } catch (error) {
      // The session does not poll any more: what it knows about the stage stays, and nothing ends the session.
      if (signal.aborted) return;
      const told = earshotError(error, url);
      if (loop.model.document) onError(told);
      else loop.dispatch({ type: 'close', error: told });
    }
  };

  const inbox: Inbox = {
    channel,
    feed,
    lang: options.lang,
    retake() {},
    wait: () => (isWhole ? null : governor.waitOf(url)),
    start() {
      channel?.start();
      void run();
    },
  };
  return inbox;
};
