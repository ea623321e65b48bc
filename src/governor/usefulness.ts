import { type Host, onAbort } from '../host/host.ts';
import { MINIMUM_WAIT_MS } from '../policy/defaults.ts';
import { errorAt } from '../policy/errors.ts';
import type { GovernedRequest } from './exchange.ts';

/** Watches how long a request is worth its wait. */
export interface Usefulness {
  /** Aborts with the request, or with an `EarshotError` once the request is no longer useful. */
  readonly signal: AbortSignal;
  /** Whether a replacement may be requested now. */
  hasStandIn(): boolean;
  /** Whether the request is no longer useful, if there is a replacement. */
  isOver(): boolean;
  /** The request waits for a gate. It is no longer useful if the server has refused it. */
  waits(isHopeless: boolean): void;
  /** The request is sent. */
  leaves(): void;
  /** The response has started. */
  stop(): void;
  end(): void;
}

/** @param isOpen returns whether a URL may be requested now. */
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
