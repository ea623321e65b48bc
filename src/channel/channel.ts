import type { Governor } from '../governor/api.ts';
import { type Host, onAbort } from '../host/host.ts';
import { browserTabs, type Tabs } from '../host/tabs.ts';
import type { CueInit } from '../policy/cue.ts';
import { REFRESH_GROWTH } from '../policy/defaults.ts';
import type { StageDocument } from '../policy/document.ts';
import { type EarshotError, earshotError } from '../policy/errors.ts';
import { nextPollDelay } from '../policy/polling.ts';
import type { ChannelState, PendingMessage } from '../policy/state.ts';
import type { PushedDocuments } from '../stage/pushed-documents.ts';
import { type ChannelConnection, createConnection } from './connection.ts';
import { published, type ServerFrame } from './frames.ts';
import { createOutbox, type SendOptions, type SendResult } from './outbox.ts';
import { createPosition, type LostMessages } from './position.ts';
import { createTabLeader } from './tab-leader.ts';

/** A message from the stage to all listeners. */
export interface StageMessage {
  /** The type of the message: letters, digits and `_.:-`, 1 to 64 characters (docs/protocol.md). */
  readonly type: string;
  /** The payload as JSON; `null` if there is none. Untrusted: validate it. */
  readonly payload: unknown;
}

/** The options of {@link channel}. */
export interface ChannelOptions {
  /**
   * Keeps pending messages in the tab's storage, so that a reload loses no message. The promises of the old page then
   * never settle. Default: false.
   */
  readonly keep?: boolean | undefined;
  /**
   * One tab serves all tabs of one browser on this stage: one connection, one poll of the document. Default: with Web
   * Locks and BroadcastChannel, if the browser has both. `false`: each tab for itself.
   */
  readonly tabs?: Tabs | false | undefined;
}

/** What a session passes to its channel. */
export interface ChannelContext {
  /** Time, randomness, storage and page events. */
  readonly host: Host;
  /** Sends every request and opens every connection. */
  readonly governor: Governor;
  /** Identifies the stage among the tabs of one browser. */
  readonly stage: string;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  /** The poller of the stage document; `undefined` if the page supplied the document. */
  feed(): ChannelFeed | undefined;
  /**
   * A message from the stage to all listeners. Called once for each message, also after a lost connection, if the
   * stage numbers its messages (docs/protocol.md). Otherwise a message may be lost, or come twice.
   */
  onMessage(message: StageMessage): void;
  /** Messages were lost with a connection, and the stage has them no more. Never called if it numbers none. */
  onUnrecoverable(lost: LostMessages): void;
  /** A cue from the stage to all listeners, as it came. Absent without the option `cues`. */
  onCue?: ((cue: CueInit) => void) | undefined;
  /** Reports an error that the channel survives. */
  onError(error: EarshotError): void;
  /** The state or the outbox changed. */
  onChange(): void;
}

/** The poller of the stage document, as the channel sees it. */
export interface ChannelFeed {
  /**
   * Takes a stage document from the channel, or from another tab, which knows the clocks.
   *
   * @throws EarshotError `bad-document` if the document is unusable.
   */
  offer(document: object, ahead: number | null): void;
  /** The channel has changed: poll the document more often, or less. */
  repace(): void;
  /** The channel is lost: the document may have changed meanwhile. */
  lost(): void;
}

// The leading tab shares its document within this time; after it, this tab stops waiting.
const ANOTHER_TAB_MS = 250;

/** A session's channel. */
export interface ChannelRun extends PushedDocuments {
  /** The connection as it is now. */
  readonly state: ChannelState;
  /** The pending messages, oldest first. */
  readonly outbox: readonly PendingMessage[];
  /** Starts the channel. Nothing happens and no callback runs before. */
  start(): void;
  /** The session has a new stage document, which may name another channel, or none. */
  update(document: StageDocument): void;
  /** See {@link Session.send}. Never rejects. */
  send(type: string, payload: unknown, options?: SendOptions): Promise<SendResult>;
}

/** The two-way connection of a session: pass {@link channel} to `listen()`. */
export interface Channel {
  /** Each session calls it once, before its first document. Must not throw. */
  open(context: ChannelContext): ChannelRun;
}

/**
 * The connection to the stage: it delivers changes of the stage document at once, and sends the listener's messages.
 * It opens if the document names a `channel`. If it is unavailable, Earshot polls the document more often; nothing
 * else changes. docs/protocol.md lists the frames.
 */
export const channel = ({ keep = false, tabs }: ChannelOptions = {}): Channel => ({
  open({ host, governor, stage, signal, feed, onChange, ...context }) {
    const { onMessage, onCue, onError } = context;
    const outbox = createOutbox({ host, key: keep ? `earshot:outbox:${stage}` : null, onChange });
    let connection: ChannelConnection | null = null;
    let document: StageDocument | null = null;
    const position = createPosition(context.onUnrecoverable);
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
      const { op } = frame;
      if (op === 'document') return offer(frame.document, null);
      if (op === 'pong' || op === 'window' || op === 'listeners') return;
      leader.relay(text, op === 'cue');
      if (op === 'welcome') position.resume(frame.position, frame.isUnrecoverable);
      else if (op === 'ack' || op === 'refused') outbox.settleVerdict(frame);
      else if (position.accept(frame.offset)) {
        if (op === 'cue') onCue?.(frame.cue);
        else onMessage({ type: frame.type, payload: frame.payload });
      }
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
      onPosition: position.resume,
      position: () => position.last,
      onSend: (frame) => connection?.post(frame, false),
      onChange,
      onRole(isLeader) {
        connection?.close();
        connection = isLeader
          ? createConnection({
              host,
              governor,
              position: () => position.last,
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
      // A page in the back/forward cache cannot lead the other tabs.
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
