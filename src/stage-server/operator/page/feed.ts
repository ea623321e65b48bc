import type { OperatorState } from '../operator-state.ts';
import type { StateOutcome } from './api.ts';

/** How the figures come: pushed by the channel, by polling, or not at all. */
export type Link = 'channel' | 'polling' | 'lost';

/** A WebSocket, or less. */
export interface FeedSocket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

/** The parts that the feed stands on. */
export interface FeedParts {
  readonly token: string;
  state(): Promise<StateOutcome>;
  /** Opens the channel. Throws if this page cannot. */
  connect(): FeedSocket;
  /** Ms that only grow. */
  now(): number;
  /** @returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void;
  random(): number;
  onState(state: OperatorState): void;
  onLink(link: Link): void;
  /** The token is no longer valid. The feed has stopped. */
  onUnauthorized(): void;
}

/** Keeps the figures of the page fresh. */
export interface Feed {
  /** Asks at once: the network is back, or the operator wants it. */
  retry(): void;
  stop(): void;
}

const POLL_MS = 2_000;
/** The channel sends the state each second. */
const SILENT_AFTER_MS = 4_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
const LONGEST_WINDOW_MS = 3_600_000;
const TRY_AGAIN_LATER = 1013;
const POLICY_VIOLATION = 1008;

interface Frame {
  readonly op?: unknown;
  readonly state?: unknown;
  readonly seconds?: unknown;
}

function readFrame(data: unknown): Frame {
  try {
    return Object(JSON.parse(String(data))) as Frame;
  } catch {
    return {};
  }
}

/**
 * Starts a feed: the channel pushes the state, and a poll fills in while there is no channel. Both retry with jitter,
 * after a restart of the channel within the window that the stage has set.
 */
export function createFeed(parts: FeedParts): Feed {
  const { token, random, now, after } = parts;
  let socket: FeedSocket | null = null;
  /** When the last state came by the channel, or when it was opened. */
  let signAt = 0;
  let isPushed = false;
  let hasChannel = false;
  let window: number | null = null;
  let closes = 0;
  let failures = 0;
  let link: Link | null = null;
  let isStopped = false;
  let isPolling = false;
  let cancelPoll = () => {};
  let cancelConnect: (() => void) | null = null;

  function setLink(next: Link): void {
    if (next === link) return;
    link = next;
    parts.onLink(next);
  }

  function schedule(ms: number): void {
    cancelPoll();
    if (!isStopped) cancelPoll = after(ms, poll);
  }

  function take(state: OperatorState, next: Link): void {
    hasChannel = state.hasChannel;
    setLink(next);
    parts.onState(state);
  }

  /** The jitter comes after the cap, so that many operators do not come at the same time. */
  const jittered = (failed: number) =>
    random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failed, 10));

  async function poll(): Promise<void> {
    if (isStopped || isPolling) return;
    const isSilent = now() - signAt > SILENT_AFTER_MS;
    if (socket && isSilent) drop();
    if (socket && isPushed) return schedule(POLL_MS);
    isPolling = true;
    const outcome = await parts.state();
    isPolling = false;
    if (isStopped) return;
    if (outcome.kind === 'unauthorized') {
      stop();
      return parts.onUnauthorized();
    }
    if (outcome.kind === 'ok') {
      failures = 0;
      if (outcome.value && !isPushed) take(outcome.value, 'polling');
      if (hasChannel && !socket && !cancelConnect) connect();
      return schedule(POLL_MS);
    }
    failures++;
    if (!isPushed) setLink('lost');
    const least = outcome.kind === 'unavailable' ? (outcome.retryAfter ?? 0) * 1_000 : 0;
    schedule(least + Math.max(FIRST_RETRY_MS / 2, jittered(failures)));
  }

  function connect(): void {
    cancelConnect = null;
    if (isStopped || socket) return;
    try {
      open(parts.connect());
    } catch {
      reconnectLater(0);
    }
  }

  function open(opened: FeedSocket): void {
    socket = opened;
    signAt = now();
    window = null;
    opened.onopen = () => opened.send(JSON.stringify({ op: 'hello', token }));
    opened.onmessage = ({ data }) => {
      if (socket === opened) onFrame(readFrame(data));
    };
    opened.onclose = ({ code }) => {
      if (socket === opened) closed(code);
    };
  }

  function onFrame({ op, state, seconds }: Frame): void {
    if (op === 'window' && typeof seconds === 'number' && seconds > 0) window = seconds * 1_000;
    if (op !== 'operator') return;
    signAt = now();
    if (state === null || typeof state !== 'object') return;
    isPushed = true;
    closes = 0;
    failures = 0;
    take(state as OperatorState, 'channel');
  }

  /** The connection says nothing any more, whatever the browser believes. */
  function drop(): void {
    const silent = socket;
    closed(0);
    silent?.close();
  }

  function closed(code: number): void {
    socket = null;
    isPushed = false;
    reconnectLater(code);
    // Whether the stage still answers, and the token still holds.
    schedule(0);
  }

  function reconnectLater(code: number): void {
    closes++;
    const isLater = code === TRY_AGAIN_LATER || code === POLICY_VIOLATION;
    const wait =
      window === null ? jittered(closes) : random() * Math.min(window, LONGEST_WINDOW_MS);
    // The poll connects if it succeeds: no use to try before.
    cancelConnect = after(isLater ? LONGEST_RETRY_MS + wait : wait, () => {
      cancelConnect = null;
      if (failures === 0 && hasChannel) connect();
    });
  }

  function stop(): void {
    isStopped = true;
    cancelPoll();
    cancelConnect?.();
    const open = socket;
    socket = null;
    open?.close();
  }

  void poll();
  return {
    retry() {
      if (socket && isPushed) return;
      void poll();
    },
    stop,
  };
}
