import type { State } from '../../earshot.js';
import { byId, say } from '../../ui/dom.ts';
import { waitsOf } from '../waits-of.ts';
import { IN_TEXT, type KnownPlace, placeOf } from '../words/names.ts';
import type { Desk } from './desk.ts';
import { HEALTHY, KILLED, OVERLOADED } from './faults.ts';

const ONE_FOR = 60;
const BOTH_FOR = 30;
const RELOAD_FOR = 60;
/** Within how many seconds a restarted channel is to be back. */
const WINDOW = 10;
type Victim = 'whep' | 'floor' | 'a' | 'b';
/** A deadline that is about to pass shows nothing. */
const ENOUGH = 6_000;

/** A few experiments, one press each, and the way back. */
export function createExperiments(desk: Desk): (state: State, now: number) => void {
  const [one, both, reload] = [byId('kill-one'), byId('kill-both'), byId('reload')];
  const media = byId('kill-media');
  const restart = byId('restart-channel');
  let victim: Victim = 'a';
  let reloading = false;

  /** What is better than the CDNs, if there is any. */
  const best = (): readonly Victim[] =>
    (['whep', 'floor'] as const).filter((origin) => desk.shown.includes(origin));
  const carriers = (): readonly Victim[] => [...best(), 'a', 'b'];
  // Who hears WebRTC asks nothing, and so would not notice a 503.
  const faultOf = (origin: Victim) => (origin === 'whep' ? KILLED : OVERLOADED);
  const kill = (seconds: number) =>
    Promise.all(carriers().map((origin) => desk.set(origin, faultOf(origin), seconds)));
  media.addEventListener('click', () => void desk.set('whep', KILLED, ONE_FOR));
  one.addEventListener('click', () => void desk.set(victim, OVERLOADED, ONE_FOR));
  both.addEventListener('click', () => void kill(BOTH_FOR));
  reload.addEventListener('click', () => {
    reloading = !reloading;
    if (reloading) void kill(RELOAD_FOR);
  });
  restart.addEventListener('click', () => void desk.orderChannel({ restart: WINDOW }));
  byId('move-channel').addEventListener('click', () => void desk.orderChannel({ move: true }));
  byId('heal').addEventListener('click', () => {
    reloading = false;
    void desk.set('all', HEALTHY);
  });

  return (state, now) => {
    const heard = state.ladder.find((rung) => rung.status === 'active');
    const place = heard && placeOf(heard.url, state.ladder);
    const others = carriers().filter((origin) => origin !== 'whep');
    victim = others.find((origin) => origin === place) ?? 'a';
    (media.closest('li') as HTMLElement).hidden = !desk.origins.has('whep');
    (restart.closest('li') as HTMLElement).hidden = !desk.origins.has('channel');
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
