import { EarshotError } from '../policy/errors.ts';
import type { HlsClass, HlsOptions } from './hls-options.ts';
import { runHls } from './hls-run.ts';
import { withRequestOptions } from './request-options.ts';
import type { Source } from './source.ts';

const NOT_USED =
  /^(xhr|fetch)Setup$|LoadPolicy$|Loading(TimeOut|MaxRetry|RetryDelay)|^autoStartLoad$/;

/**
 * HLS and Low-Latency HLS with hls.js, in browsers with Media Source Extensions. Earshot loads hls.js when the first
 * source opens. The governor sends all its requests, and its own retries are off.
 */
export const hls = (options: HlsOptions = {}): Source => {
  const { Hls: given = async () => (await import('hls.js/light')).default } = options;
  const whole = async (): Promise<HlsClass> => {
    if (!options.Hls) return (await import('hls.js')).default;
    const message = 'The playlist needs the whole hls.js, and hls({ Hls }) gives the light one.';
    throw new EarshotError('unsupported', message);
  };
  let loading: Promise<HlsClass> | undefined;
  let isTold = false;
  const load = async (): Promise<HlsClass> => {
    if ('Events' in given) return given;
    loading ??= given();
    try {
      return await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };
  return {
    kinds: ['hls', 'recording'],
    supports: () => 'MediaSource' in globalThis || 'ManagedMediaSource' in globalThis,
    prepare() {
      load().catch(() => {});
    },
    async open(context) {
      const HlsJs = await load();
      context.signal.throwIfAborted();
      const ignored = Object.keys(options.config ?? {}).filter((name) => NOT_USED.test(name));
      if (ignored.length && !isTold) {
        isTold = true;
        const message = `hls({ config }): not used, since the governor makes all requests: ${ignored}. See hls({ request }).`;
        context.tell(new EarshotError('bad-option', message));
      }
      return runHls(HlsJs, withRequestOptions(context, options.request), options, whole);
    },
  };
};
