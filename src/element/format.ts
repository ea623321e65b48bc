/** Formats times and numbers for people, in one language. */
export interface Format {
  /** The language with the region, as Intl uses it; `undefined`: that of the browser. */
  readonly locale: string | undefined;
  /** `20:14`, with the day if it is not the day of `now`; epoch ms. */
  at(time: number, now: number): string;
  /** `12 seconds`, `4 minutes`, from ms. Rounded up, so that nothing comes later than shown. */
  span(ms: number): string;
  /** The same as a phrase: `in 12 seconds`. */
  relative(ms: number): string;
  /** `90%`, from 0.9. */
  percent(share: number): string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The tag in the form that Intl uses; empty if invalid. */
const canonical = (tag: string): string => {
  try {
    return Intl.getCanonicalLocales(tag || [])[0] ?? '';
  } catch {
    // An invalid `lang` is a mistake of the page, but no reason to show nothing.
    return '';
  }
};

/** Whether a tag names this language or a variety of it: `de-AT` is `de`. */
export const isOfLanguage = (tag: string, language: string): boolean =>
  `${canonical(tag)}-`.startsWith(`${canonical(language)}-`);

/**
 * @param language the language of the words, a BCP 47 tag.
 * @param page the language of the page. Its region counts if it has the language of the words: a sentence and its
 * numbers must have the same language.
 */
export const createFormat = (language: string, page = ''): Format => {
  const browser = new Intl.DateTimeFormat().resolvedOptions().locale;
  const locale =
    canonical([page, browser].find((tag) => isOfLanguage(tag, language)) ?? language) || undefined;
  const format = (time: number, style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, style).format(time);
  const measure = (ms: number): [value: number, unit: 'hour' | 'minute' | 'second'] =>
    ms > 100 * MINUTE
      ? [Math.ceil(ms / HOUR), 'hour']
      : ms > 99 * SECOND
        ? [Math.ceil(ms / MINUTE), 'minute']
        : [Math.ceil(Math.max(0, ms) / SECOND), 'second'];
  return {
    locale,
    at(time, now) {
      const [date, clock] = [{ dateStyle: 'medium' }, { timeStyle: 'short' }] as const;
      const isToday = format(time, date) === format(now, date);
      return format(time, isToday ? clock : { ...date, ...clock });
    },
    span(ms) {
      const [value, unit] = measure(ms);
      const style = { style: 'unit', unit, unitDisplay: 'long' } as const;
      return new Intl.NumberFormat(locale, style).format(value);
    },
    relative: (ms) => new Intl.RelativeTimeFormat(locale).format(...measure(ms)),
    percent: (share) => new Intl.NumberFormat(locale, { style: 'percent' }).format(share),
  };
};
