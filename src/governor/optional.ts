import type { Host } from '../host/host.ts';
import { EarshotError } from '../policy/errors.ts';
import { minimumWaitFrom } from '../policy/retry-after.ts';
import type { Governor } from './api.ts';
import { exchange, type GovernedRequest, type GovernedResponse, type Limits } from './exchange.ts';
import { reasonFor, waitOf } from './gates.ts';

/** A segment that is missing or too large: this says nothing about the others. */
export const isOfSegment = ({ code }: EarshotError): boolean => /^(gone|http|media)$/.test(code);

/**
 * Makes a function that sends requests the sound does not depend on. Their failures close one gate of their own
 * (those of a single segment do not), with the waits of the retry policy. They respect the gate of their origin and never change it: while it is closed, or
 * needs a probe, the request is not sent, and the result is `null`.
 *
 * @param name absolute URL; requests of one name share a gate, which is also stored.
 * @param least the minimum wait after a failure, ms: the time after which it would be sent anyway.
 *
 * @throws EarshotError `stopped` if the policy ends it; otherwise the error of its one attempt, which is not reported.
 */
export const optionalRequests =
  (host: Host, governor: Pick<Governor, 'parts' | 'record'>, name: string) =>
  async (ask: GovernedRequest, limits: Limits, least: number): Promise<GovernedResponse | null> => {
    const { gates, admit, succeed, fail, tokens, tokenOf } = governor.parts;
    const { signal } = ask;
    // No request has this path, so nothing else closes or opens its gate.
    const [, own] = gates.of(`${name.split(/[?#]/)[0]}/ optional`);
    const probes = await admit([own], signal);
    const [origin] = gates.of(ask.url);
    gates.syncFromStorage(origin);
    if (waitOf([origin], host.now())) {
      for (const entry of probes) gates.release(entry, entry.gate);
      return null;
    }
    const askedAt = host.elapsed();
    const bearer = tokenOf(origin.key);
    const outcome = await exchange(host, ask, limits, () => bearer);
    governor.record?.(ask, outcome, askedAt);
    const { answer, error, headers } = outcome;
    if (signal.aborted) {
      for (const entry of probes) fail(entry, reasonFor(entry), null);
      throw signal.reason;
    }
    const floor = minimumWaitFrom((name) => headers?.get(name) ?? null, host.now());
    if (answer) {
      succeed(own, floor);
      return answer;
    }
    const failed = error ?? reasonFor(own);
    if (ask.purpose === 'segment' && isOfSegment(failed)) {
      succeed(own, floor);
      throw failed;
    }
    // The next attempt gets another token.
    if (failed.code === 'refused' && tokens.get(origin.key) === bearer) tokens.delete(origin.key);
    if (fail(own, failed, Math.max(least, floor ?? 0))) throw failed;
    throw new EarshotError('stopped', `retry() gave null after: ${failed.message}`, {
      cause: failed,
    });
  };
