import { Random } from '../../../src/herd/random.ts';
import { backoff } from '../../../src/policy/backoff.ts';
import { EarshotError } from '../../../src/policy/errors.ts';
import {
  type Effect,
  type Event,
  type Facts,
  INITIAL,
  type Run,
} from '../../../src/policy/model.ts';
import { reduce } from '../../../src/policy/reduce.ts';
import type { Wait } from '../../../src/policy/state.ts';
import { parseDocument } from '../../../src/stage/parse.ts';

/** What the picture calls each source, best first. */
export const RUNGS = ['WebRTC', 'LL-HLS, CDN A', 'HLS, CDN B'] as const;

/** A source that does not answer from one moment to another; seconds. */
export interface Outage {
  readonly rung: number;
  readonly from: number;
  readonly to: number;
}

/** How long a source plays, or is tested silently; seconds. */
export interface Stretch {
  readonly rung: number;
  readonly part: 'heard' | 'tried';
  readonly from: number;
  to: number;
}

const TICK = 250;
/** How much a healthy source buffers, ms. */
const BUFFER_MS = [0, 2_000, 12_000];
const CALM = { wait: null, isFrozen: false, isComplete: false, liveness: null };
const STAGE = parseDocument(
  {
    version: 1,
    sources: [
      { kind: 'whep', url: 'https://stage.invalid/whep' },
      { kind: 'hls', url: 'https://a.invalid/talk-ll.m3u8' },
      { kind: 'hls', url: 'https://b.invalid/talk.m3u8' },
    ],
    spread: 30,
  },
  'https://stage.invalid/',
);

/**
 * One session in a small simulated world, driven by the reducer of every session: which source
 * plays while some are down, and which one it tests silently.
 */
export const livedThrough = (outages: readonly Outage[], seconds: number): Stretch[] => {
  const random = new Random(3).next;
  const retry = backoff();
  const waits: (Wait | null)[] = RUNGS.map(() => null);
  const buffered = new Map<number, number>();
  const stretches: Stretch[] = [];
  let [model] = reduce(INITIAL, { type: 'document', document: STAGE, isFixed: false });

  const isDown = (rung: number, now: number) =>
    outages.some((one) => one.rung === rung && now >= one.from * 1_000 && now < one.to * 1_000);

  const penalize = (rung: number, error: EarshotError, now: number) => {
    const before = waits[rung];
    const attempt = (before?.attempt ?? 0) + 1;
    const since = before?.since ?? now;
    const context = { attempt, elapsed: now - since, error, floor: 0, random };
    const delay = retry({ ...context, spread: STAGE.spread, hearing: true }) ?? Infinity;
    waits[rung] = { until: now + delay, error, since, attempt };
  };

  const look = (run: Run | null, now: number): Facts | null => {
    if (!run) return null;
    const { generation, rung } = run;
    const most = BUFFER_MS[rung] ?? 0;
    const down = isDown(rung, now);
    const before = buffered.get(generation) ?? 0;
    // A buffer fills at twice the speed that it is played at, and runs dry at that speed.
    const gains = down ? -TICK : 2 * TICK;
    const ahead = Math.max(0, Math.min(rung ? most : 4_000, before + gains));
    buffered.set(generation, ahead);
    const isHeard = run === model.active;
    if (rung === 0) {
      const liveness = down ? 'lost' : 'steady';
      const kept = isHeard ? 0 : ahead;
      return { ...CALM, isAdvancing: !down, ahead: kept, target: null, liveness };
    }
    if (down && !(waits[rung] && waits[rung].until > now)) {
      penalize(rung, new EarshotError('overload', '503'), now);
    }
    const wait = down ? (waits[rung] ?? null) : null;
    return { ...CALM, isAdvancing: ahead > 0, ahead, target: most, wait };
  };

  const note = (run: Run | null, part: Stretch['part'], now: number) => {
    if (!run) return;
    const last = stretches.findLast((one) => one.part === part);
    if (last?.rung === run.rung && last.to >= now - TICK / 1_000) last.to = now;
    else stretches.push({ rung: run.rung, part, from: now, to: now });
  };

  const send = (event: Event, now: number): void => {
    const [next, effects] = reduce(model, event);
    model = next;
    for (const effect of effects) obey(effect, now);
  };

  const obey = (effect: Effect, now: number): void => {
    if (effect.type === 'penalize') penalize(effect.rung, effect.error, now);
    if (effect.type === 'swap') send({ type: 'swapped', generation: effect.generation, now }, now);
  };

  for (let now = 0; now <= seconds * 1_000; now += TICK) {
    const [active, standby] = [look(model.active, now), look(model.standby, now)];
    const positions = RUNGS.map(() => null);
    const seen = { active, standby, waits: [...waits], positions, documentWait: null };
    send({ type: 'observed', now, ...seen, draw: random() }, now);
    if (model.active && look(model.active, now)?.isAdvancing)
      note(model.active, 'heard', now / 1_000);
    note(model.standby, 'tried', now / 1_000);
  }
  return stretches;
};
