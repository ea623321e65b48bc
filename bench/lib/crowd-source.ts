import type { Source, SourceRun } from '../../src/sources/source.ts';

/**
 * Listens to HLS as far as an origin can tell a join: the playlist is asked for, and then it plays.
 * What is real of it is the request, through the session's own governor and door.
 */
export const crowdSource = (): Source => ({
  kinds: ['hls'],
  supports: () => true,
  async open({ request, description, media, host }): Promise<SourceRun> {
    const { url } = description;
    await request({ url, purpose: 'playlist' });
    media.currentTime = 0;
    return {
      programTime: () => host.now() - 10_000,
      ahead: () => 10_000,
      target: () => 10_000,
      latency: () => 10_000,
      frozen: () => false,
      seek() {},
      attach() {},
      close() {
        media.pause();
      },
    };
  },
});
