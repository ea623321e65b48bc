// The media process: it can be killed without a word, and takes nothing of the stage with it.
import { pace } from './clock.ts';
import { createOpusEncoder } from './opus.ts';
import { createPeer, type Peer } from './peer.ts';
import { OPUS_RATE, VOICES } from './voice.ts';
import type { Order, Ordered, Report, Weather } from './wire.ts';

const BITS_PER_SECOND = 40_000;
const MS_PER_SECOND = 1000;

interface Program {
  peers: Set<Peer>;
  say(programMs: number): void;
}

const startsAt = Number(process.argv[2]);
const host = process.argv[3] ?? '';
const peers = new Map<string, { peer: Peer; program: Program }>();
let weather: Weather = { stopped: false, loss: 0, jitter: 0 };

function createProgram(name: string): Program {
  const voice = VOICES[name]?.(startsAt);
  if (!voice) throw new Error(`no voice for ${name}`);
  const encoder = createOpusEncoder(OPUS_RATE, BITS_PER_SECOND);
  const delayMs = (encoder.lookahead * MS_PER_SECOND) / OPUS_RATE;
  const listening = new Set<Peer>();
  return {
    peers: listening,
    say(programMs) {
      // Nobody is there: the encoder may rest.
      if (listening.size === 0) return;
      const packet = encoder.encode(voice(programMs));
      for (const peer of listening) peer.sending.send(programMs, packet, delayMs, weather);
    },
  };
}

const programs = new Map(Object.keys(VOICES).map((name) => [name, createProgram(name)]));
const report = (message: Report) => process.send?.(message);

function join(session: string, name: string): Peer {
  const program = programs.get(name);
  if (!program) throw new Error(`no program ${name}`);
  const peer = createPeer(host, () => {
    if (!peers.has(session)) return;
    report({ kind: 'lost', session });
    void leave(session);
  });
  peers.set(session, { peer, program });
  program.peers.add(peer);
  return peer;
}

async function leave(session: string): Promise<void> {
  const left = peers.get(session);
  peers.delete(session);
  left?.program.peers.delete(left.peer);
  await left?.peer.close();
}

function peerOf(session: string): Peer {
  const known = peers.get(session);
  if (!known) throw new Error('no such session');
  return known.peer;
}

async function obey(order: Order): Promise<string> {
  switch (order.kind) {
    case 'answer':
      return join(order.session, order.program).answer(order.offer);
    case 'offer':
      return join(order.session, order.program).offer();
    case 'accept':
      await peerOf(order.session).accept(order.answer);
      return '';
    case 'restart':
      return peerOf(order.session).restart(order.fragment);
    case 'leave':
      await leave(order.session);
      return '';
    case 'leaveAll':
      await Promise.all([...peers.keys()].map(leave));
      return '';
    case 'weather':
      weather = order.weather;
      return '';
  }
}

process.on('message', ({ id, order }: Ordered) => {
  obey(order).then(
    (sdp) => report({ kind: 'done', id, sdp }),
    (error: unknown) => {
      // Who has not come in need not leave later.
      if (order.kind === 'answer' || order.kind === 'offer') void leave(order.session);
      report({ kind: 'failed', id, why: String(error) });
    },
  );
});
process.on('disconnect', () => process.exit());
// The stage ends it; a Ctrl-C in the terminal is meant for the stage.
process.on('SIGINT', () => {});
pace((programMs) => {
  for (const program of programs.values()) program.say(programMs);
});
report({ kind: 'ready' });
