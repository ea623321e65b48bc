import type Hls from 'hls.js';
import type { FragmentLoaderContext, LoaderContext, PlaylistLoaderContext } from 'hls.js';
import { PREPARE_BEFORE_EMPTY_MS, TIMEOUT_MS } from '../policy/defaults.ts';
import type { SourceRequest } from './source.ts';

// The buffer that must be left when a segment is given up: the next one needs time too.
const RESERVE = 2_000;
const SEGMENT_TRIES = 2;

/** How long a request of hls.js is worth its wait, and what hls.js can request instead. */
export const worthOf = (
  hls: Hls,
  context: LoaderContext,
  ahead: number,
): Pick<SourceRequest, 'alternatives' | 'usefulFor' | 'tries'> => {
  const { frag, keyInfo } = context as FragmentLoaderContext & { keyInfo?: unknown };
  const { type, level: listed } = context as LoaderContext & PlaylistLoaderContext;
  const isSegment = !!frag && !keyInfo;
  const index = isSegment ? frag.level : listed;
  const isVariant = isSegment ? frag.type === 'main' : String(type) === 'level';
  const variants = () =>
    hls.levels
      .filter((one, at) => isVariant && at !== index && !one.loadError)
      .map(({ uri }) => uri);
  /** hls.js skips a segment only if a newer one is published. */
  const next = () => {
    const details = hls.latestLevelDetails;
    const isSkippable = isSegment && details?.live && Number(frag.sn) < details.endSN;
    const newer = details?.fragments.find(({ sn }) => sn === Number(frag?.sn) + 1);
    return isSkippable && newer ? [newer.url] : [];
  };
  const isLive = hls.latestLevelDetails?.live;
  if (isVariant && variants().length) {
    const usefulFor = ahead > PREPARE_BEFORE_EMPTY_MS ? ahead / 2 : TIMEOUT_MS;
    return { alternatives: () => [...variants(), ...next()], usefulFor, tries: 1 };
  }
  if (!isSegment) return {};
  if (!isLive) return { tries: SEGMENT_TRIES };
  return {
    alternatives: next,
    usefulFor: ahead > PREPARE_BEFORE_EMPTY_MS ? ahead - RESERVE : TIMEOUT_MS,
  };
};

/** hls.js marks a segment as skipped in the playlist of the request; mark it in the current playlist too. */
export const leaveOut = (hls: Hls, context: LoaderContext): void => {
  const { frag } = context as FragmentLoaderContext;
  const details = frag && hls.levels.length === 1 ? hls.latestLevelDetails : null;
  const same = details?.fragments.find(({ sn }) => sn === frag.sn);
  if (same && details?.live && same.sn < details.endSN) same.gap = true;
};
