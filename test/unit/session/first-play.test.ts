import { expect } from 'chai';
import type { Realtime } from '../../../src/host/host.ts';
import { playOnce } from '../../../src/session/first-play.ts';
import { FakeHost, NOTHING_HELD } from '../../helpers/fake-host.ts';

/** A page with Web Audio, of which only an empty stream is asked. */
const page = () => {
  let open = 0;
  const createAudio = () => {
    open++;
    return {
      createMediaStreamDestination: () => ({ stream: {} }),
      close: async () => {
        open--;
      },
    };
  };
  const host = new FakeHost({ realtime: { createAudio } as unknown as Realtime });
  return { host, contexts: () => open };
};

describe('a page that waits for its turn or the start', () => {
  it('plays a muted, empty stream once, and keeps nothing of it', async () => {
    const { host, contexts } = page();
    const played = playOnce(host, new AbortController().signal);
    const [media] = host.media;
    expect([media?.muted, media?.paused, !!media?.srcObject]).to.deep.equal([true, false, true]);
    media?.append(1);
    await played;
    expect(media?.srcObject).to.equal(null);
    expect(contexts()).to.equal(0);
  });

  it('keeps nothing of it where the browser does not allow it', async () => {
    const { host, contexts } = page();
    host.autoplay = 'blocked';
    await playOnce(host, new AbortController().signal);
    expect([contexts(), host.media[0]?.srcObject]).to.deep.equal([0, null]);
  });

  it('keeps nothing of it once its session has ended, though the browser never plays it', async () => {
    const { host, contexts } = page();
    const controller = new AbortController();
    void playOnce(host, controller.signal);
    expect(contexts()).to.equal(1);
    controller.abort();
    expect([contexts(), host.media[0]?.srcObject]).to.deep.equal([0, null]);
    expect(host.held.timers).to.equal(NOTHING_HELD.timers);
    await playOnce(host, controller.signal);
    expect(host.media).to.have.length(1);
  });

  it('without Web Audio does nothing', async () => {
    const host = new FakeHost();
    await playOnce(host, new AbortController().signal);
    expect(host.media).to.have.length(0);
  });
});
