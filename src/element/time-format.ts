/** Formats positions in a recording and distances from live, in one language. */
export interface TimeFormat {
  /** `2:03`, `1:02:03`, from ms: for the eye. */
  digits(ms: number): string;
  /** `2 minutes, 3 seconds`, from ms: for a screen reader. */
  long(ms: number): string;
}

const UNITS = ['hour', 'minute', 'second'] as const;

const partsOf = (ms: number): [hours: number, minutes: number, seconds: number] => {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  return [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
};

/** @param locale of the other numbers of the element; `undefined`: that of the browser. */
export const createTimeFormat = (locale: string | undefined): TimeFormat => {
  const number = (value: number, options: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(locale, { useGrouping: false, ...options }).format(value);
  return {
    digits(ms) {
      const [hours, ...rest] = partsOf(ms);
      const shown = hours ? [hours, ...rest] : rest;
      return shown
        .map((value, index) => number(value, { minimumIntegerDigits: index ? 2 : 1 }))
        .join(':');
    },
    long(ms) {
      const parts = partsOf(ms).map((value, index) => [value, UNITS[index]] as const);
      const named = parts.filter(([value, unit], index) =>
        unit === 'second' ? value || parts.slice(0, index).every(([other]) => !other) : value,
      );
      return new Intl.ListFormat(locale, { type: 'unit' }).format(
        named.map(([value, unit]) => number(value, { style: 'unit', unit, unitDisplay: 'long' })),
      );
    },
  };
};
