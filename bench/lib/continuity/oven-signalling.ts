import { randomUUID } from 'node:crypto';
import type { Fault } from '../../../demo/stage/stage.ts';
import { createStudio } from '../../../demo/stage/whep/studio.ts';
import { openSockets, type Socket } from './sockets.ts';

/** A media process of the stage's kind behind the signalling of OvenMediaEngine. */
export interface OvenSignalling {
  readonly url: string;
  /** What befalls the stage's WHEP befalls it too. */
  obey(fault: Fault): Promise<void>;
  close(): Promise<void>;
}

interface Message {
  readonly command: string;
  readonly sdp?: { readonly sdp: string };
}

/**
 * OvenPlayer knows no WHEP: it asks for an offer over a WebSocket, and answers it there.
 *
 * @param startsAt of the program.
 */
export async function ovenSignalling(startsAt: number): Promise<OvenSignalling> {
  const studio = createStudio(startsAt, '127.0.0.1', () => {});
  const open = new Set<Socket>();
  const sockets = await openSockets((socket) => {
    open.add(socket);
    const session = randomUUID();
    return (text) => {
      answer(session, JSON.parse(text) as Message)
        .then((reply) => reply && socket.send(JSON.stringify(reply)))
        .catch(() => socket.destroy());
    };
  });

  async function answer(session: string, { command, sdp }: Message): Promise<object | null> {
    if (command === 'request_offer') {
      const offer = await studio.order({ kind: 'offer', session, program: 'coded' });
      const description = { type: 'offer', sdp: offer };
      return { command: 'offer', id: 1, peer_id: 0, sdp: description, candidates: [] };
    }
    if (command === 'answer' && sdp) {
      await studio.order({ kind: 'accept', session, answer: sdp.sdp });
    }
    return null;
  }

  await studio.start();
  return {
    url: sockets.url,
    async obey({ kind }) {
      if (kind === 'killed') {
        // In OvenMediaEngine one process has the media and the signalling: they die together.
        for (const socket of open) socket.destroy();
        return studio.kill();
      }
      await studio.start();
      const weather = { stopped: kind === 'packetsStop', loss: 0, jitter: 0 };
      await studio.order({ kind: 'weather', weather });
    },
    async close() {
      sockets.close();
      await studio.kill();
    },
  };
}
