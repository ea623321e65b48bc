import { HOP, nearest, type Reading, WINDOW } from './readings.ts';

/** Sound of one player that goes on: program time runs with the time of the recording. */
export type Track = readonly Reading[];

/** More than this is a jump of program time, ms. */
export const TOLERANCE = 20;
/** At another speed players keep the pitch by cutting and repeating grains of this length, ms. */
export const TOLERANCE_AT_SPEED = 35;
/** How far from 1 is another speed. */
export const ANOTHER_SPEED = 0.025;
const TOGETHER = 22;
/** Two players are heard as two from so much between them on, ms. */
const APART = 40;
const RECENT = 7;
const FEWEST = 7;
/** A shorter one, while another goes on around it, is what the codec makes of one sound. */
const FEWEST_BESIDE = 20;
/** A break in the readings that a track outlives, ms: shorter than any pause. */
const BREAK = 140;
const SIDE = 150;
/** How far around a reading, ms, others are counted. */
const NEIGHBOURS = 25;
/** Readings this near a jump look at both of its sides. */
const BLUR = WINDOW / 2;

/** Puts the readings of each player in order, and cuts them where program time jumps. */
export function tracksOf(readings: readonly Reading[]): Track[] {
  const all: Reading[][] = [];
  let open: Reading[][] = [];
  for (const reading of readings) {
    open = open.filter((track) => reading.at - last(track).at <= BREAK);
    const near = open
      .map((track) => ({ track, off: Math.abs(nearest(ahead(reading) - recent(track))) }))
      .filter(({ track, off }) => off < (last(track).at < reading.at ? TOGETHER : APART))
      .sort((a, b) => a.off - b.off)[0];
    if (near) {
      if (last(near.track).at < reading.at) near.track.push(reading);
    } else {
      const begun = [reading];
      open.push(begun);
      all.push(begun);
    }
  }
  const tracks = all.map((track) => withoutStrays(track, all)).filter(({ length }) => length > 0);
  const beside = (track: Track) =>
    tracks.some((other) => first(other).at < first(track).at && last(other).at > last(track).at);
  return tracks
    .filter((track) => track.length >= (beside(track) ? FEWEST_BESIDE : FEWEST))
    .flatMap(split);
}

/** Leaves out what is scattered in the midst of another track's readings: it belongs to neither. */
function withoutStrays(track: Track, all: readonly Track[]): Track {
  const around = (other: Track, moment: number) =>
    other.filter(({ at }) => Math.abs(at - moment) <= NEIGHBOURS).length;
  const rivals = all.filter((other) => other !== track && overlap(other, track));
  return track.filter(({ at }) => {
    const most = 2 * around(track, at);
    return rivals.every((other) => around(other, at) <= most);
  });
}

const overlap = (a: Track, b: Track): boolean =>
  first(a).at < last(b).at && last(a).at > first(b).at;

const first = (track: Track): Reading => track[0] as Reading;

const last = (track: Track): Reading => track.at(-1) as Reading;

/** How far program time is ahead of the recording's, ms. */
export const ahead = ({ at, program }: Reading): number => nearest(program - at);

/** Where a track is at its end: the median of the last readings, near the last one. */
function recent(track: Track): number {
  return middle(track.slice(-RECENT));
}

/** The median of how far some readings of one track are ahead. */
export function middle(some: Track): number {
  const base = ahead(some[0] as Reading);
  const offs = some.map((reading) => nearest(ahead(reading) - base)).sort((a, b) => a - b);
  return base + (offs[Math.floor(offs.length / 2)] as number);
}

/** A jump of little more than the tolerance looks like a slide: the lines of both sides tell. */
function split(track: Track): Track[] {
  const jumps = track.map(({ at }, index) => ({ index, by: jump(track, at) }));
  const most = jumps.reduce((a, b) => (b.by > a.by ? b : a));
  if (most.by === 0) return [track];
  const at = (track[most.index] as Reading).at;
  const sides = [
    track.filter((one) => one.at < at - BLUR / 2),
    track.filter((one) => one.at > at + BLUR / 2),
  ];
  return sides.filter(({ length }) => length >= FEWEST).flatMap(split);
}

/** How far the lines of both sides are from each other; 0 within the tolerance. */
function jump(track: Track, at: number): number {
  const before = track.filter((one) => one.at < at - BLUR && one.at > at - BLUR - SIDE);
  const after = track.filter((one) => one.at > at + BLUR && one.at < at + BLUR + SIDE);
  const fewest = SIDE / HOP / 2;
  if (before.length < fewest || after.length < fewest) return 0;
  const [one, other] = [lineAt(before, at), lineAt(after, at)];
  const isAtSpeed = Math.max(Math.abs(one.slope), Math.abs(other.slope)) > ANOTHER_SPEED;
  const by = Math.abs(nearest(other.value - one.value));
  return by > (isAtSpeed ? TOLERANCE_AT_SPEED : TOLERANCE) ? by : 0;
}

/** The least-squares line through how far readings are ahead, read at a moment. */
function lineAt(side: Track, moment: number): { value: number; slope: number } {
  const base = ahead(side[0] as Reading);
  const points = side.map((one) => [one.at - moment, nearest(ahead(one) - base)] as const);
  const mean = (axis: 0 | 1) => points.reduce((sum, one) => sum + one[axis], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, one) => sum + (one[0] - x) ** 2, 0);
  const slope = points.reduce((sum, one) => sum + (one[0] - x) * (one[1] - y), 0) / spread;
  return { value: base + y - slope * x, slope };
}
