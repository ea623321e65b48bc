import { MINIMUM_WAIT_MS, OVERLAP_MS } from '../policy/defaults.ts';
import type { Core } from './core.ts';
import type { SourceHost, SourceRun } from './source.ts';

// The sound in hand when the next source is put to its word, and when it starts.
const SEEK_LEAD = 140;
const START_LEAD = 40;
const STEP = 10;
// The share of its target latency that a source keeps loaded, so that it does not run dry before its playlist grows.
const KEPT = 0.4;

/**
 * Waits until `from` has nearly played what it has in hand. Meanwhile `next` loads, paused. It is put to the last word
 * in hand, or as close to it as is published: while it is paused, a seek costs no sound.
 */
export const meet = async (
  { host, delay }: Pick<Core, 'delay'> & { readonly host: SourceHost },
  from: Pick<SourceRun, 'ahead' | 'programTime'>,
  next: SourceRun,
  signal: AbortSignal,
): Promise<void> => {
  const wordOf = (run: Pick<SourceRun, 'programTime'>) => run.programTime() ?? Number.NaN;
  // A source that synthesises what is lost never runs out.
  const by = host.elapsed() + from.ahead();
  const waits = (isEarly: () => boolean, lead: number) =>
    from.ahead() > lead && host.elapsed() < by + SEEK_LEAD - lead && isEarly();
  while (waits(() => true, SEEK_LEAD))
    await delay(host, Math.max(STEP, (from.ahead() - SEEK_LEAD) / 2), signal);
  const last = wordOf(from) + Math.min(from.ahead(), SEEK_LEAD) - OVERLAP_MS;
  const at = wordOf(next);
  const spare = next.ahead() - Math.max(MINIMUM_WAIT_MS, KEPT * (next.target() ?? 0));
  const word = Math.min(last, at + spare);
  if (word > at) next.seek(word);
  const isEarly = () => !(wordOf(from) - wordOf(next) >= OVERLAP_MS - START_LEAD);
  while (waits(isEarly, START_LEAD)) await delay(host, STEP, signal);
};
