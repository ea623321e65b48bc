import * as v from 'valibot';

/** What a limit is about, by the type of the check. */
const LIMITS: Readonly<Record<string, (limit: string) => string>> = {
  min_value: (limit) => `at least ${limit}`,
  max_value: (limit) => `at most ${limit}`,
  min_length: (limit) => `a length of at least ${limit}`,
  max_length: (limit) => `a length of at most ${limit}`,
  max_entries: (limit) => `at most ${limit} entries`,
};

const TYPES: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  record: 'an object',
  strict_object: 'an object',
};

function expectationOf(issue: v.BaseIssue<unknown>): string {
  // A message of the schema says more than what it was made from.
  if (!issue.message.startsWith('Invalid ')) return issue.message;
  const limit = LIMITS[issue.type]?.((issue.expected ?? '').replace(/[<>=]/g, ''));
  return limit ?? TYPES[issue.type] ?? (issue.expected ?? '').replaceAll(' | ', ' or ');
}

/** One line for each wrong field: its path, what is expected, and what was given. */
export function describeIssue(issue: v.BaseIssue<unknown>, within = ''): string[] {
  const own = v.getDotPath(issue);
  const path = [within, own].filter(Boolean).join('.') || '(the whole)';
  // Of the alternatives, the one that fits best tells which of its fields are wrong.
  const inner = (issue.issues ?? []).filter((one) => one.path);
  if (issue.type === 'union' && inner.length > 0) {
    return inner.flatMap((one) => describeIssue(one, own ?? within));
  }
  if (issue.expected === 'never') return [`${path}: there is no such field.`];
  const isMissing = issue.type === 'strict_object' && issue.received === 'undefined';
  if (isMissing) return [`${path}: it is missing.`];
  return [`${path}: expected ${expectationOf(issue)}; it is ${issue.received}.`];
}
