import type { StageClock } from '../clock.ts';
import type { ConfiguredChannel } from '../config-types.ts';
import { createBucket } from '../door/bucket.ts';
import type { Decided, InboxMessage, News, Store } from '../store/store.ts';
import { type Connection, createConnection, type ServerSocket, sendTo } from './connection.ts';
import { createDecisions } from './decisions.ts';
import type { ClientFrame, HelloFrame, SendFrame, ServerFrame } from './frames.ts';
import { createFrameWindow, type WireFrame } from './window.ts';

/** A message that a node has accepted. */
export type AcceptedMessage = Omit<InboxMessage, 'position'>;

/** Whether a payload is valid for its type of message. */
export type MessageTypes = Readonly<Record<string, (payload: unknown) => boolean>>;

/** What the hello of a client makes it. `null`: it must not come back. */
export type HelloVerdict = 'listener' | 'operator' | null;

/** The parts that a node's channel stands on. */
export interface ChannelParts {
  readonly config: ConfiguredChannel;
  readonly types: MessageTypes;
  readonly store: Pick<Store, 'decide'>;
  readonly clock: StageClock;
  /** The bytes of the stage document; `null` before the first edition. */
  document(): string | null;
  /** The listeners of all nodes. */
  listeners(): number;
  /** The state for operators. */
  operatorState(): unknown;
  authorize(token: string | null, address: string): Promise<HelloVerdict> | HelloVerdict;
  onMessage(message: AcceptedMessage): void;
}

/** The channel's part on one node. */
export interface ChannelServer {
  /** Takes a socket whose upgrade was accepted. */
  connect(socket: ServerSocket, address: string): Connection;
  /** Connections that have been welcomed. */
  readonly open: number;
  /** All connections, also those before their hello. */
  readonly size: number;
  /** Messages that wait for the store. */
  readonly waiting: number;
  /** Connections of this address. */
  countOf(address: string): number;
  /** Sends what was published since the last call. */
  deliver(news: Pick<News, 'head' | 'frames'>): void;
  /** Sends the document to everybody. */
  pushDocument(): void;
  /** Sends the state to the operators. */
  pushState(): void;
  broadcast(frame: ServerFrame): void;
  /** Ends all connections. */
  closeAll(code: number): void;
  /** Once a second: deadlines, dead connections, missed frames, the number of listeners. */
  tick(): void;
  /** Resolves when every message that came is decided, or `ms` are over. */
  settle(ms: number): Promise<void>;
  /** Ends what is still open, without a handshake. */
  stop(): void;
}

const HELLO_WITHIN_MS = 10_000;
const BEAT_MS = 20_000;
/** A client that keeps to the pace is never too fast, however its frames bunch up on the way. */
const PACE_SLACK = 2;
/** Below the client's limits, 500 frames at once and 100 a second, with room for the others. */
const RECOVERED_AT_ONCE = 200;
const RECOVERED_PER_TICK = 60;
/** A node sends no more missed frames in one tick, so that a mass reconnect does not stop it. */
const MOST_RECOVERED = 20_000;
/** Frames between two ticks: far more than a client sends that keeps to the pace, even if a node was busy. */
const MOST_FRAMES_OF_PACE = 20;
const LEAST_MOST_FRAMES = 200;
const PROTOCOL_ERROR = 1002;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

/** A check that fails has not expected such a payload. */
function isValid(accepts: (payload: unknown) => boolean, payload: unknown): boolean {
  try {
    return accepts(payload);
  } catch {
    return false;
  }
}

/** Creates the channel of a node. */
export function createChannelServer(parts: ChannelParts): ChannelServer {
  const { config, types, clock, store } = parts;
  const connections = new Set<Connection>();
  const perAddress = new Map<string, number>();
  /** Those that have not got all missed frames yet. */
  const behind = new Set<Connection>();
  const frames = createFrameWindow();
  const decisions = createDecisions((submissions) => store.decide(submissions), clock);
  const mostFrames = Math.max(LEAST_MOST_FRAMES, MOST_FRAMES_OF_PACE * config.pace);
  let open = 0;
  let announced = -1;
  let beatAt = clock.local();

  const send = (to: Connection, frame: ServerFrame) => sendTo(to, JSON.stringify(frame));

  function broadcastText(text: string): void {
    for (const connection of connections) {
      if (connection.phase === 'open') sendTo(connection, text);
    }
  }

  function judge(connection: Connection, { type, payload, isTooDeep }: SendFrame): string | null {
    const at = clock.local();
    connection.pace ??= createBucket(config.pace * PACE_SLACK, at);
    if (!connection.pace.take(at)) return 'too fast';
    const accepts = Object.hasOwn(types, type) ? types[type] : null;
    if (!accepts) return 'unknown type';
    if (isTooDeep) return 'nested too deep';
    return isValid(accepts, payload) ? null : 'not such a payload';
  }

  function take(connection: Connection, frame: SendFrame): void {
    const { op: _, isTooDeep: __, ...message } = frame;
    if (!connection.canSendAs(frame.from)) {
      connection.socket.close(POLICY_VIOLATION);
      return;
    }
    const submission = { ...message, reason: judge(connection, frame) };
    const { from, seq } = message;
    const onDecided = ({ reason, isFirst }: Decided) => {
      if (isFirst && reason === null) parts.onMessage({ ...message, at: clock.now() });
      send(
        connection,
        reason === null ? { op: 'ack', from, seq } : { op: 'refused', from, seq, reason },
      );
    };
    const isTaken = decisions.submit(submission, () => connection.phase !== 'over', onDecided);
    if (!isTaken) connection.socket.close(TRY_AGAIN_LATER);
  }

  /** Sends missed frames, oldest first. @returns how many. */
  function recover(connection: Connection, most: number): number {
    const missed = frames.after(connection.offset, most);
    // They went out of the window while this client was still getting older ones.
    if (!missed) {
      startOver(connection);
      return 1;
    }
    for (const { text, offset } of missed) {
      sendTo(connection, text);
      connection.offset = offset;
    }
    if (connection.offset >= (frames.head?.offset ?? 0)) behind.delete(connection);
    return missed.length;
  }

  /** Goes on from an offset. @param isLossy what came before it is lost for this client. */
  function sendWelcome(connection: Connection, offset: number, isLossy: boolean): void {
    const { ping, pace, terminal } = config;
    const { head } = frames;
    connection.offset = offset;
    send(connection, {
      ...{ op: 'welcome', ping, pace, terminal },
      ...(head && { epoch: head.epoch, offset }),
      ...(isLossy && { unrecoverable: true }),
    });
  }

  function startOver(connection: Connection): void {
    behind.delete(connection);
    sendWelcome(connection, frames.head?.offset ?? 0, true);
  }

  function welcome(connection: Connection, { position }: HelloFrame): void {
    const { head } = frames;
    const canGoOn = position !== null && frames.reaches(position);
    connection.phase = 'open';
    open++;
    const offset = canGoOn ? position.offset : (head?.offset ?? 0);
    sendWelcome(connection, offset, position !== null && head !== null && !canGoOn);
    const document = parts.document();
    if (document !== null) sendTo(connection, `{"op":"document","document":${document}}`);
    for (const cue of frames.cues()) sendTo(connection, cue);
    if (announced >= 0) send(connection, { op: 'listeners', count: announced });
    if (connection.isOperator) send(connection, { op: 'operator', state: parts.operatorState() });
    if (head && connection.offset < head.offset) {
      behind.add(connection);
      recover(connection, RECOVERED_AT_ONCE);
    }
  }

  async function greet(connection: Connection, frame: ClientFrame | null): Promise<void> {
    if (frame?.op !== 'hello') return connection.socket.close(PROTOCOL_ERROR);
    connection.phase = 'greeted';
    const verdict = await parts.authorize(frame.token, connection.address);
    if (connection.phase !== 'greeted') return;
    if (!verdict) return connection.socket.close(POLICY_VIOLATION);
    connection.isOperator = verdict === 'operator';
    welcome(connection, frame);
  }

  const owner = {
    onFrame(connection: Connection, frame: ClientFrame | null) {
      if (connection.frames > mostFrames) return connection.socket.close(POLICY_VIOLATION);
      if (connection.phase === 'new') {
        greet(connection, frame).catch(() => connection.socket.close(TRY_AGAIN_LATER));
      } else if (connection.phase !== 'open') return;
      else if (frame?.op === 'send') take(connection, frame);
      else if (frame?.op === 'ping') send(connection, { op: 'pong' });
    },
    onEnd(connection: Connection, wasOpen: boolean) {
      connections.delete(connection);
      behind.delete(connection);
      if (wasOpen) open--;
      const left = (perAddress.get(connection.address) ?? 1) - 1;
      if (left > 0) perAddress.set(connection.address, left);
      else perAddress.delete(connection.address);
    },
  };

  function recoverAll(): void {
    let left = MOST_RECOVERED;
    // A copy, since those that are put back at the end would be visited again.
    for (const connection of [...behind]) {
      if (left <= 0) return;
      left -= recover(connection, Math.min(left, RECOVERED_PER_TICK));
      // The next tick starts with the others.
      if (behind.delete(connection)) behind.add(connection);
    }
  }

  function dropDead(now: number): void {
    if (now - beatAt < BEAT_MS && now >= beatAt) return;
    beatAt = now;
    for (const connection of connections) {
      if (!connection.isAlive) connection.socket.terminate();
      connection.isAlive = !connection.socket.ping;
      connection.socket.ping?.();
    }
  }

  return {
    connect(socket, address) {
      const connection = createConnection(socket, address, clock.local(), owner);
      connections.add(connection);
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      return connection;
    },
    get open() {
      return open;
    },
    get size() {
      return connections.size;
    },
    get waiting() {
      return decisions.waiting;
    },
    countOf: (address) => perAddress.get(address) ?? 0,
    deliver(news) {
      const before = frames.head;
      const added = frames.add(news, clock.now());
      const { head } = frames;
      if (before?.epoch !== head?.epoch && before !== null) {
        // A store that lost its data has other frames: nobody can go on from the old ones.
        for (const connection of connections) {
          if (connection.phase === 'open') startOver(connection);
        }
        return;
      }
      if (added.length > 0) deliverTo(added, before?.offset ?? 0);
    },
    pushDocument() {
      const document = parts.document();
      if (document !== null) broadcastText(`{"op":"document","document":${document}}`);
    },
    pushState() {
      const operators = [...connections].filter(
        ({ isOperator, phase }) => isOperator && phase === 'open',
      );
      if (operators.length === 0) return;
      const text = JSON.stringify({ op: 'operator', state: parts.operatorState() });
      for (const connection of operators) sendTo(connection, text);
    },
    broadcast: (frame) => broadcastText(JSON.stringify(frame)),
    closeAll(code) {
      for (const { socket } of connections) socket.close(code);
    },
    tick() {
      const now = clock.local();
      for (const connection of connections) {
        const { phase, since, socket } = connection;
        connection.frames = 0;
        if (phase === 'new' && now - since > HELLO_WITHIN_MS) socket.close(PROTOCOL_ERROR);
      }
      dropDead(now);
      recoverAll();
      const count = parts.listeners();
      if (count !== announced) {
        announced = count;
        broadcastText(JSON.stringify({ op: 'listeners', count }));
      }
    },
    settle: (ms) =>
      Promise.race([
        decisions.idle(),
        new Promise<void>((resolve) => void clock.after(ms, resolve)),
      ]),
    stop() {
      decisions.stop();
      // A client that does not close its end would keep the process alive for half a minute.
      for (const { socket } of connections) socket.terminate();
    },
  };

  function deliverTo(added: readonly WireFrame[], from: number): void {
    const { offset: to } = added.at(-1) as WireFrame;
    for (const connection of connections) {
      if (connection.phase !== 'open' || connection.offset >= to) continue;
      if (behind.has(connection)) continue;
      if (connection.offset < from) {
        behind.add(connection);
        continue;
      }
      for (const { text, offset } of added) {
        if (offset <= connection.offset) continue;
        sendTo(connection, text);
        connection.offset = offset;
      }
    }
  }
}
