import type { Cue } from './cue.ts';
import { CLOCK_SKEW_MS } from './defaults.ts';
import { canRewind, isEligible } from './ladder.ts';
import type { Model, RungModel } from './model.ts';
import type {
  ChannelState,
  CommonState,
  PendingMessage,
  Queue,
  Rung,
  Seekable,
  State,
  Wait,
} from './state.ts';

/** The inputs of the state besides the model. */
export interface View {
  readonly programTime: number | null;
  /** The oldest and the newest program time of the source; `null` or absent: unknown, or it cannot go back. */
  readonly window?: readonly [from: number, to: number] | null | undefined;
  /** Ms between the current sound and the end of what the source has published; `null` if unknown. */
  readonly latency: number | null;
  readonly now: number;
  /** Ms for which a new source stays silent; `null`: no pause. */
  readonly pause: number | null;
  readonly muted: boolean;
  readonly volume: number;
  readonly documentWait: Wait | null;
  readonly cues: readonly Cue[];
  readonly channel: ChannelState;
  readonly outbox: readonly PendingMessage[];
}

const rungOf = (
  { active, standby }: Model,
  { description, wait, position, excludedBy }: RungModel,
  index: number,
  now: number,
): Rung => {
  const open = position && position.turn > now ? 'queued' : 'ready';
  const idle = excludedBy ? 'excluded' : wait && wait.until > now ? 'waiting' : open;
  const status = active?.rung === index ? 'active' : standby?.rung === index ? 'standby' : idle;
  return { ...description, status, wait, position, error: excludedBy };
};

/** The best source above the current one that waits only for its turn. */
const queueOf = (model: Model, now: number): Queue | null => {
  for (const rung of model.rungs.slice(0, model.active?.rung)) {
    const { description: source, position } = rung;
    const { door } = source;
    if (!door || !position || position.turn <= now || !isEligible(model, rung)) continue;
    return { door, source, turn: position.turn, uncertainty: position.uncertainty };
  }
  return null;
};

/** If a source's clock differs from its own playlist by more than a long production delay, it is unusable. */
const behindLive = (
  programTime: number | null,
  now: number,
  latency: number | null,
): number | null => {
  if (programTime === null) return null;
  const behind = now - programTime;
  return latency !== null && Math.abs(behind - latency) > CLOCK_SKEW_MS
    ? null
    : Math.max(0, behind);
};

const seekableOf = ({ active, rungs }: Model, { window, programTime }: View): Seekable | null => {
  const [from, to] = window ?? [null, programTime && programTime + (active?.facts.ahead ?? 0)];
  return to && (window || rungs.some(canRewind)) ? { from, to } : null;
};

/** Makes a snapshot immutable. */
export const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && !(value instanceof Error) && !Object.isFrozen(value)) {
    Object.values(Object.freeze(value) as object).forEach(freeze);
  }
  return value;
};

/** Derives the complete state from a model and a view. {@link freeze} it before it is shown. */
export const derive = (model: Model, view: View): State => {
  const { active, document, phase, rungs, isBlocked, playWhenReady, climbsAt, error } = model;
  const { programTime, now, latency, pause, window: _, ...seen } = view;
  const { muted, volume, documentWait } = seen;
  const facts = active?.facts;
  const silent = muted || !volume;
  const advances =
    phase === 'running' && playWhenReady && !isBlocked && facts?.isAdvancing === true;
  const waits = rungs.flatMap((rung) => (rung.wait && !rung.excludedBy ? [rung.wait] : []));
  const [soonest] = waits.sort((a, b) => a.until - b.until);
  const wait = active ? rungs[active.rung]?.wait : document ? soonest : documentWait;
  const queue = phase === 'running' ? queueOf(model, now) : null;
  const common: CommonState = {
    hearing: advances && !silent && pause === null,
    stage: { state: document?.state ?? 'unknown', startsAt: document?.startsAt ?? null },
    ladder: rungs.map((rung, index) => rungOf(model, rung, index, now)),
    source: (active && rungs[active.rung]?.description) ?? null,
    programTime,
    behindLive: behindLive(programTime, now, latency),
    seekable: seekableOf(model, view),
    ahead: facts?.ahead ?? 0,
    climbsAt,
    queue,
    ...seen,
  };
  const statusOf = () => {
    if (phase === 'ended') return phase;
    // Also before the start: a paused session does not start by itself.
    if (!playWhenReady) return 'paused';
    if (document?.state === 'scheduled' && !active) return 'scheduled';
    if (isBlocked) return 'blocked';
    if (advances) return silent ? 'muted' : pause === null ? 'hearing' : 'rejoining';
    if (!document) return 'opening';
    return active?.hasPlayed ? 'stalled' : 'connecting';
  };
  const status = statusOf();
  const quiet = status === 'opening' || status === 'stalled' || status === 'connecting';
  if (phase === 'closed') return { ...common, status: phase, error };
  if (quiet && wait) return { ...common, status: 'waiting', wait };
  if (status === 'rejoining') return { ...common, status, until: now + (pause ?? 0) };
  if (queue && !active && status === 'connecting') return { ...common, status: 'queued', queue };
  return { ...common, status };
};
