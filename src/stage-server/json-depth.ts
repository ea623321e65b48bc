/** The deepest JSON of an app that is taken. A library that writes JSON by recursion fails at some thousands of levels. */
export const MAX_JSON_LEVELS = 32;

/** True if a value of `JSON.parse` has objects or arrays inside each other no deeper than that. */
export function isShallow(value: unknown, levels = MAX_JSON_LEVELS): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}
