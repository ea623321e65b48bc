/** A JSON value. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** The change of a JSON value. `[value]` replaces it; an object changes some of its fields, and 0 removes a field. */
export type Delta = readonly [Json] | { readonly [name: string]: Delta | 0 };

type Branch = Readonly<Record<string, Json>>;

const isBranch = (value: Json): boolean => typeof value === 'object' && value !== null;

/** Whether both have fields to compare. A list of another length is replaced as a whole. */
const areAlike = (one: Json, other: Json): boolean =>
  isBranch(one) &&
  isBranch(other) &&
  Array.isArray(one) === Array.isArray(other) &&
  (!Array.isArray(one) || one.length === (other as readonly Json[]).length);

/** The change that {@link patch} needs to make `after` of `before`; `null` if they are equal. */
export const diff = (before: Json, after: Json): Delta | null => {
  if (before === after) return null;
  if (!areAlike(before, after)) return [after];
  const [one, other] = [before as Branch, after as Branch];
  const changes: [string, Delta | 0][] = [];
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const value = Object.hasOwn(other, name) ? (other[name] as Json) : undefined;
    if (value === undefined) changes.push([name, 0]);
    else {
      const change = Object.hasOwn(one, name) ? diff(one[name] as Json, value) : ([value] as const);
      if (change) changes.push([name, change]);
    }
  }
  return changes.length ? Object.fromEntries(changes) : null;
};

/** Applies a change that {@link diff} has found. */
export const patch = (before: Json, delta: Delta): Json => {
  if (Array.isArray(delta)) return delta[0] as Json;
  const fields = new Map(Object.entries(before as Branch));
  for (const [name, change] of Object.entries(delta as Readonly<Record<string, Delta | 0>>)) {
    if (change === 0) fields.delete(name);
    else fields.set(name, patch(fields.get(name) ?? null, change));
  }
  return Array.isArray(before) ? [...fields.values()] : Object.fromEntries(fields);
};
