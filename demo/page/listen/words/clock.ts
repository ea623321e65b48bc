// Made when it is first needed: it takes a slow machine longer than all else that a page does at first.
let format: Intl.DateTimeFormat | undefined;
const two = '2-digit';
const time = (): Intl.DateTimeFormat => {
  format ??= new Intl.DateTimeFormat('en-GB', {
    ...{ hour: two, minute: two, second: two },
    hourCycle: 'h23',
  });
  return format;
};

/** `20:14:05`, of an epoch time in ms. */
export const clock = (at: number): string => time().format(at);

/** `12 s`, `1 min 05 s`, `2 h 03 min`, of milliseconds. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** `6.1 s`, of milliseconds; without the tenth from 100 s on. */
export function tenths(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 100 ? `${seconds.toFixed(1)} s` : span(ms);
}

/** `1 minute`, `2 minutes` */
export const unit = (value: number, name: string): string =>
  `${value} ${name}${value === 1 ? '' : 's'}`;

const SPOKEN_EVERY = 4_000;

/** What the talk says at a program time: the time since it began, once for every 4 s. */
export function spoken(elapsed: number): string {
  const seconds = (Math.floor(elapsed / SPOKEN_EVERY) * SPOKEN_EVERY) / 1000;
  const [hours, minutes] = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  const parts = [unit(seconds % 60, 'second')];
  if (minutes || hours) parts.unshift(unit(minutes, 'minute'));
  if (hours) parts.unshift(unit(hours, 'hour'));
  return parts.join(', ');
}
