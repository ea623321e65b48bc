import type { Governor } from '../governor/api.ts';
import { type Host, onAbort } from '../host/host.ts';
import type { Cue, CueInit } from '../policy/cue.ts';
import type { StageDocument } from '../policy/document.ts';
import type { SourceCues } from '../sources/source.ts';
import { createCueList } from './cue-list.ts';
import { followHls, hashOf, type OnSubtitles } from './hls-cues.ts';
import { readCue } from './read-cue.ts';
import type { Subtitles } from './subtitles.ts';

/** What a session passes to its cues. */
export interface CuesContext {
  /** Time, timers and randomness, and the network for `governor`. */
  readonly host: Host;
  /** Captions of HLS are requested through it. */
  readonly governor: Governor;
  /** Aborts when the session ends. */
  readonly signal: AbortSignal;
  /** Program time of the current sound in epoch ms; `null`: unknown; `undefined`: no sound advances. */
  position(): number | null | undefined;
  /** The playback rate of the current sound. */
  rate(): number;
  /** The word of a cue is heard. */
  onCue(cue: Cue): void;
  /** {@link CuesRun.active} has changed. */
  onChange(): void;
}

/** The cues of one session. */
export interface CuesRun extends SourceCues {
  /** The cues that are active now, in order. The list is frozen. */
  readonly active: readonly Cue[];
  /** The session has a new stage document. A cue that it no longer lists is withdrawn, unless it has fired. */
  update(document: StageDocument): void;
  /** The session has observed its source. */
  observe(): void;
}

/** The cues of a session: pass {@link cues} to `listen()`. */
export interface Cues {
  /** Each session calls it once, before its first document. Must not throw. */
  open(context: CuesContext): CuesRun;
}

/** More cues of one document are ignored. */
const MOST_PUBLISHED = 1_000;
/** The next observation comes earlier than that. */
const TIMER_WITHIN_MS = 1_000;
const SHORTEST_TIMER_MS = 10;
/** Where hls.js does not play, the playlist is searched for subtitles so long after the first sound, or twice as long. */
const SEARCH_AFTER_MS = 10_000;
/** With this type a page says which language of the captions it shows. */
const CHOICE = 'caption-choice';
const NONE: readonly Cue[] = Object.freeze([]);

/**
 * Cues by program time: a speaker, a slide, a poll, a caption. A cue fires when its word is heard, on every source
 * alike: with WebRTC, with HLS ten seconds later, after a fall. Cues come from the stage document (`cues`), over the
 * channel (`cue`), from HLS (`EXT-X-DATERANGE`, RFC 8216, section 4.3.2.7; ID3), and from `session.cue()`.
 *
 * Each id fires once, in order. A cue may never fire: if its word was skipped by more than 5 s, if it comes more than
 * two minutes after its word, or if the source has no program time.
 */
export const cues = (): Cues => ({
  open({ host, governor, signal, position, rate, onCue, onChange }) {
    const list = createCueList(host.now);
    let published: readonly string[] = [];
    let active = NONE;
    let seenAt = host.elapsed();
    let isBusy = false;
    let stop = () => {};
    let choice: unknown;
    let subtitles: Subtitles | null = null;
    /** The first HLS playlist of the stage; empty: there is none. */
    let unread = '';
    let searchAt = Infinity;

    /** Loads the code for subtitles. Without it there are no captions of HLS, and nothing else is missing. */
    const withSubtitles = async (call: (subtitles: Subtitles) => void) => {
      try {
        const { createSubtitles } = await import('./subtitles.ts');
        subtitles ??= createSubtitles({
          host,
          governor,
          signal,
          add,
          hashOf,
          choice: () => choice,
        });
        call(subtitles);
      } catch {}
    };
    const onSubtitles: OnSubtitles = (hls, context, tracks, offsets) => {
      searchAt = Number.NaN;
      if (tracks.length) void withSubtitles((one) => one.follow(hls, context, tracks, offsets));
    };

    const become = (next: readonly Cue[]) => {
      if (next.length === active.length && next.every((cue, index) => cue === active[index]))
        return;
      active = Object.freeze(next);
      onChange();
    };

    const observe = () => {
      // A listener of an event may add cues; then the pass that runs takes them too.
      if (isBusy || signal.aborted) return;
      stop();
      const at = position();
      // A source without program time has no cues: those of the last one would stand still.
      if (at === null) return become(NONE);
      const now = host.elapsed();
      const elapsed = now - seenAt;
      seenAt = now;
      if (at === undefined) return;
      if (searchAt === Infinity) searchAt = now + SEARCH_AFTER_MS * (1 + host.random());
      if (now > searchAt && unread) {
        const url = unread;
        searchAt = Number.NaN;
        void withSubtitles((one) => one.search(url));
      }
      isBusy = true;
      subtitles?.observe(at);
      const speed = rate();
      for (let due: readonly Cue[] | null = null; due?.length !== 0; ) {
        due = list.hear(at, elapsed * speed);
        become(list.activeAt(at));
        due.forEach(onCue);
      }
      isBusy = false;
      const ms = list.untilNext(at) / speed;
      if (ms < TIMER_WITHIN_MS && !signal.aborted)
        stop = host.timer(observe, Math.max(ms, SHORTEST_TIMER_MS));
    };

    const take = (value: unknown): Cue | null => {
      const cue = readCue(value);
      if (cue?.type === CHOICE) choice = Object(cue.payload).lang;
      return cue && list.add(cue) ? cue : null;
    };
    const add = (value: CueInit): boolean => {
      const isTaken = take(value) !== null;
      if (isTaken) observe();
      return isTaken;
    };
    onAbort(signal, () => stop());

    return {
      add,
      observe,
      get active() {
        return active;
      },
      update({ cues: given, sources }) {
        unread = sources.find(({ kind, door }) => kind === 'hls' && !door)?.url ?? '';
        const before = published;
        const read = (Array.isArray(given) ? given : []).slice(0, MOST_PUBLISHED);
        published = read.flatMap((value) => take(value)?.id ?? []);
        const kept = new Set(published);
        list.withdraw(before.filter((id) => !kept.has(id)));
        observe();
      },
      follow: (hls, context) => followHls(hls, context, add, onSubtitles),
    };
  },
});
