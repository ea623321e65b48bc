import type { WebSocket } from 'ws';
import type { ServerSocket } from '../../../src/stage-server/index.ts';
import type { Fault } from '../faults.ts';
import { createNoise } from './noise.ts';

/** A frozen server keeps no more than this. */
const MOST_UNSAID = 5_000;
const INTERNAL_ERROR = 1011;

/** A socket between the stage's server and a listener that does to its frames what a fault does. */
export interface FaultySocket extends ServerSocket {
  /** From the welcome to the end. */
  isOpen(): boolean;
  /** Brings about what a fault does to a connection that is there. */
  obey(fault: Fault): void;
}

export interface FaultySocketParts {
  readonly socket: WebSocket;
  fault(): Fault;
  /** Once, when it is over for this end. */
  onEnd(): void;
}

export function createFaultySocket({ socket, fault, onEnd }: FaultySocketParts): FaultySocket {
  let isOpen = false;
  let isDead = false;
  /** Nothing is said until then. */
  let holdTimer: NodeJS.Timeout | null = null;
  let unsaid: string[] = [];
  const noise = createNoise((data) => write(data));

  function write(data: string | Buffer): void {
    if (!isDead && socket.readyState === socket.OPEN) socket.send(data);
  }

  function say(text: string): void {
    if (fault().kind !== 'frozen' && !holdTimer) write(text);
    else if (unsaid.push(text) > MOST_UNSAID) socket.terminate();
  }

  function flush(): void {
    holdTimer = null;
    if (fault().kind === 'frozen') return;
    for (const text of unsaid) write(text);
    unsaid = [];
  }

  function welcome(text: string): void {
    const now = fault();
    if (now.kind === 'closes') {
      socket.close(now.code);
      return;
    }
    if (now.kind === 'slow') holdTimer = setTimeout(flush, now.ms).unref();
    isOpen = true;
    say(text);
    noise.make(now.kind);
    // What follows the welcome in this turn goes out before the end.
    if (now.kind === 'curt') setImmediate(() => socket.close(INTERNAL_ERROR));
  }

  const faulty: FaultySocket = {
    isOpen: () => isOpen && socket.readyState === socket.OPEN,
    // A frame of 10 MB is the demo's own doing, not a slow reader's.
    bufferedAmount: 0,
    send: (text) => (isOpen ? say(text) : welcome(text)),
    close(code) {
      if (!isDead) socket.close(code);
    },
    terminate() {
      // Behind a NAT that has forgotten the connection, only this end learns that it is over.
      if (isDead) socket.emit('close');
      else socket.terminate();
    },
    ping() {
      if (!isDead && socket.readyState === socket.OPEN) socket.ping();
    },
    obey({ kind, ...rest }) {
      if (kind === 'closes' && 'code' in rest) faulty.close(rest.code);
      if (kind === 'reset' || kind === 'refuse') socket.terminate();
      if (kind === 'halfOpen') {
        isDead = true;
        socket.pause();
      }
      noise.make(isOpen ? kind : 'none');
      if (!holdTimer) flush();
    },
  };

  socket.on('close', () => {
    isOpen = false;
    if (holdTimer) clearTimeout(holdTimer);
    noise.stop();
    onEnd();
  });
  if (fault().kind === 'halfOpen') faulty.obey(fault());
  return faulty;
}
