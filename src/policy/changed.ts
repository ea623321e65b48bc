/** What moves with time itself. A second is as often as a UI needs to be told. */
const TIMES = /^(programTime|behindLive|ahead|climbsAt|turn|margin|until)$/;

/** Whether a UI drawn from `after` would show something else than one drawn from `before`. */
export const isChanged = (before: unknown, after: unknown, name = ''): boolean => {
  if (before === after) return false;
  if (typeof before === 'number' && typeof after === 'number') {
    return !TIMES.test(name) || Math.round(before / 1_000) !== Math.round(after / 1_000);
  }
  if (!before || !after || typeof before !== 'object' || typeof after !== 'object') return true;
  let fields = Object.keys(before).length;
  for (const key in after) {
    if (isChanged(before[key as keyof typeof before], after[key as keyof typeof after], key)) {
      return true;
    }
    fields--;
  }
  return fields !== 0;
};
