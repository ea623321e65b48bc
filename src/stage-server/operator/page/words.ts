import type { EventState } from '../../config-types.ts';
import type { DoorStats } from '../../stats.ts';
import type { OperatorState } from '../operator-state.ts';

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** An unbroken space keeps a number and its unit on one line. */
const NBSP = '\u00a0';

/** A number with thousands separated: `12,400`, `0.25`. */
export function figure(value: number, digits = 0): string {
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** A rate, with more digits the smaller it is. */
export function rate(value: number): string {
  if (value < 1) return figure(value, 2);
  return figure(value, value < 10 ? 1 : 0);
}

/** `1 listener`, `2 listeners`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)}${NBSP}${count === 1 ? one : many}`;
}

/** A duration by its two largest units: `8 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units: readonly (readonly [string, number])[] = [
    ['d', Math.floor(whole / DAY)],
    ['h', Math.floor((whole % DAY) / HOUR)],
    ['min', Math.floor((whole % HOUR) / MINUTE)],
    ['s', whole % MINUTE],
  ];
  const first = units.findIndex(([, count]) => count > 0);
  if (first < 0) return `0${NBSP}s`;
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count}${NBSP}${unit}`)
    .join(' ');
}

/** A time of day in the browser's zone, with the date if it is another day than `now`. @param at epoch ms. */
export function clockTime(at: number, now: number): string {
  const [time, today] = [new Date(at), new Date(now)];
  const clock = time.toLocaleTimeString('en-GB');
  if (time.toDateString() === today.toDateString()) return clock;
  return `${time.toLocaleDateString('en', { month: 'short', day: 'numeric' })}, ${clock}`;
}

/** A share in percent: never 0 % or 100 % unless it is exactly that. */
export function percent(share: number): string {
  if (share <= 0) return `0${NBSP}%`;
  if (share >= 1) return `100${NBSP}%`;
  const rounded = Math.min(99.9, Math.max(0.1, share * 100));
  const isRound = rounded >= 10 && rounded <= 99;
  return `${figure(rounded, isRound ? 0 : 1)}${NBSP}%`;
}

export const STATES: readonly EventState[] = ['scheduled', 'live', 'held', 'ended'];

/** What each state means, in a line. */
export const MEANINGS: Readonly<Record<EventState, string>> = {
  scheduled: 'The event has not started. Players request only the stage document.',
  live: 'The event is on. Players play the best source that is available.',
  held: 'Something went wrong. The sources still play, and players keep retrying.',
  ended: 'The event is over. New listeners get the recording, if there is one.',
};

/** What the button is called that leads to a state. */
export const STATE_BUTTONS: Readonly<Record<EventState, string>> = {
  scheduled: 'Back to scheduled',
  live: 'Go live',
  held: 'Hold',
  ended: 'End',
};

export const STATE_QUESTIONS: Readonly<Record<EventState, string>> = {
  scheduled: 'Set the event back to scheduled?',
  live: 'Go live?',
  held: 'Hold the event?',
  ended: 'End the event?',
};

function howSoon({ listeners, refresh, hasChannel }: OperatorState): string {
  const others = `within ${duration(refresh)}`;
  if (!hasChannel) return `Listeners learn of it ${others}.`;
  const subject = `${counted(listeners, 'listener')} with a channel ${listeners === 1 ? 'learns' : 'learn'}`;
  return `${subject} of it at once, all others ${others}.`;
}

const EFFECTS: Readonly<Record<EventState, string>> = {
  scheduled:
    'Listeners who hear something keep hearing it. All others see that the event has not started, and wait without a request to the sources.',
  live: 'Players that wait start by themselves. In front of a guarded source, they wait for their turn at its door.',
  held: 'Nobody is disconnected. Listeners keep hearing what they hear, and your page can show a notice.',
  ended:
    'Listeners of a live source hear it to its end. After that, a player does not come back by itself, even if you go live again.',
};

/** What listeners notice of a change to `next`, in sentences. */
export function stateEffects(state: OperatorState, next: EventState): readonly string[] {
  const effects = [EFFECTS[next]];
  if (next === 'ended') {
    const has = state.sources.some(({ kind, isOut }) => kind === 'recording' && !isOut);
    effects.push(
      has
        ? 'New listeners get the recording.'
        : 'No recording is in: new listeners find nothing to play.',
    );
  }
  return [...effects, howSoon(state)];
}

/** Reconnects per second if `connections` come back within `seconds`. */
export function reconnects(connections: number, seconds: number, nodes: number): string {
  const perSecond = connections / Math.max(1, seconds);
  const sum = `${figure(connections)} / ${figure(seconds, 1)} = ${rate(perSecond)}`;
  const each = nodes > 1 ? `, ${rate(perSecond / nodes)} on each of ${nodes} nodes` : '';
  return `${sum} reconnects per second${each}.`;
}

/** What the end of a queue depends on. */
export type QueueFacts = Pick<DoorStats, 'fullyOpenAt' | 'capacity' | 'most' | 'inside'>;

/** How far a door is open. */
export function openness(open: number, opensPerSecond: number): string {
  if (open >= 1) return 'open to everybody';
  if (open < 0) return `opens in ${duration(-open / opensPerSecond)}`;
  return `${percent(open)} open`;
}

/** When a door will be fully open. @param now epoch ms. */
export function queueEnd(door: QueueFacts, now: number): string {
  const { fullyOpenAt: at, capacity, most, inside } = door;
  if (at === null) return 'no queue';
  const seconds = (at - now) / 1_000;
  if (capacity === 0) return 'never: capacity is 0';
  if (most !== null && inside >= most) return 'full, until people leave';
  if (!Number.isFinite(seconds) || seconds > DAY) return 'in more than a day, at this rate';
  return `${clockTime(at, now)} (in${NBSP}${duration(seconds)})`;
}
