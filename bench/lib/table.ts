export type Cell = string | number | null;

const NUMBER = /^(–|-?[\d.]+( %| of \d+)?)$/;

/** A Markdown table. Numbers are set to the right, what is `null` is a dash. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = [heads, ...rows].map((row) => row.map((cell) => String(cell ?? '–')));
  const body = text.slice(1);
  const numeric = heads.map((_, at) => body.every((row) => NUMBER.test(row[at] ?? '')));
  const widths = heads.map((_, at) => Math.max(4, ...text.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const padded = text.map((row) =>
    line(row.map((cell, at) => (numeric[at] ? cell.padStart : cell.padEnd).call(cell, width(at)))),
  );
  const rule = line(heads.map((_, at) => '-'.repeat(width(at) - 1) + (numeric[at] ? ':' : '-')));
  return [padded[0], rule, ...padded.slice(1)].join('\n');

  function width(at: number): number {
    return widths[at] ?? 0;
  }
}

/** A number with so many digits after the point; `null` stays. */
export const rounded = (value: number | null, digits = 0): number | null =>
  value === null ? null : Number(value.toFixed(digits));

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of the middle half: outliers do not count, and it is finer than the steps of a clock. */
export function midmean(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const quarter = Math.floor(sorted.length / 4);
  return sorted.length ? mean(sorted.slice(quarter, sorted.length - quarter)) : null;
}

/** `null` of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length
    ? ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
    : null;
}
