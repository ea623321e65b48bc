import type { SourceConfig, StageConfig } from '../stage-server/config-types.ts';
import { parseUrl } from '../stage-server/url.ts';
import { CommandError } from './command-error.ts';

const DOOR = 'floor';
/** The name of the WHEP endpoint behind the stage. */
const ENDPOINT = 'live';
const DEFAULT_CAPACITY = 100;
/** How long the door takes to open to the expected listeners. */
const OPENS_WITHIN_SECONDS = 10;

const NO_GUARD = `--capacity and --most need a WHEP source: its requests can go through this server. HLS comes from
another host, whose nginx, Caddy or Envoy must ask this server at each playlist: see "Guard HLS" in docs/server.md.`;

function sourceOf(text: string): SourceConfig {
  const url = parseUrl(text);
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (!isWeb) throw new CommandError(`"${text}" is no URL that begins with http: or https:.`);
  if (url.username)
    throw new CommandError('A URL with a user name would be published to everybody.');
  if (url.pathname.endsWith('.m3u8')) return { kind: 'hls', url: url.href };
  if (/\/whep(?:\/|$)/.test(url.pathname)) return { kind: 'whep', url: url.href };
  throw new CommandError(
    `${text}: the path of HLS ends in .m3u8, that of WebRTC has /whep. For another URL, name its kind in a configuration:\n` +
      `{ "sources": [{ "kind": "hls", "url": "${text}" }] }`,
  );
}

/**
 * The configuration of a stage whose sources are given by URL, best first.
 *
 * @throws CommandError if it cannot tell what a URL is, or there is nothing to guard.
 */
export function firstConfig(
  urls: readonly string[],
  limits: { readonly capacity: number | undefined; readonly most: number | undefined },
): StageConfig {
  const sources = urls.map(sourceOf);
  const base = { sources, channel: { accepts: ['hand'] } };
  const { capacity, most } = limits;
  if ((capacity ?? most) === undefined) return base;
  const at = sources.findIndex(({ kind }) => kind === 'whep');
  const upstream = sources[at]?.url;
  if (upstream === undefined) throw new CommandError(NO_GUARD);
  const joins = capacity ?? DEFAULT_CAPACITY;
  sources[at] = { kind: 'whep', url: `whep/${ENDPOINT}`, door: DOOR };
  return {
    ...base,
    doors: {
      [DOOR]: {
        capacity: joins,
        most: most ?? null,
        // The door corrects a wrong guess; a small one lets the first listeners in soon.
        listeners: Math.max(
          1,
          Math.min(Math.round(joins * OPENS_WITHIN_SECONDS), most ?? Infinity),
        ),
      },
    },
    whep: { [ENDPOINT]: { upstream, door: DOOR } },
  };
}
