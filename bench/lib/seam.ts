import {
  BEGIN,
  END,
  KILL,
  LOOK,
  type LookDetail,
  notesOf,
  type Recording,
  timeOf,
} from './recording.ts';
import { lengthOf, levels, type Stretch, silences } from './sound.ts';
import { course, type Jump, LOOP } from './sweep.ts';
import { median } from './table.ts';

/** What the sound itself tells of a recording. Milliseconds unless the name says otherwise. */
export interface Seam {
  readonly silence: number;
  /** The quietest 10 ms, in dB against the steady sound. */
  readonly dipDb: number;
  readonly lost: number;
  readonly twice: number;
  /** Program time gained by playing faster. */
  readonly gained: number;
  /** Each jump of program time: ms from the fault, and by how much. */
  readonly jumps: readonly { readonly at: number; readonly by: number }[];
}

const TOLERANCE = 0.015;
// A browser plays faster at the same pitch by leaving out a few ms at a time.
const TOLERANCE_AT_SPEED = 0.035;
const AROUND = 0.5;

/** Judges all that was recorded from the steady sound before the fault to the end. */
export function seamOf(recording: Recording): Seam {
  const { sound } = recording;
  const stretch: Stretch = [timeOf(recording, BEGIN), timeOf(recording, END)];
  const steady = median(levels(sound, [stretch[0], timeOf(recording, KILL)])) ?? 0;
  if (steady < 0.01) throw new Error('Nothing was heard before the fault.');
  const silent = silences(sound, stretch, steady);
  const atSpeed = looksOf(recording, silent).filter(({ speed }) => speed !== null && speed !== 1);
  const { jumps, gained } = course(sound, stretch, silent, (moment) =>
    atSpeed.some(({ at }) => Math.abs(at - moment) < AROUND) ? TOLERANCE_AT_SPEED : TOLERANCE,
  );
  const moved = jumps.map((jump) => whole(jump, recording, silent));
  const quietest = Math.min(...levels(sound, stretch));
  return {
    silence: lengthOf(silent),
    dipDb: 20 * Math.log10(Math.max(quietest, 1e-5) / steady),
    lost: 1000 * moved.reduce((sum, by) => sum + Math.max(0, by), 0),
    twice: 1000 * moved.reduce((sum, by) => sum + Math.max(0, -by), 0),
    gained: 1000 * gained,
    jumps: jumps.map(({ at }, index) => ({
      at: Math.round(1000 * (at - timeOf(recording, KILL))),
      by: Math.round(1000 * (moved[index] ?? 0)),
    })),
  };
}

/** The sound tells a jump modulo 4 s; how many times 4 s it was, the SDK's program time tells. */
function whole({ at, by }: Jump, recording: Recording, silent: readonly Stretch[]): number {
  const [before, after] = [at - 1, at + 1].map((moment) =>
    programTimeAt(recording, silent, moment),
  );
  if (!before || !after) return by;
  const passed = (after.programTime - before.programTime) / 1000 - (after.at - before.at);
  return by + LOOP * Math.round((passed - by) / LOOP);
}

/** What the SDK last said before a moment of the recording without its silences. */
function programTimeAt(recording: Recording, silent: readonly Stretch[], moment: number) {
  const look = looksOf(recording, silent).findLast(({ at }) => at <= moment);
  return look?.programTime ? { at: look.at, programTime: look.programTime } : null;
}

/** What the SDK said of itself, at times of the recording without its silences. */
function looksOf(recording: Recording, silent: readonly Stretch[]) {
  return notesOf(recording, LOOK).map(({ at, detail }) => {
    const cut = silent.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(at, to) - from), 0);
    return { ...(detail as LookDetail), at: at - cut };
  });
}
