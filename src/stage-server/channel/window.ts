import type { News, Position, Published } from '../store/store.ts';

/** A frame as it goes over the wire, with its offset in it. */
export interface WireFrame {
  readonly offset: number;
  readonly at: number;
  readonly text: string;
  readonly isCue: boolean;
}

/** The last frames that were published, as this node has them. */
export interface FrameWindow {
  /** `null`: nothing was pulled yet. */
  readonly head: Position | null;
  /** @returns the frames that were not there before; all frames are gone if the epoch has changed. */
  add(news: Pick<News, 'head' | 'frames'>, now: number): readonly WireFrame[];
  /**
   * The frames after an offset, oldest first, at most `most`. `null`: some of them are gone.
   */
  after(offset: number, most: number): readonly WireFrame[] | null;
  /** True if a client with this position can go on from it. */
  reaches(position: Position): boolean;
  /** The last cues, of different IDs, as they go over the wire without an offset. */
  cues(): readonly string[];
}

const MOST_FRAMES = 1_000;
const LIFE_MS = 120_000;
/** Sent again on each new connection, so that a late listener has them. */
const MOST_CUES = 100;
/** Another node may have published more than this one has pulled. */
const AHEAD = MOST_FRAMES;

function wire({ offset, at, text }: Published): WireFrame {
  const isCue = text.startsWith('{"op":"cue"');
  return { offset, at, text: `${text.slice(0, -1)},"offset":${offset}}`, isCue };
}

/** Creates the window of a node. */
export function createFrameWindow(): FrameWindow {
  let head: Position | null = null;
  let frames: WireFrame[] = [];
  const cues = new Map<string, string>();

  function keepCue(text: string): void {
    const { id } = JSON.parse(text) as { id: string };
    cues.delete(id);
    cues.set(id, text);
    const [oldest = ''] = cues.keys();
    if (cues.size > MOST_CUES) cues.delete(oldest);
  }

  function trim(now: number): void {
    const isOld = ({ at }: WireFrame) => now - at > LIFE_MS;
    let gone = Math.max(0, frames.length - MOST_FRAMES);
    while (gone < frames.length && isOld(frames[gone] as WireFrame)) gone++;
    if (gone > 0) frames = frames.slice(gone);
  }

  return {
    get head() {
      return head;
    },
    add(news, now) {
      if (head?.epoch !== news.head.epoch) frames = [];
      const from = head?.epoch === news.head.epoch ? head.offset : -1;
      const added = news.frames.filter(({ offset }) => offset > from);
      head = news.head;
      const wired = added.map(wire);
      added.forEach(({ text }, index) => {
        if (wired[index]?.isCue) keepCue(text);
      });
      frames.push(...wired);
      trim(now);
      return wired;
    },
    after(offset, most) {
      if (!head || offset >= head.offset) return [];
      const [first] = frames;
      if (!first || first.offset > offset + 1) return null;
      const start = offset + 1 - first.offset;
      return frames.slice(start, start + most);
    },
    reaches({ epoch, offset }) {
      if (head?.epoch !== epoch || offset > head.offset + AHEAD) return false;
      const first = frames[0]?.offset ?? head.offset + 1;
      return offset >= first - 1;
    },
    cues: () => [...cues.values()],
  };
}
