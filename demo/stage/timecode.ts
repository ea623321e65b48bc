import { SEGMENT_MS } from './adts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What is said in one breath, as recorded clips: `['20-', '3 hours']`, `['1 minute']`. */
export type Phrase = string[];

/** The spoken time since the talk began. Hours are said from the first one on, and then minutes. */
export function spokenTime(elapsedMs: number): Phrase[] {
  const today = elapsedMs % DAY;
  const hours = Math.floor(today / HOUR);
  const minutes = Math.floor((today % HOUR) / MINUTE);
  const seconds = Math.floor((today % MINUTE) / 1000);
  const phrases = [phrase(seconds, 'second')];
  if (minutes > 0 || hours > 0) phrases.unshift(phrase(minutes, 'minute'));
  if (hours > 0) phrases.unshift(phrase(hours, 'hour'));
  return phrases;
}

/** Every time that the talk can say, one for each segment of a day. */
export function everySpokenTime(): Phrase[][] {
  return Array.from({ length: DAY / SEGMENT_MS }, (_, i) => spokenTime(i * SEGMENT_MS));
}

// The tens are clips of their own: "57 minutes" and "27 minutes" share "7 minutes".
function phrase(value: number, unit: string): Phrase {
  if (value === 1) return [`1 ${unit}`];
  const ones = value % 10;
  if (value < 20 || ones === 0) return [`${value} ${unit}s`];
  return [`${value - ones}-`, `${ones} ${unit}s`];
}
