// Real sessions, many in one process: each goes through the door, listens, sends messages and takes what comes.
import { channel } from '../../../src/channel/channel.ts';
import { Random } from '../../../src/herd/random.ts';
import type { Session } from '../../../src/session/api.ts';
import { listen } from '../../../src/session/listen.ts';
import type { Source, SourceRun } from '../../../src/sources/source.ts';
import { obeyParent } from '../child.ts';
import { crowdHost } from '../crowd-host.ts';

export type Order =
  | {
      readonly type: 'come';
      readonly documentUrl: string;
      readonly sessions: number;
      /** Sessions come one after the other within so many ms. */
      readonly within: number;
      readonly seed: number;
    }
  /** So many messages, evenly over so many ms, from sessions drawn at random. */
  | { readonly type: 'send'; readonly messages: number; readonly within: number }
  | { readonly type: 'look' }
  | { readonly type: 'report' };
export type Reply =
  | { readonly type: 'came' }
  | { readonly type: 'sending' }
  | {
      readonly type: 'seen';
      readonly inside: number;
      readonly open: number;
      readonly unsettled: number;
      readonly newest: number;
    }
  | { readonly type: 'report'; readonly accounts: readonly Account[] };

/** What happened to one session. */
export interface Account {
  readonly name: string;
  /** Its messages, in the order in which it sent them. */
  readonly sent: readonly {
    readonly number: number;
    readonly key: string;
    readonly outcome: string | null;
  }[];
  /** The numbers of the messages that came, in their order. */
  readonly received: readonly number[];
  /** Messages that it was told are lost; `null`: nobody knows how many. */
  readonly reported: readonly (number | null)[];
  /** How often it began to hear the guarded source: after a fall it comes back by its pass. */
  readonly joins: number;
  /** Refusals (403) of its requests after it was in. */
  readonly turnedOut: number;
  readonly isOpen: boolean;
  /** How it stands at the end, for those who are not where they should be. */
  readonly standing: string;
}

/** A playlist is asked for again and again, as a player does, so that a pass is shown and replaced. */
const PLAYLIST_EVERY_MS = 10_000;
const KEYS = 3;

interface Listener {
  readonly name: string;
  readonly session: Session;
  readonly sent: { number: number; key: string; outcome: string | null }[];
  readonly received: number[];
  readonly reported: (number | null)[];
  joins: number;
  turnedOut: number;
}

/** Plays as soon as its playlist came, and asks for it again from time to time. */
const playlistSource = (on: { refused(): void }): Source => ({
  kinds: ['hls'],
  supports: () => true,
  async open({ request, description, media, host, signal, fail }): Promise<SourceRun> {
    const { url } = description;
    await request({ url, purpose: 'playlist' });
    media.currentTime = 0;
    let stop = () => {};
    const again = async () => {
      try {
        await request({ url, purpose: 'playlist' });
      } catch (error) {
        if (signal.aborted) return;
        if (Object(error).status === 403) on.refused();
        if (Object(error).status === 403) fail(error as Error);
      }
      if (!signal.aborted) stop = host.timer(again, PLAYLIST_EVERY_MS * (0.5 + host.random()));
    };
    stop = host.timer(again, PLAYLIST_EVERY_MS * (0.5 + host.random()));
    return {
      programTime: () => host.now() - 10_000,
      ahead: () => 10_000,
      target: () => 10_000,
      latency: () => 10_000,
      frozen: () => false,
      seek() {},
      attach() {},
      close() {
        stop();
        media.pause();
      },
    };
  },
});

const standingOf = ({ state }: Session): string => {
  const { status, channel, queue, ladder } = state;
  return JSON.stringify({ status, channel, queue, ladder });
};

const listeners: Listener[] = [];
const pending: NodeJS.Timeout[] = [];
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function come(documentUrl: string, seed: number): void {
  const random = new Random(seed);
  const one: Omit<Listener, 'session'> & { session?: Session } = {
    ...{ name: `listener-${seed}`, sent: [], received: [], reported: [] },
    ...{ joins: 0, turnedOut: 0 },
  };
  const session = listen({
    stage: documentUrl,
    host: crowdHost(random.next, []),
    sources: [playlistSource({ refused: () => one.turnedOut++ })],
    channel: channel({ tabs: false }),
  });
  session.on('switch', ({ to }) => {
    if (to.door) one.joins++;
  });
  session.on('message', ({ type, payload }) => {
    if (type === 'number') one.received.push(payload as number);
  });
  session.on('unrecoverable', ({ missed }) => void one.reported.push(missed));
  listeners.push(Object.assign(one, { session }));
}

async function comeAll(order: Extract<Order, { type: 'come' }>): Promise<void> {
  const every = order.within / order.sessions;
  const from = Date.now();
  for (let index = 0; index < order.sessions; index++) {
    const due = from + index * every - Date.now();
    if (due > 5) await wait(due);
    come(order.documentUrl, order.seed + index);
  }
}

function sendAll({ messages, within }: Extract<Order, { type: 'send' }>): void {
  const random = new Random(messages);
  const from = Date.now();
  let number = 0;
  const timer = setInterval(() => {
    const due = Math.min(messages, Math.ceil(((Date.now() - from) / within) * messages));
    for (; number < due; number++) {
      const one = listeners[Math.floor(random.next() * listeners.length)] as Listener;
      const key = `key-${Math.floor(random.next() * KEYS)}`;
      const entry = { number, key, outcome: null as string | null };
      one.sent.push(entry);
      // The key is the app's own: with one for the outbox, a message would take the place of another.
      one.session.send('note', { listener: one.name, number, key }, { ttl: 3_600_000 }).then(
        (result) => {
          entry.outcome = result.outcome;
        },
        (error: unknown) => {
          entry.outcome = `rejected: ${error}`;
        },
      );
    }
    if (number >= messages) clearInterval(timer);
  }, 50);
  pending.push(timer);
}

obeyParent<Order, Reply>(async (order) => {
  if (order.type === 'come') {
    void comeAll(order);
    return { type: 'came' };
  }
  if (order.type === 'send') {
    sendAll(order);
    return { type: 'sending' };
  }
  if (order.type === 'look') {
    return {
      type: 'seen',
      inside: listeners.filter(({ joins }) => joins > 0).length,
      open: listeners.filter(({ session }) => session.state.channel.status === 'open').length,
      unsettled: listeners.reduce(
        (sum, { sent }) => sum + sent.filter(({ outcome }) => outcome === null).length,
        0,
      ),
      newest: Math.min(
        // A session that came late, or was told of a loss, may have got none of the last ones.
        ...listeners
          .filter(({ received, reported }) => received.length > 0 && reported.length === 0)
          .map(({ received }) => received.at(-1) ?? -1),
      ),
    };
  }
  const accounts = listeners.map(
    ({ session, ...account }): Account => ({
      ...account,
      isOpen: session.state.channel.status === 'open',
      standing: standingOf(session),
    }),
  );
  return { type: 'report', accounts };
});
