import { aheadOf } from './buffer.ts';
import { notPlaylist } from './playlist-checks.ts';
import type { Source } from './source.ts';

/**
 * HLS by the browser itself, where there are no Media Source Extensions. The browser's own requests
 * cannot be governed; what can be is when it starts, so its playlist is asked for first, through
 * the governor, and playback starts when that answers. Its code is loaded when it is needed.
 */
export const nativeHls = (): Source => ({
  kinds: ['hls', 'recording'],
  supports: (host) => !!host.createMedia().canPlayType('application/vnd.apple.mpegurl'),
  async open(context) {
    const { url } = context.description;
    await context.request({ url, purpose: 'playlist', check: notPlaylist });
    const { NativeHlsRun } = await import('./native-hls-run.ts');
    // The element may be another run's by now.
    context.signal.throwIfAborted();
    return new NativeHlsRun(context, aheadOf);
  },
});
