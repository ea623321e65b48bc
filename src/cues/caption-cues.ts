import type { CueInit } from '../policy/cue.ts';
import type { SubtitleSegment } from './subtitle-playlist.ts';
import type { VttFile } from './webvtt.ts';

/** Two files may place one cue this far apart. */
const SAME_CUE_MS = 100;
/** Cues are handed over this long before their word, and while they have ended no longer ago than that. */
const AHEAD_MS = 60_000;
const BEHIND_MS = 10_000;
/** Captions that come later than that are not shown any more. */
const LATEST_MS = 30_000;
const MOST_CAPTIONS = 20_000;
/** Of one text. */
const MOST_ALIKE = 100;

interface Known {
  readonly id: string;
  readonly at: number;
  until: number;
  readonly text: string;
  readonly lang: string;
  /** For how many ms it stays beyond its end, because it came after it. */
  late: number;
}

/** All captions of a session by program time, each once, whichever file or server it came from. */
export interface CaptionCues {
  /**
   * Takes the cues of a file.
   *
   * @param offset program time of the file's time 0.
   * @param position program time of the current sound; `null`: none.
   */
  take(
    file: VttFile,
    offset: number,
    lang: string,
    segment: SubtitleSegment,
    position: number | null,
  ): void;
  /** Hands over the cues around the current sound. */
  show(position: number): void;
  /** The sound went back: cues that the session has dropped are handed over again. */
  rewind(): void;
}

/** @param hashOf a short text that stands for a longer one. */
export const createCaptionCues = (
  add: (cue: CueInit) => boolean,
  hashOf: (text: string) => string,
): CaptionCues => {
  /** By language and text. */
  const known = new Map<string, Known[]>();
  const waiting = new Set<Known>();
  let count = 0;

  const dropOldest = () => {
    const [oldest] = known;
    if (!oldest) return;
    const [key, list] = oldest;
    known.delete(key);
    count -= list.length;
    for (const one of list) waiting.delete(one);
  };

  const takeOne = (cue: Omit<Known, 'id'>, startsAt: number) => {
    const { at, until, text, lang } = cue;
    const key = `${lang} ${text}`;
    const list = known.get(key) ?? [];
    const isNear = (one: number, other: number) => Math.abs(one - other) <= SAME_CUE_MS;
    // A packager may repeat a cue in each of its segments, or cut it at their borders.
    const same = list.find(
      (one) => isNear(one.at, at) || (isNear(one.until, at) && isNear(at, startsAt)),
    );
    if (same) {
      if (until <= same.until + SAME_CUE_MS) return;
      same.until = until;
      same.late = cue.late;
      waiting.add(same);
      return;
    }
    const id = `vtt:${lang}:${Math.round(at / SAME_CUE_MS)}:${hashOf(text)}`;
    const made = { ...cue, id };
    // Those used last are dropped last.
    known.delete(key);
    known.set(key, list);
    list.push(made);
    waiting.add(made);
    if (++count > MOST_CAPTIONS) dropOldest();
    if (list.length <= MOST_ALIKE) return;
    count--;
    const [first] = list.splice(0, 1);
    if (first) waiting.delete(first);
  };

  return {
    take({ cues }, offset, lang, { start, duration }, position) {
      const begins = (cues[0]?.start ?? 0) + offset;
      const ends = (start ?? begins) + duration;
      const isLate = position !== null && position > ends && position - ends < LATEST_MS;
      const late = isLate ? position - begins : 0;
      for (const { start: from, end, text } of cues)
        takeOne({ at: from + offset, until: end + offset, text, lang, late }, start ?? Number.NaN);
    },
    show(position) {
      for (const one of waiting) {
        const { id, at, text, lang, late } = one;
        const until = one.until + late;
        if (at > position + AHEAD_MS || until < position - BEHIND_MS) continue;
        waiting.delete(one);
        add({ id, at, until, type: 'caption', payload: { text, lang } });
      }
    },
    rewind() {
      for (const list of known.values())
        for (const one of list) {
          one.late = 0;
          waiting.add(one);
        }
    },
  };
};
