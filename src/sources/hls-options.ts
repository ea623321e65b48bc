import type Hls from 'hls.js';
import type { HlsConfig } from 'hls.js';
import type { Cmcd } from './cmcd.ts';
import type { RequestOptions } from './source.ts';

/** hls.js's class: the full build, the light one, or one's own that extends either. */
export type HlsClass = typeof Hls;

/** What {@link hls} can be told. */
export interface HlsOptions {
  /**
   * The class, or what imports it when it is first needed. Default: `hls.js/light`, lazily, and the
   * whole `hls.js` in its place once a playlist needs that: for sound apart from the picture
   * (`EXT-X-MEDIA`) or variables (`EXT-X-DEFINE`).
   */
  readonly Hls?: HlsClass | (() => Promise<HlsClass>) | undefined;
  /**
   * More configuration for hls.js; a `loader` is extended. What would make or repeat requests past the governor
   * is not used, and told once as `bad-option`: `xhrSetup` and `fetchSetup`, the load policies, time limits and retries.
   */
  readonly config?: Partial<HlsConfig> | undefined;
  /** What marks its requests: `cmcd()`. Default: nothing does. */
  readonly cmcd?: Cmcd | undefined;
  /** Headers and credentials for its requests, by URL. Must not throw. Default: none. */
  readonly request?: RequestOptions | undefined;
}
