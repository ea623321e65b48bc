/** Times as they are read, in one language. */
export interface Format {
  /** `20:14`, or with the day where it is not the day of `now`; epoch ms. */
  at(time: number, now: number): string;
  /** `12 seconds`, `4 minutes`, of milliseconds; rounded up, so that nothing is due too late. */
  span(ms: number): string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** @param language a BCP 47 tag; what is none, or empty, means the browser's own. */
export const createFormat = (language: string): Format => {
  let locale: string | undefined;
  try {
    [locale] = Intl.getCanonicalLocales(language || []);
  } catch {
    // A `lang` that is no language is the page's mistake, and no reason to be silent.
  }
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const both = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'long' }).format(
      Math.ceil(value),
    );
  return {
    at: (time, now) => (date.format(time) === date.format(now) ? clock : both).format(time),
    span: (ms) =>
      ms > 100 * MINUTE
        ? unit(ms / HOUR, 'hour')
        : ms > 99 * SECOND
          ? unit(ms / MINUTE, 'minute')
          : unit(Math.max(0, ms) / SECOND, 'second'),
  };
};
