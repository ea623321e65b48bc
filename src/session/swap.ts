import type { Host } from '../host/host.ts';
import { CLOCK_SKEW_MS } from '../policy/defaults.ts';
import type { SourceDescription } from '../policy/document.ts';
import { errorAt } from '../policy/errors.ts';
import type { Switch } from './api.ts';
import { handOver } from './handover.ts';
import type { Loop } from './loop.ts';
import type { MediaElements } from './media-elements.ts';
import type { PauseAfterFall } from './pause-after-fall.ts';
import type { Runs } from './runs.ts';

/** The options of the swaps. */
export interface SwapsOptions {
  readonly host: Host;
  readonly loop: Loop;
  readonly runs: Runs;
  readonly outputs: MediaElements;
  readonly hush: PauseAfterFall;
  play(): void;
  onSwitch(change: Switch): void;
}

/** Makes the standby the active source. */
export interface Swaps {
  /** Epoch ms of the last swap; 0: none yet. */
  swappedAt: number;
  /** The generation that has been heard last. */
  generation: number | undefined;
  /** The run of this generation takes over. Never rejects: an error makes that run fail. */
  swap(generation: number): Promise<void>;
  /**
   * Reports a change of source, or a shift in the same source.
   *
   * @param shift ms skipped (above 0) or repeated; `null`: unknown.
   */
  tellSwitch(to: SourceDescription, shift: number | null): void;
}

export const createSwaps = (options: SwapsOptions): Swaps => {
  const { host, loop, runs, outputs, hush, play, onSwitch } = options;
  let heard: SourceDescription | null = null;

  const swaps: Swaps = {
    swappedAt: 0,
    generation: undefined,
    async swap(generation) {
      const next = runs.all.get(generation);
      const old = [...runs.all.values()].find((run) => run !== next);
      if (!next) return;
      let shift: number | null = null;
      const { active, standby } = loop.model;
      const { isClimbing = false, from = null } =
        [standby, active].find((run) => run?.generation === generation) ?? {};
      /** In a pause, the active source is silent: continue from the last heard word instead. */
      const missed = from ?? (outputs.pause === null ? null : runs.word);
      // A better source ends every pause, and so does a step back.
      const settle = () => hush(next, runs.word, null, isClimbing || from !== null);
      try {
        if (outputs.given) {
          const at = from ?? old?.run?.programTime() ?? runs.word;
          old?.close();
          next.move(outputs.active, at);
          settle();
        } else if (old) {
          outputs.fading = true;
          shift = await handOver(host, old, next, outputs, missed, settle);
        }
      } catch (cause) {
        outputs.fading = false;
        outputs.apply();
        const { url } = next.description;
        return runs.fail(generation, errorAt(url, 'media', 'it could not take over.', { cause }));
      }
      outputs.fading = false;
      // A source that failed during the handover must not take over.
      if (runs.all.get(generation) !== next) return outputs.apply();
      if (!outputs.given) {
        // An observation meanwhile was of the previous source.
        const again = settle();
        if (again !== null && shift !== null) shift = -again;
        outputs.exchange();
        swaps.swappedAt = host.now();
      }
      if (from !== null) {
        shift = runs.word === null ? null : from - runs.word;
        runs.word = from;
      }
      play();
      loop.dispatch({ type: 'swapped', now: host.now(), generation });
      swaps.generation = generation;
      swaps.tellSwitch(next.description, shift);
    },
    tellSwitch(to, shift) {
      const from = heard;
      heard = to;
      // Two clocks, not a loss.
      const known = shift !== null && Math.abs(shift) < CLOCK_SKEW_MS ? shift : null;
      if (!from || (from.url === to.url && !known)) return;
      const [skippedMs, repeatedMs] =
        known === null ? [known, known] : [Math.max(0, known), Math.max(0, -known)];
      onSwitch({ from, to, skippedMs, repeatedMs });
    },
  };
  return swaps;
};
