/** Fields that change with time itself. One update per second is enough for a UI. */
const TIMES = /^(programTime|behindLive|ahead|climbsAt|turn|margin|until|from|to)$/;

const isObject = (value: unknown): value is object => Object(value) === value;

/** Whether a UI would render `after` differently from `before`. */
export const isChanged = (before: unknown, after: unknown, name = ''): boolean => {
  if (before === after) return false;
  if (isObject(before) && isObject(after)) {
    let fields = Object.keys(before).length;
    for (const key in after) {
      if (isChanged(before[key as keyof object], after[key as keyof object], key)) return true;
      fields--;
    }
    return fields !== 0;
  }
  const [one, other] = [before, after].map((value) =>
    typeof value === 'number' && TIMES.test(name) ? Math.round(value / 1_000) : value,
  );
  return one !== other;
};
