import type { EarshotError } from '../policy/errors.ts';
import type { Rung, State } from '../policy/state.ts';
import type { Session } from './api.ts';
import type { ListenOptions, Resolved } from './options.ts';

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const nameOf = ({ kind, url }: Pick<Rung, 'kind' | 'url'>): string => `${kind} ${url}`;

/** Describes a failed attempt in words. */
export const wordsOfError = (error: EarshotError, now: number): string => {
  const { code, message, purpose, url, retryAt } = error;
  const what = purpose ? `${purpose} ${url ?? ''} failed (${code})` : code;
  const next =
    retryAt === undefined
      ? ''
      : retryAt === null
        ? ' It is not asked for again.'
        : ` It is asked for again in ${seconds(Math.max(0, retryAt - now))}.`;
  return `${what}: ${message}${next}`;
};

const wordsOfRung = ({ status, wait, position, error }: Rung, now: number): string => {
  if (status === 'waiting' && wait) {
    const rounds = wait.attempt === 1 ? 'one failed round' : `${wait.attempt} failed rounds`;
    return `waits ${seconds(wait.until - now)} after ${rounds} (${wait.error.code})`;
  }
  if (status === 'queued' && position)
    return `queued: its turn is in ${seconds(position.turn - now)}`;
  if (status === 'excluded' && error) return `excluded: ${error.message}`;
  return (
    { active: 'plays', standby: 'is prepared', ready: 'may be tried' }[status as 'ready'] ?? status
  );
};

/** Describes the change between two states in words; empty if it is not a decision. */
export const wordsOfChange = (before: State | null, { ...state }: State, now: number): string[] => {
  const words: string[] = [];
  if (before?.stage.state !== state.stage.state) words.push(`the stage is ${state.stage.state}`);
  if (before?.status !== state.status) {
    const behind = state.behindLive === null ? '' : `, ${seconds(state.behindLive)} behind live`;
    const source = state.source ? `: ${nameOf(state.source)}` : '';
    const pause =
      state.status === 'rejoining'
        ? `, silent for ${seconds(state.until - now)} at most, since it is further behind live`
        : '';
    words.push(
      `${before?.status ?? 'begun'} → ${state.status}${source}${state.hearing ? behind : pause}`,
    );
  }
  for (const rung of state.ladder) {
    const known = before?.ladder.find(({ url }) => url === rung.url);
    if (known?.status !== rung.status) words.push(`${nameOf(rung)} ${wordsOfRung(rung, now)}`);
  }
  return words;
};

/** Every option of `listen()`: a missing or extra name does not compile. */
const OPTIONS: Readonly<Record<keyof ListenOptions, true>> = {
  admission: true,
  channel: true,
  catchUp: true,
  cues: true,
  debug: true,
  fall: true,
  hls: true,
  host: true,
  lang: true,
  maxBehind: true,
  media: true,
  muted: true,
  record: true,
  resume: true,
  retry: true,
  role: true,
  signal: true,
  sources: true,
  stage: true,
  token: true,
  volume: true,
  whep: true,
};

/** The names in `options` that `listen()` does not know: misspelt, or of another version. */
export const unknownOptions = (options: object): string[] =>
  Object.keys(options).filter((name) => !(name in OPTIONS));

/** Logs the decisions of a session to the console, until its end. */
export const explain = (session: Session, options: Resolved): void => {
  const now = () => options.host.now();
  for (const name of unknownOptions(options))
    console.warn(`[earshot] listen(): no such option: ${name}`);
  const say = (words: string) => console.info(`[earshot] ${words}`);
  let before: State | null = null;
  session.subscribe((state) => {
    wordsOfChange(before, state, now()).forEach(say);
    before = state;
  });
  session.on('error', (error) => say(wordsOfError(error, now())));
  session.on('switch', ({ from, to, skippedMs, repeatedMs }) => {
    const seam =
      skippedMs === null || repeatedMs === null
        ? 'what was lost is not known'
        : `${skippedMs.toFixed(0)} ms lost, ${repeatedMs.toFixed(0)} ms heard twice`;
    say(`${nameOf(from)} → ${nameOf(to)}: ${seam}`);
  });
};
