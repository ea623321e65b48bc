import type Hls from 'hls.js';
import type { FragmentLoaderContext, LoaderContext } from 'hls.js';
import { aheadOf } from './buffer.ts';
import type { SourceRequest } from './source.ts';

/** The options of {@link cmcd}. */
export interface CmcdOptions {
  /** The ID of the stage (`cid`), up to 64 characters. Default: not sent. */
  readonly contentId?: string | undefined;
  /**
   * The ID of the playback (`sid`), up to 64 characters. A random one does not identify the listener. Default: not
   * sent.
   */
  readonly sessionId?: string | undefined;
  /** Sends request headers instead of a query. Each costs a CORS preflight across origins. Default: `false`. */
  readonly useHeaders?: boolean | undefined;
}

/** Adds CMCD to a request of a player: the request, what hls.js loads with it, and the player. */
export type Cmcd = (asked: SourceRequest, loading: LoaderContext, hls: Hls) => SourceRequest;

type Value = string | number | boolean | undefined;

const MOST_CHARACTERS = 64;
/** The header that a key belongs to (CTA-5004, section 2). */
const HEADERS = {
  'CMCD-Object': ['br', 'd', 'ot'],
  'CMCD-Request': ['bl', 'mtp', 'su'],
  'CMCD-Session': ['cid', 'pr', 'sf', 'sid', 'st'],
};

const hundreds = (value: number): number => Math.round(value / 100) * 100;

/** A header may contain only ASCII. */
const quoted = (text: string | undefined): string | undefined =>
  text && JSON.stringify(text.slice(0, MOST_CHARACTERS).replace(/[^ -~]+/gu, encodeURIComponent));

/** hls.js reuses the URL of the response, with the CMCD query, for the next request. */
const unmarked = (url: string): string =>
  url.replace(/([?&])CMCD=[^&]*(&|$)/, (_, before, after) => after && before);

const isFragment = (context: LoaderContext): context is FragmentLoaderContext => 'frag' in context;

const valuesOf = (hls: Hls, context: LoaderContext): Record<string, Value> => {
  const { media, latestLevelDetails: details } = hls;
  const ahead = media ? aheadOf(media) : 0;
  const common = {
    pr: media?.paused ? 0 : media?.playbackRate,
    sf: 'h',
    st: details ? (details.live ? 'l' : 'v') : undefined,
    su: !ahead,
    // Before any data has arrived, this is only a guess of hls.js.
    mtp: ahead ? hundreds(hls.bandwidthEstimate / 1_000) : undefined,
  };
  if ('keyInfo' in context) return { ...common, ot: 'k' };
  if (!isFragment(context)) return { ...common, ot: 'm' };
  const { frag, part } = context;
  if (frag.sn === 'initSegment') return { ...common, ot: 'i' };
  const level = hls.levels[frag.level];
  const { videoCodec, audioCodec, bitrate = 0 } = level ?? {};
  const muxed = videoCodec ? 'av' : audioCodec ? 'a' : undefined;
  return {
    ...common,
    ot: frag.type === 'audio' ? 'a' : frag.type === 'subtitle' ? 'c' : muxed,
    br: Math.round(bitrate / 1_000) || undefined,
    d: Math.round((part ?? frag).duration * 1_000) || undefined,
    bl: hundreds(ahead),
  };
};

/** The keys in alphabetical order, serialised. Unknown values and a rate of 1 are left out. */
const written = (values: Record<string, Value>, keys = Object.keys(values)): string =>
  keys
    .filter((key) =>
      key === 'pr' ? values.pr !== 1 && values.pr !== undefined : values[key] === 0 || values[key],
    )
    .sort()
    .map((key) => (values[key] === true ? key : `${key}=${values[key]}`))
    .join();

/**
 * Common Media Client Data, version 1 (CTA-5004), on the requests of {@link hls}. A CDN's log then shows how well the
 * stage plays; it does not identify the listener. As a query it makes every URL unique: exclude `CMCD` from the CDN's
 * cache key, or the cache answers no request.
 */
export const cmcd = ({ contentId, sessionId, useHeaders = false }: CmcdOptions = {}): Cmcd => {
  const own = { cid: quoted(contentId), sid: quoted(sessionId) };
  return (asked, loading, hls) => {
    const { url, headers } = asked;
    const values = { ...own, ...valuesOf(hls, loading) };
    if (!useHeaders) {
      const bare = unmarked(url);
      const data = encodeURIComponent(written(values));
      return { ...asked, url: `${bare}${bare.includes('?') ? '&' : '?'}CMCD=${data}` };
    }
    const marks = Object.entries(HEADERS).map(([name, keys]) => [name, written(values, keys)]);
    const told = Object.fromEntries(marks.filter(([, data]) => data));
    return { ...asked, headers: { ...headers, ...told } };
  };
};
