import type { Governor } from '../governor/api.ts';
import { type Host, onAbort } from '../host/host.ts';
import { browserTabs, type Tabs } from '../host/tabs.ts';
import { REFRESH_GROWTH } from '../policy/defaults.ts';
import type { StageDocument } from '../policy/document.ts';
import { type EarshotError, earshotError } from '../policy/errors.ts';
import { nextPollDelay } from '../policy/polling.ts';
import type { ChannelState, PendingMessage } from '../policy/state.ts';
import type { PushedDocuments } from '../stage/pushed-documents.ts';
import { type ChannelConnection, createConnection } from './connection.ts';
import { published, type ServerFrame } from './frames.ts';
import { createOutbox, type SendOptions, type SendResult } from './outbox.ts';
import { createTabLeader } from './tab-leader.ts';

/** Something that the stage tells everybody. */
export interface StageMessage {
  /** What it is to the stage: letters, digits and `_.:-`, 1 to 64 (docs/protocol.md). */
  readonly type: string;
  /** What came, as JSON has it; `null` if nothing did. Hostile until you have checked it. */
  readonly payload: unknown;
}

/** What {@link channel} can be told. */
export interface ChannelOptions {
  /**
   * Keeps in the tab's storage what is not yet decided on, so that a reload loses no message; the
   * promises of the page that is gone settle no more. Default: false.
   */
  readonly keep?: boolean | undefined;
  /**
   * One tab speaks for all of one browser on this stage: one connection, one look at the document.
   * Default: by Web Locks and BroadcastChannel, where the browser has both; `false`: each for itself.
   */
  readonly tabs?: Tabs | false | undefined;
}

/** What a session gives its channel. */
export interface ChannelContext {
  /** Time, randomness, storage and page life. */
  readonly host: Host;
  /** What every request and connection goes through. */
  readonly governor: Governor;
  /** Names the stage among the tabs of one browser. */
  readonly stage: string;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  /** What looks at the stage document; `undefined` if the page gave it. */
  feed(): ChannelFeed | undefined;
  /**
   * The stage tells everybody something. A message may come twice after a lost connection, if the stage sends
   * it again.
   */
  onMessage(message: StageMessage): void;
  /** Something failed that the channel survives. */
  onError(error: EarshotError): void;
  /** The state or the outbox changed. */
  onChange(): void;
}

/** What looks at the stage document, as the channel sees it. */
export interface ChannelFeed {
  /**
   * A stage document that came over the channel, or from another tab, which knows the clocks.
   *
   * @throws EarshotError `bad-document` if it is unusable.
   */
  offer(document: object, ahead: number | null): void;
  /** The document is to be looked at more often, or less: the channel has changed. */
  repace(): void;
  /** The channel is lost: it may have changed meanwhile. */
  lost(): void;
}

// The tab that leads has told the document within this, or is not waited for any longer.
const ANOTHER_TAB_MS = 250;

/** A session's channel. */
export interface ChannelRun extends PushedDocuments {
  /** The connection as it is now. */
  readonly state: ChannelState;
  /** The messages that are not yet decided on, oldest first. */
  readonly outbox: readonly PendingMessage[];
  /** Nothing is done, and nobody told, before. */
  start(): void;
  /** A stage document came: it may name another channel, or none. */
  update(document: StageDocument): void;
  /** As {@link Session.send}. Never rejects. */
  send(type: string, payload: unknown, options?: SendOptions): Promise<SendResult>;
}

/** The two-way connection of a session; what {@link channel} gives `listen()`. */
export interface Channel {
  /** Called once by each session, before its first document. Must not throw. */
  open(context: ChannelContext): ChannelRun;
}

/**
 * The connection to the stage: changes of the stage document come at once, and the listener's
 * messages go up. It is there where the document names one (`channel`); where it cannot be had, the
 * document is looked at more often, and nothing else changes. docs/protocol.md has the frames.
 */
export const channel = ({ keep = false, tabs }: ChannelOptions = {}): Channel => ({
  open({ host, governor, stage, signal, feed, onMessage, onError, onChange }) {
    const outbox = createOutbox({ host, key: keep ? `earshot:outbox:${stage}` : null, onChange });
    let connection: ChannelConnection | null = null;
    let document: StageDocument | null = null;
    let settle: () => void;
    let stopWaiting = () => {};
    const ready = new Promise<void>((resolve) => {
      settle = resolve;
    });

    const offer = (document: object, ahead: number | null) => {
      try {
        feed()?.offer(document, ahead);
      } catch (error) {
        onError(earshotError(error, stage));
      }
    };

    const take = (frame: ServerFrame, text: string) => {
      if (frame.op === 'document') return offer(frame.document, null);
      if (frame.op === 'message') onMessage({ type: frame.type, payload: frame.payload });
      else if (frame.op === 'ack' || frame.op === 'refused') outbox.settleVerdict(frame);
      else return;
      leader.relay(text);
    };

    const leader = createTabLeader({
      host,
      tabs: tabs === undefined ? browserTabs() : tabs || null,
      name: `earshot:${stage}`,
      onFrame: take,
      onDocument(document, ahead) {
        offer(document, ahead);
        settle();
      },
      onSend: (frame) => connection?.post(frame, false),
      onChange,
      onRole(isLeader) {
        connection?.close();
        connection = isLeader
          ? createConnection({
              host,
              governor,
              onFrame: take,
              onError,
              onChange() {
                leader.broadcastState();
                onChange();
              },
              onOpen(post) {
                if (post) outbox.connect(post);
                else outbox.disconnect();
                if (post) feed()?.repace();
                else feed()?.lost();
              },
            })
          : null;
        if (document) connection?.update(document);
        outbox.disconnect();
        stopWaiting();
        if (isLeader) settle();
        else stopWaiting = host.timer(settle, ANOTHER_TAB_MS);
        feed()?.repace();
      },
      onUplink(post) {
        if (post) outbox.connect(post);
        else outbox.disconnect();
      },
      state: () => connection?.state ?? null,
    });

    const stopPage = host.onPage((event) => {
      // In the cache of pages left behind nobody can speak for the others.
      if (event === 'pagehide') leader.leave();
      else if (event === 'pageshow') leader.enter();
    });
    onAbort(signal, () => {
      stopPage();
      leader.leave();
      connection?.close();
      outbox.close();
      stopWaiting();
    });

    return {
      start: leader.enter,
      ready,
      pollInterval(refresh) {
        if (!connection) return Infinity;
        const isOpen = connection.state.status === 'open';
        return isOpen ? nextPollDelay(refresh * REFRESH_GROWTH, 0, 0, host.random()) : null;
      },
      get state() {
        return { ...(connection?.state ?? leader.leaderState), isLeader: !!connection };
      },
      get outbox() {
        return outbox.pending;
      },
      update(next) {
        document = next;
        connection?.update(next);
      },
      onFetched(document, ahead) {
        if (connection) leader.tellDocument(published(document), ahead);
      },
      send: outbox.send,
    };
  },
});
