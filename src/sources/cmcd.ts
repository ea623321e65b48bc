import type Hls from 'hls.js';
import type { FragmentLoaderContext, LoaderContext } from 'hls.js';
import { aheadOf } from './buffer.ts';
import type { SourceRequest } from './source.ts';

/** What {@link cmcd} can be told. */
export interface CmcdOptions {
  /** Which stage it is, up to 64 characters. Default: not told. */
  readonly contentId?: string | undefined;
  /** Which playback it is, up to 64 characters: a random one tells nobody who listens. Default: not told. */
  readonly sessionId?: string | undefined;
  /** As request headers, each of which costs a preflight across origins, not as a query. Default: `false`. */
  readonly useHeaders?: boolean | undefined;
}

/** Marks a request of a player: what it asks, what hls.js loads by it, and the player. */
export type Cmcd = (asked: SourceRequest, loading: LoaderContext, hls: Hls) => SourceRequest;

type Value = string | number | boolean | undefined;

const MOST_CHARACTERS = 64;
/** Which header a key belongs to (CTA-5004, section 2). */
const HEADERS = {
  'CMCD-Object': ['br', 'd', 'ot'],
  'CMCD-Request': ['bl', 'mtp', 'su'],
  'CMCD-Session': ['cid', 'pr', 'sf', 'sid', 'st'],
};

const hundreds = (value: number): number => Math.round(value / 100) * 100;

/** A header holds nothing but ASCII. */
const quoted = (text: string | undefined): string | undefined =>
  text && JSON.stringify(text.slice(0, MOST_CHARACTERS).replace(/[^ -~]+/gu, encodeURIComponent));

/** hls.js asks again by the URL that answered it, mark and all. */
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
    // Before anything has come it is a guess of hls.js's.
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

/** The keys in their order, as they are written; what is unknown, and a rate of 1, are left out. */
const written = (values: Record<string, Value>, keys = Object.keys(values)): string =>
  keys
    .filter((key) =>
      key === 'pr' ? values.pr !== 1 && values.pr !== undefined : values[key] === 0 || values[key],
    )
    .sort()
    .map((key) => (values[key] === true ? key : `${key}=${values[key]}`))
    .join();

/**
 * Common Media Client Data, version 1 (CTA-5004), on the requests of {@link hls}: what a CDN's log needs
 * to tell how the stage is heard. Nothing in it tells who listens. As a query it makes each URL
 * another one: let the CDN's cache key leave `CMCD` out, or no request is answered from a cache.
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
