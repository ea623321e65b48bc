import { errorAt } from '../policy/errors.ts';

/** The last version of a media playlist: numbers are the encoder's own, `end` is exclusive. */
interface Last {
  readonly first: number;
  readonly end: number;
  /** The offset added to the encoder's numbers. */
  readonly offset: number;
  /** The encoder's number of the first segment after the restart. */
  readonly broke: number;
  /** Discontinuities up to its end, as hls.js counts them, and those of them that the playlist's own numbers lack. */
  readonly breaks: number;
  readonly added: number;
}

const numberOf = (tag: string, playlist: string): number =>
  Number(new RegExp(`^#EXT-X-${tag}:(\\d+)`, 'm').exec(playlist)?.[1] ?? 0);

const DIRECTIVES = /[?].*$/;

/**
 * Makes one timeline from those of a restarted encoder. The new segments continue the old numbers after a
 * discontinuity, so that hls.js plays its buffer to the end and then continues. One instance per run.
 */
export const createRestarts = () => {
  const known = new Map<string, Last>();
  return {
    /** A blocking reload must use the encoder's own numbers. */
    urlOf: (url: string): string => {
      const offset = known.get(url.replace(DIRECTIVES, ''))?.offset ?? 0;
      return url.replace(/_HLS_msn=(\d+)/, (_, number) => `_HLS_msn=${number - offset}`);
    },
    /** @throws EarshotError `media` if an encryption depends on the numbers: the source must reopen. */
    edit: (playlist: string, url: string): string => {
      if (!/#EXT(INF|-X-SKIP)/.test(playlist)) return playlist;
      const key = url.replace(DIRECTIVES, '');
      const last = known.get(key);
      const first = numberOf('MEDIA-SEQUENCE', playlist);
      const lines = playlist.split('\n');
      const names = lines.filter((line) => /^[^#\s]/.test(line));
      const skipped = Number(/SKIPPED-SEGMENTS=(\d+)/.exec(playlist)?.[1] ?? 0);
      const end = first + skipped + names.length;
      let { offset = 0, broke = 0, added = 0 } = last ?? {};
      // A stale CDN edge has fewer segments than known, but never so few.
      const least = first < 2 ? Math.max(last?.first ?? 0, (last?.end ?? 0) / 2) : last?.first;
      const isBack = last && first <= last.first && end <= (least ?? 0);
      if (isBack) {
        offset += last.end - first;
        broke = first;
        added = last.breaks - numberOf('DISCONTINUITY-SEQUENCE', playlist);
      }
      const own = numberOf('DISCONTINUITY-SEQUENCE', playlist);
      const isInside = !!offset && broke === first;
      const sequence = own + added + (offset && !isInside ? 1 : 0);
      const tags = lines.filter(
        (line) => line.startsWith('#EXT-X-DISCONTINUITY') && !line.includes('-SEQ'),
      );
      const breaks = sequence + tags.length + (isInside ? 1 : 0);
      known.set(key, { first, end, offset, broke, breaks, added });
      if (!offset) return playlist;
      if (/^#EXT-X-KEY:(?!.*(IV=|METHOD=NONE))/m.test(playlist)) {
        throw errorAt(url, 'media', 'the encoder began anew: the source is opened anew.');
      }
      const rest = lines.filter(
        (line) => !/^#EXT(M3U|-X-(MEDIA|DISCONTINUITY)-SEQUENCE)/.test(line),
      );
      // The discontinuity goes before the first tag of the segment.
      const at = rest.findIndex((line) =>
        /^#EXT(INF|-X-(PROGRAM|KEY|MAP|PART:|DISCONTINUITY|BYTERANGE|GAP))/.test(line),
      );
      if (isInside) rest.splice(at, 0, '#EXT-X-DISCONTINUITY');
      const head = [`MEDIA-SEQUENCE:${first + offset}`, `DISCONTINUITY-SEQUENCE:${sequence}`];
      return ['#EXTM3U', ...head.map((tag) => `#EXT-X-${tag}`), ...rest].join('\n');
    },
  };
};
