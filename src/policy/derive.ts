import { CLOCK_SKEW } from './defaults.ts';
import { fits } from './ladder.ts';
import type { Model, RungModel } from './model.ts';
import type { ChannelState, Common, Pending, Queue, Rung, State, Wait } from './state.ts';

/** What the session sees besides its model. */
export interface View {
  readonly programTime: number | null;
  /** Ms between what is heard and the end of what the source has published; `null` if unknown. */
  readonly latency: number | null;
  readonly now: number;
  /** Ms for which a source that took over is still silent; `null`: it is heard. */
  readonly pause: number | null;
  readonly muted: boolean;
  readonly volume: number;
  readonly documentWait: Wait | null;
  readonly channel: ChannelState;
  readonly outbox: readonly Pending[];
}

const rungOf = (
  { active, standby }: Model,
  { description, wait, standing, left }: RungModel,
  index: number,
  now: number,
): Rung => {
  const open = standing && standing.turn > now ? 'queued' : 'ready';
  const idle = left ? 'left' : wait && wait.until > now ? 'waiting' : open;
  const status = active?.rung === index ? 'active' : standby?.rung === index ? 'standby' : idle;
  return { ...description, status, wait, standing, error: left };
};

/** The best rung above the one that is heard that waits for nothing but its turn. */
const queueOf = (model: Model, now: number): Queue | null => {
  for (const rung of model.rungs.slice(0, model.active?.rung)) {
    const { description: source, standing } = rung;
    const { door } = source;
    if (!door || !standing || standing.turn <= now || !fits(model, rung)) continue;
    return { door, source, turn: standing.turn, margin: standing.margin };
  }
  return null;
};

/** A source's clock that contradicts its own playlist by more than a long way of production tells nothing. */
const behindLive = (
  programTime: number | null,
  now: number,
  latency: number | null,
): number | null => {
  if (programTime === null) return null;
  const behind = now - programTime;
  return latency !== null && Math.abs(behind - latency) > CLOCK_SKEW ? null : Math.max(0, behind);
};

/** A snapshot that nobody can change. */
export const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && !(value instanceof Error) && !Object.isFrozen(value)) {
    Object.values(Object.freeze(value) as object).forEach(freeze);
  }
  return value;
};

/** The state that a model and a view amount to: derived and complete. {@link freeze} it before it is shown. */
export const derive = (model: Model, view: View): State => {
  const { active, document, phase, rungs, blocked, wanted, climbsAt, error } = model;
  const { programTime, now, latency, pause, ...seen } = view;
  const { muted, volume, documentWait } = seen;
  const facts = active?.facts;
  const silent = muted || !volume;
  const advances = phase === 'running' && wanted && !blocked && facts?.advances === true;
  const waits = rungs.flatMap((rung) => (rung.wait && !rung.left ? [rung.wait] : []));
  const [soonest] = waits.sort((a, b) => a.until - b.until);
  const wait = active ? rungs[active.rung]?.wait : document ? soonest : documentWait;
  const queue = phase === 'running' ? queueOf(model, now) : null;
  const common: Common = {
    hearing: advances && !silent && pause === null,
    stage: { state: document?.state ?? 'unknown', startsAt: document?.startsAt ?? null },
    ladder: rungs.map((rung, index) => rungOf(model, rung, index, now)),
    source: (active && rungs[active.rung]?.description) ?? null,
    programTime,
    behindLive: behindLive(programTime, now, latency),
    ahead: facts?.ahead ?? 0,
    climbsAt,
    queue,
    ...seen,
  };
  const statusOf = () => {
    if (phase === 'ended') return phase;
    // Before the stage begins, too: it will not begin by itself for who has paused.
    if (!wanted) return 'paused';
    if (document?.state === 'scheduled' && !active) return 'scheduled';
    if (blocked) return 'blocked';
    if (advances) return silent ? 'muted' : pause === null ? 'hearing' : 'rejoining';
    if (!document) return 'opening';
    return active?.proven ? 'stalled' : 'connecting';
  };
  const status = statusOf();
  const quiet = status === 'opening' || status === 'stalled' || status === 'connecting';
  if (phase === 'closed') return { ...common, status: phase, error };
  if (quiet && wait) return { ...common, status: 'waiting', wait };
  if (status === 'rejoining') return { ...common, status, until: now + (pause ?? 0) };
  if (queue && !active && status === 'connecting') return { ...common, status: 'queued', queue };
  return { ...common, status };
};
