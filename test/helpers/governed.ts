import type { Governor, GovernorOptions } from '../../src/governor/api.ts';
import type { GovernedRequest, GovernedResponse } from '../../src/governor/exchange.ts';
import { createGovernor } from '../../src/governor/governor.ts';
import { backoff } from '../../src/policy/backoff.ts';
import type { EarshotError } from '../../src/policy/errors.ts';
import type { Asked, Script } from './fake-fetch.ts';
import { FakeHost } from './fake-host.ts';
import { type Outcome, watch } from './outcome.ts';

export const A = 'https://a.example';

export interface GovernedOptions extends Partial<Pick<GovernorOptions, 'policy' | 'token'>> {
  readonly script?: Script;
  readonly seed?: number;
  readonly host?: FakeHost;
}

/** A governor on a page of its own, and what it told. */
export class Governed {
  readonly host: FakeHost;
  readonly governor: Governor;
  readonly errors: EarshotError[] = [];
  /** Attempts that failed. */
  readonly told: EarshotError[] = [];
  readonly #controllers: AbortController[] = [];
  readonly #options: GovernedOptions;

  constructor(options: GovernedOptions = {}) {
    this.#options = options;
    const { script, seed = 1, policy = backoff(), token } = options;
    this.host = options.host ?? new FakeHost({ seed, ...(script && { script }) });
    const onError = (error: EarshotError) => this.errors.push(error);
    const onAttempt = (error: EarshotError) => this.told.push(error);
    this.governor = createGovernor({ host: this.host, policy, token, onError, onAttempt });
  }

  get requests(): readonly Asked[] {
    return this.host.requests;
  }

  /** Ms after the first request at which each came. */
  get arrivals(): number[] {
    const [first] = this.requests;
    return this.requests.map(({ at }) => at - (first?.at ?? 0));
  }

  ask(path: string, extra: Partial<GovernedRequest> = {}): Outcome<GovernedResponse> {
    const controller = new AbortController();
    this.#controllers.push(controller);
    const { signal } = controller;
    const url = path.startsWith('http') ? path : `${A}${path}`;
    return watch(this.governor.request({ url, purpose: 'playlist', signal, ...extra }));
  }

  /** Aborts all that is asked. */
  abort(): void {
    for (const controller of this.#controllers) controller.abort(new Error('No longer needed.'));
  }

  /** The same tab after F5. */
  reload(): Governed {
    return new Governed({ ...this.#options, host: this.host.reload() });
  }

  /** Another tab of the same browser. */
  openTab(): Governed {
    return new Governed({ ...this.#options, host: this.host.openTab() });
  }

  get until(): number {
    return this.governor.waitOf(`${A}/x`)?.until ?? 0;
  }
}
