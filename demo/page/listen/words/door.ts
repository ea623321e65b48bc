import type { DoorState } from '../../../stage/stage.ts';
import type { Second } from '../console/minute.ts';
import { clock } from './clock.ts';

/** Two figures are enough: `37`, `1.6`, `0.25`. */
const rough = (value: number): string => String(Number(value.toPrecision(2)));

export const percent = (share: number): string => `${rough(share * 100)} %`;

/** How far the door is open, and when it will be open to all if the rate stays. */
export function openWords({ at, open, opensPerSecond }: DoorState, now: number): string {
  const since = Math.max(0, now - at) / 1000;
  const is = open + since * opensPerSecond;
  if (is >= 1) return 'Open to all';
  if (is < 0) return `Opens at ${clock(now + (-is / opensPerSecond) * 1000)}`;
  return `Open to ${Math.floor(is * 100)} % of the listeners`;
}

export function rateWords({ at, open, opensPerSecond }: DoorState): string {
  if (open >= 1) return 'New listeners are admitted at once';
  const full = at + ((1 - open) / opensPerSecond) * 1000;
  return `${percent(opensPerSecond)} more per second, all by ${clock(full)}`;
}

/** What the listeners have of the capacity. */
export const leftWords = ({ capacity, attack }: DoorState): string =>
  attack > 0
    ? `Leaves ${rough(capacity * (1 - attack))} joins per second for the listeners.`
    : 'All of it is for the listeners.';

/** What came of those who asked to be let in: in the last second, and in the last minute. */
export function joinCounts(
  { arrivals, admitted, refused }: DoorState,
  minute: readonly Second[],
): { name: string; second: string; minute: string }[] {
  const sum = (name: keyof Second) => minute.reduce((all, one) => all + one[name], 0);
  const [came, sentAway] = [sum('arrivals'), sum('refusals')];
  const counts = [
    ['Requests', arrivals, came],
    ['Admitted', admitted, came - sentAway],
    ['Refused', refused, sentAway],
  ] as const;
  return counts.map(([name, now, all]) => ({
    name,
    second: `${Math.round(now)}/s`,
    minute: `${all} in 60 s`,
  }));
}

/** What was changed at the door, one sentence for each. */
export function changes(before: DoorState, after: DoorState): string[] {
  const words: string[] = [];
  if (after.capacity !== before.capacity)
    words.push(`You set the waiting room to ${after.capacity} joins per second`);
  if (after.attack !== before.attack)
    words.push(
      after.attack > 0
        ? `You let an attack use ${percent(after.attack)} of the capacity`
        : 'You ended the attack',
    );
  if (after.tickets !== before.tickets)
    words.push(
      after.tickets
        ? 'You let the server draw the numbers'
        : 'You let listeners draw their own numbers',
    );
  if (after.epoch !== before.epoch) words.push('You started a new queue: all passes are invalid');
  return words;
}
