import { expect } from 'chai';
import { createChannelServer } from '../../../src/stage-server/channel/channel.ts';
import { createClock } from '../../../src/stage-server/clock.ts';
import { parseConfig } from '../../../src/stage-server/config.ts';

describe('the end of a channel', () => {
  it('cuts off a client that does not close its end', () => {
    const { channel: config } = parseConfig({ state: 'scheduled' });
    if (!config) throw new Error('There is no channel.');
    const channel = createChannelServer({
      config,
      types: {},
      store: { decide: async () => [] },
      clock: createClock({ now: () => 0, after: () => () => {} }),
      document: () => null,
      listeners: () => 0,
      operatorState: () => null,
      authorize: () => 'listener',
      onMessage: () => {},
    } as Parameters<typeof createChannelServer>[0]);
    const ends: string[] = [];
    const socket = {
      bufferedAmount: 0,
      send: () => {},
      close: (code: number) => void ends.push(`close ${code}`),
      terminate: () => void ends.push('terminate'),
    };
    channel.connect(socket, '192.0.2.1');
    const gone = channel.connect({ ...socket, terminate: () => ends.push('gone') }, '192.0.2.1');
    channel.closeAll(1012);
    gone.closed();
    channel.stop();
    expect(ends).to.deep.equal(['close 1012', 'close 1012', 'terminate']);
  });
});
