import type Hls from 'hls.js';
import type { MediaPlaylist } from 'hls.js';
import type { Governor } from '../governor/api.ts';
import type { GovernedRequest, GovernedResponse } from '../governor/exchange.ts';
import { optionalRequests } from '../governor/optional.ts';
import { delay, type Host, onAbort } from '../host/host.ts';
import { languagesOf } from '../host/languages.ts';
import type { CueInit } from '../policy/cue.ts';
import { TIMEOUT_MS } from '../policy/defaults.ts';
import type { SourceContext } from '../sources/source.ts';
import { createCaptionCues } from './caption-cues.ts';
import { chooseLanguage } from './choose-language.ts';
import { hlsClock, type MediaClock, type TimestampOffsets } from './subtitle-clock.ts';
import { httpUrlOf, readTracks, type SubtitleTrack, tracksOf } from './subtitle-playlist.ts';
import { type Poll, pollSubtitles } from './subtitle-poll.ts';

/** Options of {@link createSubtitles}. */
export interface SubtitlesOptions {
  readonly host: Host;
  readonly governor: Governor;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  add(cue: CueInit): boolean;
  hashOf(text: string): string;
  /** The language that the page shows; `null`: none; `undefined`: it has not said. */
  choice(): unknown;
}

/** The subtitles of the HLS playlists of a session, as cues of the type `caption`. */
export interface Subtitles {
  /** An instance of hls.js has found subtitles. */
  follow(
    hls: Hls,
    context: SourceContext,
    found: readonly MediaPlaylist[],
    offsets: () => TimestampOffsets,
  ): void;
  /** Looks for subtitles in a multivariant playlist that hls.js does not play now. */
  search(url: string): void;
  /** The session has observed its source; `position` as in `CuesContext`. */
  observe(position: number | null | undefined): void;
}

/** A playlist with subtitles. */
interface Offer {
  readonly tracks: readonly SubtitleTrack[];
  /** Aborts when its source is dropped. */
  readonly signal: AbortSignal;
  readonly clock: MediaClock | null;
  /** Adds what the source adds to its requests, and passes them to `send`. */
  via(
    ask: GovernedRequest,
    send: (ask: GovernedRequest) => Promise<GovernedResponse>,
  ): Promise<GovernedResponse>;
}

/** Two positions further apart than that are not one playback. */
const JUMP_MS = 5_000;
const BACK_MS = 1_000;
const SEARCHES = 4;
const SEARCH_EVERY_MS = 30_000;
const MAX_BYTES = 1_048_576;

export const createSubtitles = (options: SubtitlesOptions): Subtitles => {
  const { host, governor, signal, add, hashOf, choice } = options;
  const captions = createCaptionCues(add, hashOf);
  let offers: readonly Offer[] = [];
  let current: Offer | null = null;
  let polled: SubtitleTrack | null = null;
  let poll: Poll | null = null;
  let polling = new AbortController();
  let position: number | null = null;

  const start = (offer: Offer, track: SubtitleTrack) => {
    const { signal: ends } = polling;
    const send = optionalRequests(host, governor, track.url);
    poll = pollSubtitles(
      {
        host,
        url: track.url,
        clock: offer.clock,
        position: () => position ?? 0,
        take: (file, offset, segment) => captions.take(file, offset, track.lang, segment, position),
        async request(ask, limits, least) {
          let answer: GovernedResponse | null = null;
          await offer.via(ask, async (whole) => {
            answer = await send(whole, limits, least);
            return answer as unknown as GovernedResponse;
          });
          return answer;
        },
      },
      ends,
    );
  };

  /** Changes to another source or language if need be. */
  const choose = () => {
    offers = offers.filter((one) => one === current || !one.signal.aborted);
    const next = current && !current.signal.aborted ? current : (offers.at(-1) ?? current);
    if (!next) return;
    if (next !== current) {
      current = next;
      poll = polled = null;
      polling.abort();
      const languages = next.tracks.map((one) => one.lang);
      add({ id: 'caption-tracks', at: 1, type: 'caption-tracks', payload: { languages } });
      // The page chooses first.
      return;
    }
    const wanted = choice();
    const lang = chooseLanguage(
      typeof wanted === 'string' ? [wanted] : languagesOf(host),
      next.tracks.map((one) => one.lang),
    );
    const track = wanted === null ? null : (next.tracks.find((one) => one.lang === lang) ?? null);
    if (track === polled) return;
    poll = null;
    polled = track;
    polling.abort();
    polling = new AbortController();
    if (track) start(next, track);
  };

  const offer = (made: Offer) => {
    offers = [...offers, made];
  };
  const searching = new AbortController();
  onAbort(signal, () => {
    polling.abort();
    searching.abort();
  });

  const search = async (url: string) => {
    const send = optionalRequests(host, governor, url);
    for (let tries = 0; tries < SEARCHES; tries++) {
      const { signal } = searching;
      const ask = { url, purpose: 'playlist', signal } as const;
      const limits = { timeout: TIMEOUT_MS, most: MAX_BYTES };
      const answer = await send(ask, limits, SEARCH_EVERY_MS).catch(() => null);
      if (signal.aborted) return;
      if (answer) {
        const tracks = readTracks(new TextDecoder().decode(answer.body), answer.url);
        if (tracks.length) offer({ tracks, signal, clock: null, via: (ask, send) => send(ask) });
        return;
      }
      await delay(host, SEARCH_EVERY_MS * (1 + host.random()), signal).catch(() => {});
    }
  };

  return {
    follow(hls, context, found, offsets) {
      const tracks = tracksOf(
        found.flatMap(({ url, lang = '', default: isDefault, forced: isForced }) => {
          const absolute = httpUrlOf(url, context.description.url);
          return absolute ? [{ url: absolute, lang, isDefault, isForced }] : [];
        }),
      );
      if (!tracks.length) return;
      searching.abort();
      offer({
        tracks,
        signal: context.signal,
        clock: hlsClock(hls, context.signal, offsets),
        via: (ask, send) => context.request({ ...ask, send }),
      });
    },
    search: (url) => void search(url),
    observe(at) {
      if (typeof at !== 'number') return;
      const moved = at - (position ?? at);
      position = at;
      if (moved < -BACK_MS) captions.rewind();
      if (Math.abs(moved) > JUMP_MS) poll?.wake();
      choose();
      captions.show(at);
    },
  };
};
