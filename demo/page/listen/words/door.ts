import type { DoorState } from '../../../stage/stage.ts';
import type { Second } from '../console/minute.ts';
import { clock, span } from './clock.ts';

/** Two figures are enough: `37`, `1.6`, `0.25`. */
const rough = (value: number): string => String(Number(value.toPrecision(2)));

export const percent = (share: number): string => `${rough(share * 100)} %`;

/** How far the door is open, and when it will be open to all if the rate stays. */
export function openWords({ at, open, opensPerSecond }: DoorState, now: number): string {
  const since = Math.max(0, now - at) / 1000;
  const is = open + since * opensPerSecond;
  if (is >= 1) return 'Open to all lots';
  if (is < 0) return `Opens to the first lot in ${span((-is / opensPerSecond) * 1000)}`;
  return `Open to ${Math.floor(is * 100)} % of the lots`;
}

export function rateWords({ at, open, opensPerSecond }: DoorState): string {
  if (open >= 1) return 'Who comes now is let in at once';
  const full = at + ((1 - open) / opensPerSecond) * 1000;
  return `${percent(opensPerSecond)} more each second, all by ${clock(full)}`;
}

/** What the listeners have of the capacity. */
export const leftWords = ({ capacity, attack }: DoorState): string =>
  attack > 0
    ? `Leaves ${rough(capacity * (1 - attack))} joins a second to the listeners.`
    : 'All of it is for the listeners.';

/** What came of those who asked to be let in: in the last second, and in the last minute. */
export function joinCounts(
  { arrivals, admitted, refused }: DoorState,
  minute: readonly Second[],
): { name: string; second: string; minute: string }[] {
  const sum = (name: keyof Second) => minute.reduce((all, one) => all + one[name], 0);
  const [came, sentAway] = [sum('arrivals'), sum('refusals')];
  const counts = [
    ['Came', arrivals, came],
    ['Let in', admitted, came - sentAway],
    ['Refused', refused, sentAway],
  ] as const;
  return counts.map(([name, now, all]) => ({
    name,
    second: `${Math.round(now)} a second`,
    minute: `${all} in a minute`,
  }));
}

/** What was changed at the door, one sentence for each. */
export function changes(before: DoorState, after: DoorState): string[] {
  const words: string[] = [];
  if (after.capacity !== before.capacity)
    words.push(`You set the door to ${after.capacity} joins a second`);
  if (after.attack !== before.attack)
    words.push(
      after.attack > 0
        ? `You let an attack hold ${percent(after.attack)} of the capacity`
        : 'You ended the attack',
    );
  if (after.tickets !== before.tickets)
    words.push(
      after.tickets ? 'You made the stage sign the lots' : 'You let listeners draw their own lots',
    );
  if (after.epoch !== before.epoch) words.push('You began a new epoch: all passes are void');
  return words;
}
