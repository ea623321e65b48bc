import { aheadOf } from './buffer.ts';
import { notPlaylist } from './playlist-checks.ts';
import type { Source } from './source.ts';

/**
 * HLS in the browser's own player, if there are no Media Source Extensions.
 *
 * The governor cannot control the browser's own requests, only their start: it requests the playlist first, and
 * playback starts after a good response. Its code is loaded on demand.
 */
export const nativeHls = (): Source => ({
  kinds: ['hls', 'recording'],
  supports: (host) => !!host.createMedia().canPlayType('application/vnd.apple.mpegurl'),
  async open(context) {
    const { url } = context.description;
    await context.request({ url, purpose: 'playlist', check: notPlaylist });
    const { NativeHlsRun } = await import('./native-hls-run.ts');
    // The element may belong to another run by now.
    context.signal.throwIfAborted();
    return new NativeHlsRun(context, aheadOf);
  },
});
