import { type Host, onAbort } from '../host/host.ts';
import { MINIMUM_WAIT_MS } from '../policy/defaults.ts';
import { errorAt } from '../policy/errors.ts';
import type { GovernedRequest } from './exchange.ts';

/** Watches how long a request is worth making. */
export interface Usefulness {
  /** Aborts with the request, or with an `EarshotError` once the request is of no use any more. */
  readonly signal: AbortSignal;
  /** Whether something else may be asked instead, now. */
  hasStandIn(): boolean;
  /** Whether it is of no use any more, if there is a stand-in. */
  isOver(): boolean;
  /** The request waits for a gate; it is of no use any more if the server has said no to it. */
  waits(isHopeless: boolean): void;
  /** The request is on its way. */
  leaves(): void;
  /** The answer has begun. */
  stop(): void;
  end(): void;
}

/** @param isOpen whether a URL may be asked now. */
export const watchUsefulness = (
  host: Host,
  { signal, alternatives, usefulFor, url }: GovernedRequest,
  isOpen: (url: string) => boolean,
): Usefulness => {
  let over = host.elapsed() + (usefulFor ?? 0);
  const controller = new AbortController();
  let cancel = () => {};
  const hasStandIn = () => !!alternatives?.().some(isOpen);
  const look = () => {
    const left = over - host.elapsed();
    if (left <= 0 && hasStandIn()) {
      controller.abort(errorAt(url, 'timeout', 'too late to be of use: the next is asked.'));
    } else cancel = host.timer(look, Math.max(left, MINIMUM_WAIT_MS));
  };
  const stopAbort = onAbort(signal, () => controller.abort(signal.reason));
  const stop = () => cancel();
  return {
    signal: controller.signal,
    hasStandIn,
    isOver: () => host.elapsed() >= over,
    waits(isHopeless) {
      stop();
      if (isHopeless) over = 0;
      if (alternatives) look();
    },
    leaves() {
      stop();
      if (alternatives && usefulFor !== undefined) look();
    },
    stop,
    end() {
      cancel();
      stopAbort();
    },
  };
};
