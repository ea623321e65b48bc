import type Hls from 'hls.js';
import type { HlsConfig } from 'hls.js';
import type { Cmcd } from './cmcd.ts';
import type { RequestOptions } from './source.ts';

/** The class of hls.js: the full build, the light build, or your own subclass of either. */
export type HlsClass = typeof Hls;

/** The options of {@link hls}. */
export interface HlsOptions {
  /**
   * The class, or a function that imports it on demand. Default: `hls.js/light`, loaded lazily. Earshot loads the
   * full `hls.js` instead when a playlist needs it: for separate audio (`EXT-X-MEDIA`) or variables (`EXT-X-DEFINE`).
   */
  readonly Hls?: HlsClass | (() => Promise<HlsClass>) | undefined;
  /**
   * More configuration for hls.js. A `loader` is extended. Earshot ignores options that would send or repeat requests
   * without the governor, and reports them once as `bad-option`: `xhrSetup` and `fetchSetup`, the load policies,
   * timeouts and retries.
   */
  readonly config?: Partial<HlsConfig> | undefined;
  /** Adds CMCD to its requests: `cmcd()`. Default: none. */
  readonly cmcd?: Cmcd | undefined;
  /** Headers and credentials for its requests, by URL. Must not throw. Default: none. */
  readonly request?: RequestOptions | undefined;
}
