import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { pollSubtitles } from '../../../src/cues/subtitle-poll.ts';
import { FakeHost, NOTHING_HELD } from '../../helpers/fake-host.ts';

describe('the poll of a subtitle playlist', () => {
  it('keeps no listener of an interval that has passed', async () => {
    const host = new FakeHost();
    const controller = new AbortController();
    let asked = 0;
    pollSubtitles(
      {
        host,
        url: 'https://a.example/en.m3u8',
        clock: null,
        request: async () => {
          asked++;
          return null;
        },
        position: () => 0,
        take() {},
      },
      controller.signal,
    );
    await host.clock.advance(60_000);
    expect(asked).to.be.above(10);
    expect(getEventListeners(controller.signal, 'abort').length).to.be.at.most(1);
    controller.abort();
    expect(host.held).to.deep.equal(NOTHING_HELD);
  });
});
