import type Hls from 'hls.js';
import type {
  DateRange,
  Events,
  FragParsingMetadataData,
  LevelDetails,
  MediaPlaylist,
} from 'hls.js';
import type { CueInit } from '../policy/cue.ts';
import { programTimeAt } from '../sources/hls-time.ts';
import type { SourceContext } from '../sources/source.ts';
import { readId3 } from './id3.ts';
import type { TimestampOffsets } from './subtitle-clock.ts';

// The class of hls.js loads later, and the app may bring its own.
const LEVEL_UPDATED = 'hlsLevelUpdated' as Events.LEVEL_UPDATED;
const MANIFEST_LOADED = 'hlsManifestLoaded' as Events.MANIFEST_LOADED;
const INIT_PTS_FOUND = 'hlsInitPtsFound' as Events.INIT_PTS_FOUND;
const FRAG_PARSING_METADATA = 'hlsFragParsingMetadata' as Events.FRAG_PARSING_METADATA;

type Add = (cue: CueInit) => boolean;

/** Two encodings of one tag may differ by this much in their program time. */
const SAME_TAG_MS = 100;
const MOST_RANGES = 1_000;

/** Its own attributes, without those that RFC 8216 defines. */
const payloadOf = ({ attr }: DateRange): Record<string, string> =>
  Object.fromEntries(Object.entries(attr).filter(([name]) => name.startsWith('X-'))) as Record<
    string,
    string
  >;

/** A date range as a cue (RFC 8216, section 4.3.2.7). `END-ON-NEXT` is what a cue without an end does. */
export const cueOfRange = (range: DateRange): CueInit => ({
  id: range.id,
  at: range.startDate.getTime(),
  until: range.endDate?.getTime() ?? null,
  type: /^[\w.:-]{1,64}$/.test(range.class ?? '') ? range.class : 'daterange',
  payload: payloadOf(range),
});

/** A number from a text, so that the same tag of two sources is one cue (FNV-1a). */
export const hashOf = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
};

const takeRanges = ({ dateRanges }: LevelDetails, known: Map<string, string>, add: Add) => {
  for (const range of Object.values(dateRanges).slice(-MOST_RANGES)) {
    const text = range && JSON.stringify(range.attr);
    // Every edition of a playlist repeats its ranges.
    if (!range || !text || known.get(range.id) === text) continue;
    known.set(range.id, text);
    add(cueOfRange(range));
  }
};

const takeTags = ({ samples, details }: FragParsingMetadataData, add: Add) => {
  for (const { data, pts, type } of samples) {
    const frames = type === 'org.id3' || /emsg\/ID3$/.test(type) ? readId3(data) : [];
    const at = programTimeAt(details, pts);
    if (!frames.length || at === null) continue;
    const id = `id3:${Math.round(at / SAME_TAG_MS)}:${hashOf(JSON.stringify(frames))}`;
    add({ id, at, type: 'id3', payload: frames });
  }
};

/** Takes the subtitles that a playlist has, also if it has none, and what is known of the media's timestamps. */
export type OnSubtitles = (
  hls: Hls,
  context: SourceContext,
  tracks: readonly MediaPlaylist[],
  offsets: () => TimestampOffsets,
) => void;

/** Takes the date ranges, the ID3 tags and the list of subtitles of an instance of hls.js. It ends with the instance. */
export const followHls = (
  hls: Hls,
  context: SourceContext,
  add: Add,
  onSubtitles: OnSubtitles,
): void => {
  const known = new Map<string, string>();
  let offsets: TimestampOffsets = [];
  hls.on(INIT_PTS_FOUND, (_, { timestampOffsets }) => {
    offsets = timestampOffsets;
  });
  hls.on(MANIFEST_LOADED, (_, { subtitles = [] }) =>
    onSubtitles(hls, context, subtitles, () => offsets),
  );
  hls.on(LEVEL_UPDATED, (_, { details }) => takeRanges(details, known, add));
  hls.on(FRAG_PARSING_METADATA, (_, found) => takeTags(found, add));
};
