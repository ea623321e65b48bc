import type { Host } from '../host/host.ts';
import type { TabLine, Tabs } from '../host/tabs.ts';
import type { ChannelState } from '../policy/state.ts';
import { type ClientFrame, readFrame, readSend, type ServerFrame } from './frames.ts';

/** What a tab leader is made with. */
export interface TabLeaderOptions {
  readonly host: Host;
  /** `null`: this tab speaks for itself. */
  readonly tabs: Tabs | null;
  readonly name: string;
  /** Something came that the speaking tab passes on. */
  onFrame(frame: ServerFrame, text: string): void;
  onDocument(document: object, ahead: number): void;
  /** Another tab has something to say. */
  onSend(frame: ClientFrame): void;
  onChange(): void;
  /** This tab speaks from now on, or another does. Comes once at least. */
  onRole(speaks: boolean): void;
  /** The way by the speaking tab is open, or gone. */
  onUplink(post: ((frame: ClientFrame) => void) | null): void;
  /** What the others are told; `null` in a tab that does not speak. */
  state(): Omit<ChannelState, 'isLeader'> | null;
}

/** One tab leads: it holds the connection for all tabs of the browser, and relays what comes. */
export interface TabLeader {
  /** The channel as the speaking tab tells of it. */
  readonly leaderState: Omit<ChannelState, 'isLeader'>;
  enter(): void;
  leave(): void;
  /** Tells the others how the channel is. */
  broadcastState(): void;
  /** Passes a frame on, as it came. */
  relay(text: string): void;
  tellDocument(document: object, ahead: number): void;
}

/** A tab that speaks and says nothing for so long is asked; unanswered once more, it is replaced. */
const ASK_EVERY = 15_000;
const STATUSES: readonly unknown[] = [
  'none',
  'connecting',
  'open',
  'waiting',
  'excluded',
] satisfies ChannelState['status'][];
const UNKNOWN = { status: 'connecting', wait: null, listeners: null } as const;

export const createTabLeader = (options: TabLeaderOptions): TabLeader => {
  const { host, tabs, name, onFrame, onDocument, onSend, onChange, onRole, onUplink, state } =
    options;
  let line: TabLine | null = null;
  let release = () => {};
  let stopAsking = () => {};
  let leaderState: TabLeader['leaderState'] = UNKNOWN;
  let isIn = false;
  /** Which connection the way leads to: another one has to be told all again. */
  let uplink: unknown = null;
  let opened = 0;
  let wasOpen = false;
  let last: { document: unknown; ahead: number } | null = null;

  /** Drawn, so that of several tabs one is the first to replace it. */
  const soon = () => ASK_EVERY * (1 + host.random());

  const follow = () => {
    leaderState = UNKNOWN;
    uplink = null;
    onRole(false);
    ask(false);
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

  const ask = (isLast: boolean) => {
    line?.post({ op: 'who' });
    stopAsking();
    stopAsking = host.timer(() => (isLast ? queue(true) : ask(true)), soon());
  };

  const broadcastState = () => {
    const own = state();
    if (!own || !line) return;
    const { status, listeners } = own;
    if (status === 'open' && !wasOpen) opened = host.random();
    wasOpen = status === 'open';
    line.post({ op: 'state', status, listeners, opened });
  };

  const hear = (message: unknown) => {
    const { op, ...said } = Object(message);
    if (state()) {
      if (op === 'who') {
        broadcastState();
        if (last) line?.post({ op: 'document', ...last });
      } else if (op === 'send') {
        const frame = readSend(said.frame);
        if (frame) onSend(frame);
      }
      return;
    }
    if (op === 'state' && STATUSES.includes(said.status)) {
      // It lives: so it is asked again in its time.
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
      if (frame) onFrame(frame, said.text);
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
    relay(text) {
      if (state()) line?.post({ op: 'frame', text });
    },
    tellDocument(document, ahead) {
      last = { document, ahead };
      line?.post({ op: 'document', document, ahead });
    },
  };
};
