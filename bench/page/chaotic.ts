// A listener that sends messages at a steady rate, and keeps a book of what became of each.
import type { Told } from '../lib/chaos/book.ts';

const query = new URLSearchParams(location.search);
const text = (name: string) => query.get(name) ?? '';

const book: Told[] = [];
const troubles: string[] = [];
addEventListener('unhandledrejection', ({ reason }) => troubles.push(`unhandled: ${reason}`));
addEventListener('error', ({ message }) => troubles.push(message));

const path: string = '/earshot/earshot.js';
const { channel, listen } = (await import(path)) as typeof import('../../src/index.ts');
const session = listen({ stage: text('stage'), channel: channel({ tabs: false }) });

const KEYS = ['a', 'b', 'c', 'd'];
const SHORT_TTL = 2_500;

function send(number: number): void {
  // Every other message has a key, so that both kinds wait in one outbox.
  const key = number % 2 ? (KEYS[(number >> 1) % KEYS.length] ?? null) : null;
  const told: Told = { number, key, outcome: null };
  book.push(told);
  const payload = { page: text('page'), number, ballast: '.'.repeat((number * 97) % 2_000) };
  const options = { ...(key && { key }), ...(number % 5 === 0 && { ttl: SHORT_TTL }) };
  session.send('note', payload, options).then(
    (sent) => {
      told.outcome = sent.outcome === 'dropped' ? sent.why : sent.outcome;
    },
    () => troubles.push(`send() rejected ${number}`),
  );
}

/** Sends so many messages in so many ms. */
function begin(messages: number, ms: number): void {
  const from = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(messages, ((performance.now() - from) / ms) * messages);
    while (book.length < due) send(book.length);
    if (book.length === messages) clearInterval(timer);
  }, 20);
}

const chaotic = { session, book, troubles, begin };

declare global {
  interface Bench {
    chaotic: typeof chaotic;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, chaotic };
