import { type ChannelConnection, createConnection } from '../../src/channel/connection.ts';
import type { ClientFrame } from '../../src/channel/frames.ts';
import { parseDocument } from '../../src/stage/parse.ts';
import { Clock } from './clock.ts';
import { FakeHost } from './fake-host.ts';
import type { FakeSocket } from './fake-socket.ts';
import { Governed } from './governed.ts';
import { kind, STAGE_JSON } from './talking.ts';

/** One channel of a crowd, without the session around it. */
export class Caller {
  readonly host: FakeHost;
  readonly line: ChannelConnection;
  post: ((frame: ClientFrame) => void) | null = null;

  constructor(clock: Clock, seed: number) {
    this.host = new FakeHost({ clock, seed, server: kind });
    const { governor } = new Governed({ host: this.host });
    this.line = createConnection({
      host: this.host,
      governor,
      position: () => null,
      onFrame: (frame) => frame.op === 'document' && this.read(frame.document),
      onError() {},
      onChange() {},
      onOpen: (post) => {
        this.post = post;
      },
    });
  }

  get socket(): FakeSocket {
    return this.host.sockets.at(-1) as FakeSocket;
  }

  read(document: object): void {
    this.line.update(parseDocument(document, STAGE_JSON));
  }
}

/** So many channels, all open, in one time. */
export const crowd = async (members: number, document: object) => {
  const clock = new Clock();
  const callers = Array.from({ length: members }, (_, index) => new Caller(clock, index + 1));
  for (const caller of callers) caller.read(document);
  await clock.until(() => callers.every(({ post }) => post), 60_000);
  const at = clock.now();
  return {
    callers,
    /** When each has dialled anew, ms from now. */
    async dialAgain(most: number): Promise<number[]> {
      await clock.until(() => callers.every(({ host }) => host.sockets.length === 2), most);
      return callers.map(({ socket }) => socket.at - at);
    },
  };
};
