import type { Desk } from './desk.ts';
import { byId, say } from './dom.ts';
import type { State } from './earshot.js';
import { HEALTHY, OVERLOADED } from './faults.ts';
import { IN_TEXT, type KnownPlace, placeOf } from './names.ts';
import { waitsOf } from './waits-of.ts';

const ONE_FOR = 60;
const BOTH_FOR = 30;
const RELOAD_FOR = 60;
type Victim = 'floor' | 'a' | 'b';
/** A deadline that is about to pass shows nothing. */
const ENOUGH = 6_000;

/** Three experiments, one press each, and the way back. */
export function createExperiments(desk: Desk): (state: State, now: number) => void {
  const [one, both, reload] = [byId('kill-one'), byId('kill-both'), byId('reload')];
  let victim: Victim = 'a';
  let reloading = false;

  const carriers = (): readonly Victim[] =>
    desk.origins.has('floor') ? ['floor', 'a', 'b'] : ['a', 'b'];
  const kill = (seconds: number) =>
    Promise.all(carriers().map((origin) => desk.set(origin, OVERLOADED, seconds)));
  one.addEventListener('click', () => void desk.set(victim, OVERLOADED, ONE_FOR));
  both.addEventListener('click', () => void kill(BOTH_FOR));
  reload.addEventListener('click', () => {
    reloading = !reloading;
    if (reloading) void kill(RELOAD_FOR);
  });
  byId('heal').addEventListener('click', () => {
    reloading = false;
    void desk.set('all', HEALTHY);
  });

  return (state, now) => {
    const heard = state.ladder.find((rung) => rung.status === 'active');
    const place = heard && placeOf(heard.url, state.ladder);
    victim = carriers().find((origin) => origin === place) ?? 'a';
    const all = carriers().length > 2 ? 'all' : 'both';
    say(one, `Kill ${IN_TEXT[victim]}`);
    say(both, `Kill ${all} for ${BOTH_FOR}\u00a0s`);
    say(reload, reloading ? 'Reloading soon' : `Kill ${all}, reload`);
    const waits = waitsOf(state);
    const stands = (place: KnownPlace) => (waits[place]?.until ?? 0) > now + ENOUGH;
    if (reloading && state.status === 'waiting' && carriers().some(stands)) {
      reloading = false;
      location.reload();
    }
  };
}
