import type { Host } from '../host/host.ts';
import type { TabLine, Tabs } from '../host/tabs.ts';
import type { ChannelState } from '../policy/state.ts';
import {
  type ClientFrame,
  type Position,
  positionOf,
  readFrame,
  readSend,
  type ServerFrame,
} from './frames.ts';

/** The options of a tab leader. */
export interface TabLeaderOptions {
  readonly host: Host;
  /** `null`: each tab has its own connection. */
  readonly tabs: Tabs | null;
  readonly name: string;
  /** A frame that the leading tab relays. */
  onFrame(frame: ServerFrame, text: string): void;
  onDocument(document: object, ahead: number): void;
  /** The leading tab has all messages up to there, and has relayed them. */
  onPosition(position: Position): void;
  /** Another tab wants to send a frame. */
  onSend(frame: ClientFrame): void;
  onChange(): void;
  /** This tab leads from now on, or another tab does. Called at least once. */
  onRole(speaks: boolean): void;
  /** The connection through the leading tab is open, or lost. */
  onUplink(post: ((frame: ClientFrame) => void) | null): void;
  /** The channel state for the other tabs; `null` in a tab that does not lead. */
  state(): Omit<ChannelState, 'isLeader'> | null;
  /** Up to where this tab has all messages. */
  position(): Position | null;
}

/** One tab leads: it holds the connection for all tabs of the browser, and relays its frames. */
export interface TabLeader {
  /** The channel state as the leading tab reports it. */
  readonly leaderState: Omit<ChannelState, 'isLeader'>;
  enter(): void;
  leave(): void;
  /** Sends the channel state to the other tabs. */
  broadcastState(): void;
  /**
   * Relays a frame, unchanged, before this tab takes it.
   *
   * @param isCue it is kept for tabs that come later.
   */
  relay(text: string, isCue: boolean): void;
  tellDocument(document: object, ahead: number): void;
}

/** A leading tab that is silent for this long gets a ping; without a response to the next one, it is replaced. */
const ASK_EVERY = 15_000;
const MOST_CUES = 100;
const STATUSES: readonly unknown[] = [
  'none',
  'connecting',
  'open',
  'waiting',
  'excluded',
] satisfies ChannelState['status'][];
const UNKNOWN = { status: 'connecting', wait: null, listeners: null } as const;

export const createTabLeader = (options: TabLeaderOptions): TabLeader => {
  const { host, tabs, name, onFrame, onDocument, onPosition, onSend } = options;
  const { onChange, onRole, onUplink, state, position } = options;
  let line: TabLine | null = null;
  let release = () => {};
  let stopAsking = () => {};
  let leaderState: TabLeader['leaderState'] = UNKNOWN;
  let isIn = false;
  /** The connection that the uplink leads to: a new one needs all messages again. */
  let uplink: unknown = null;
  let opened = 0;
  let wasOpen = false;
  /** The last cues, as they came. */
  let cues: readonly string[] = [];
  let last: { document: unknown; ahead: number } | null = null;

  /** A random time, so that one of several tabs is the first to replace it. */
  const soon = () => ASK_EVERY * (1 + host.random());

  const follow = () => {
    leaderState = UNKNOWN;
    uplink = null;
    onRole(false);
    ask(false, true);
  };

  const lead = () => {
    stopAsking();
    onRole(true);
    broadcastState();
  };

  const queue = (steal: boolean) => {
    release();
    release = tabs?.lock(name, (isHeld) => (isHeld ? lead() : follow()), steal) ?? (() => {});
  };

  const ask = (isLast: boolean, isNew = false) => {
    line?.post({ op: 'who', isNew });
    stopAsking();
    stopAsking = host.timer(() => (isLast ? queue(true) : ask(true)), soon());
  };

  const broadcastState = () => {
    const own = state();
    if (!own || !line) return;
    const { status, listeners } = own;
    if (status === 'open' && !wasOpen) opened = host.random();
    wasOpen = status === 'open';
    line.post({ op: 'state', status, listeners, opened, at: position() });
  };

  const hear = (message: unknown) => {
    const { op, ...said } = Object(message);
    if (state()) {
      if (op === 'who') {
        broadcastState();
        if (last) line?.post({ op: 'document', ...last });
        if (said.isNew) for (const text of cues) line?.post({ op: 'frame', text, isOld: true });
      } else if (op === 'send') {
        const frame = readSend(said.frame);
        if (frame) onSend(frame);
      }
      return;
    }
    const at = positionOf(said.at);
    if (at) onPosition(at);
    if (op === 'state' && STATUSES.includes(said.status)) {
      // It is alive: ping it again later.
      stopAsking();
      stopAsking = host.timer(() => ask(true), soon());
      const { status, listeners, opened: now } = said;
      leaderState = {
        status,
        wait: null,
        listeners: Number.isSafeInteger(listeners) ? listeners : null,
      };
      const next = status === 'open' ? now : null;
      if (next !== uplink)
        onUplink(next === null ? null : (frame) => line?.post({ op: 'send', frame }));
      uplink = next;
      onChange();
    } else if (op === 'document' && Number.isFinite(said.ahead)) {
      const { document, ahead } = said;
      if (typeof document !== 'object' || !document) return;
      last = { document, ahead };
      onDocument(document, ahead);
    } else if (op === 'frame') {
      const frame = readFrame(said.text);
      // An old cue is behind the position of a tab that has just come, and no repetition for it.
      if (frame)
        onFrame(said.isOld ? ({ ...frame, offset: null } as ServerFrame) : frame, said.text);
    }
  };

  return {
    get leaderState() {
      return leaderState;
    },
    broadcastState,
    enter() {
      if (isIn) return;
      isIn = true;
      if (!tabs) return onRole(true);
      line = tabs.join(name, hear);
      queue(false);
    },
    leave() {
      isIn = false;
      stopAsking();
      release();
      line?.close();
      line = null;
      if (state()) onRole(false);
    },
    relay(text, isCue) {
      if (isCue) cues = [...cues, text].slice(-MOST_CUES);
      if (state()) line?.post({ op: 'frame', text, at: position() });
    },
    tellDocument(document, ahead) {
      last = { document, ahead };
      line?.post({ op: 'document', document, ahead });
    },
  };
};
