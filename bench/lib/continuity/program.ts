import { BURSTS, CODE_MS, modulo, type Part } from '../../../demo/stage/recording/coded.ts';

export const lengthOf = ([from, to]: Part): number => to - from;

/** What of the program sounds between two times of it. */
export function burstsIn(from: number, to: number): Part[] {
  const found: Part[] = [];
  for (let base = from - modulo(from, CODE_MS); base < to; base += CODE_MS) {
    for (const [begin, end] of BURSTS) {
      const part: Part = [Math.max(from, base + begin), Math.min(to, base + end)];
      if (lengthOf(part) > 0) found.push(part);
    }
  }
  return found;
}

/** The pauses of the program that lie whole or in part between two times of it. */
export function pausesIn(from: number, to: number): Part[] {
  const bursts = burstsIn(from, to);
  return [...bursts, [to, to] as Part].flatMap(([begin], index): Part[] => {
    const end = bursts[index - 1]?.[1] ?? from;
    return begin > end ? [[end, begin]] : [];
  });
}

/** The pause at a time of the program. */
export function pauseAt(moment: number): Part | null {
  if (burstsIn(moment, moment + 1).length) return null;
  const before = burstsIn(moment - CODE_MS, moment).at(-1);
  const after = burstsIn(moment, moment + CODE_MS)[0];
  return before && after ? [before[1], after[0]] : null;
}
