import type { StageChange, StageSaying } from '../../config-types.ts';
import type { OperatorState } from '../operator-state.ts';
import type { OperatorSession } from '../operators.ts';
import { duration } from './words.ts';

/** What came of a request. */
export type Outcome<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  /** The stage refused it, and says why. */
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' }
  /** Whether it took effect is not known. */
  | { readonly kind: 'unavailable'; readonly retryAfter: number | null }
  /** No answer came: whether it took effect is not known. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unexpected'; readonly status: number };

/** The state, or `null` while the stage starts. */
export type StateOutcome = Outcome<OperatorState | null>;

/** The operator's API. Nothing rejects. */
export interface Api {
  login(invitation: string): Promise<Outcome<OperatorSession>>;
  state(token: string): Promise<StateOutcome>;
  change(token: string, change: StageChange): Promise<StateOutcome>;
  /** @param id a second call with this ID within a minute does nothing. */
  say(token: string, saying: StageSaying, id: string): Promise<StateOutcome>;
}

/** Longer than the stage waits for its store. */
const TIMEOUT_MS = 15_000;

function problemsOf(body: unknown): readonly string[] {
  const { problems } = Object(body) as { problems?: unknown };
  return Array.isArray(problems) ? problems.map(String) : [];
}

async function outcomeOf<Value>(response: Response): Promise<Outcome<Value>> {
  const { status } = response;
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 403) return { kind: 'forbidden' };
  if (status === 503 || status === 502 || status === 504 || status === 429) {
    const seconds = Number.parseFloat(response.headers.get('retry-after') ?? '');
    return { kind: 'unavailable', retryAfter: Number.isFinite(seconds) ? seconds : null };
  }
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body: unknown = isJson ? JSON.parse(text) : text;
  if (response.ok && isJson) return { kind: 'ok', value: body as Value };
  if (status === 400) {
    const problems = problemsOf(body);
    return { kind: 'invalid', problems: problems.length > 0 ? problems : [text.trim()] };
  }
  return { kind: 'unexpected', status };
}

/** @param base the URL of the folder that the page is in. */
export function createApi(base: string, request: typeof fetch): Api {
  async function call<Value>(path: string, init: RequestInit): Promise<Outcome<Value>> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const options: RequestInit = { cache: 'no-store', credentials: 'omit', signal, ...init };
      return await outcomeOf(await request(new URL(`api/${path}`, base), options));
    } catch {
      return { kind: 'unreachable' };
    }
  }
  const post = <Value>(path: string, body: unknown, headers: Record<string, string>) =>
    call<Value>(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  return {
    login: (token) => post('login', { token }, {}),
    state: (token) => call('state', { headers: bearer(token) }),
    change: (token, change) => post('change', change, bearer(token)),
    say: (token, saying, id) => post('say', saying, { ...bearer(token), 'Idempotency-Key': id }),
  };
}

/** Why it did not succeed, and what to do. */
export function explain(outcome: Exclude<Outcome<unknown>, { kind: 'ok' }>): string {
  switch (outcome.kind) {
    case 'invalid':
      return `Not applied. ${outcome.problems.join(' ')}`;
    case 'unauthorized':
      return 'Not applied: your sign-in is no longer valid.';
    case 'forbidden':
      return 'Not applied: the stage accepts changes only from its own page (HTTP 403).';
    case 'unavailable': {
      const { retryAfter } = outcome;
      const when = retryAfter === null ? 'Try again.' : `Try again in ${duration(retryAfter)}.`;
      return `The stage could not confirm it (HTTP 503). Check the figures: it may have taken effect. ${when}`;
    }
    case 'unreachable':
      return 'No answer from the stage. Check the figures: it may have taken effect. Try again.';
    case 'unexpected':
      return `Not applied: the stage answered with HTTP ${outcome.status}.`;
  }
}
