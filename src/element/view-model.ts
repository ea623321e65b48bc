import type { EarshotError } from '../policy/errors.ts';
import type { State } from '../policy/state.ts';
import type { Format } from './format.ts';
import type { LiveEdge } from './live-edge.ts';
import { isRecording } from './media-events.ts';
import type { Spoken, Words } from './words.ts';

/** The action of the large button. `stop`: nothing plays yet that could be paused. */
export type Press = 'listen' | 'stop' | 'pause' | 'resume' | 'allow';

/** The tone of the whole element: only `hearing` is lit. */
export type Tone = 'idle' | 'hearing' | 'quiet' | 'busy' | 'wait' | 'stop';

/** All that an element shows, as texts. */
export interface ViewModel {
  readonly tone: Tone;
  readonly press: Press;
  readonly label: string;
  readonly headline: string;
  readonly detail: string;
  /** The turn at a door, and how much of the wait has passed, 0 to 1. */
  readonly queue: { readonly words: string; readonly passed: number | null } | null;
  /** `null`: there is no live edge to go to. */
  readonly live: { readonly gains: boolean } | null;
  /** The text for a screen reader when {@link news} changes. */
  readonly announcement: string;
  /** Changes with the status, and when the turn becomes known; not with a counting number. */
  readonly news: string;
  /** Whether a number counts, so that the element must be drawn again each second. */
  readonly counts: boolean;
}

/** What an element knows in addition to its state. */
export interface View {
  readonly state: State | null;
  /** The error that `listen()` threw; then there is no session. */
  readonly refused: EarshotError | null;
  readonly heading: string;
  readonly words: Words;
  readonly format: Format;
  readonly edge: LiveEdge;
  /** Epoch ms. */
  readonly now: number;
  /** Epoch ms of the start of the wait for the turn. */
  readonly queuedAt: number;
}

/** Only a server that limits requests, or names a time for the next one, reports that it is busy. */
const isBusy = ({ code, status, retryAfter }: EarshotError): boolean =>
  code === 'overload' && (status === 429 || (status === 503 && retryAfter != null));

/** Storage may hold an error code of another version, and custom words may lack a code. */
const whyOf = (words: Words, error: EarshotError): string =>
  isBusy(error)
    ? words.busy
    : Object.hasOwn(words.why, error.code)
      ? words.why[error.code]
      : words.why.http;

const TONES: Record<State['status'], Tone> = {
  opening: 'busy',
  scheduled: 'quiet',
  connecting: 'busy',
  hearing: 'hearing',
  muted: 'quiet',
  paused: 'quiet',
  blocked: 'wait',
  stalled: 'busy',
  waiting: 'wait',
  rejoining: 'wait',
  queued: 'wait',
  ended: 'idle',
  closed: 'idle',
};

/** The action of a press in a status. */
export const pressOf = (state: State | null): Press => {
  if (!state || state.status === 'closed' || state.status === 'ended') return 'listen';
  const { status, stage } = state;
  if (status === 'paused') return 'resume';
  if (status === 'scheduled' || stage.state === 'unknown') return 'stop';
  return status === 'blocked' ? 'allow' : 'pause';
};

const idle = ({ words, refused, heading }: View): ViewModel => ({
  tone: refused ? 'stop' : 'idle',
  press: 'listen',
  label: words.listen,
  headline: refused ? words.failed : heading ? words.listen : words.stage,
  detail: refused ? whyOf(words, refused) : words.invitation,
  queue: null,
  live: null,
  announcement: refused ? `${words.failed}. ${whyOf(words, refused)}` : '',
  news: refused?.code ?? '',
  counts: false,
});

/** Describes one snapshot in words. */
export const show = (view: View): ViewModel => {
  const { state, words, format, edge, now, queuedAt } = view;
  if (!state) return idle(view);
  const { status, source, hearing, behindLive, stage, queue } = state;
  const kind = source?.kind ?? '';
  const spoken = (time: number | null | undefined): Spoken => {
    const known = time && Number.isFinite(time) ? time : null;
    const ms = known && known > now ? known - now : null;
    return {
      by: hearing ? (words.kinds[kind] ?? kind) : null,
      at: known ? format.at(known, now) : null,
      left: ms ? format.span(ms) : null,
      relative: ms ? format.relative(ms) : null,
    };
  };
  const failed = status === 'closed' ? state.error : null;
  const press = pressOf(state);

  const headline = failed
    ? words.failed
    : hearing && isRecording(state)
      ? words.recording
      : words.headlines[status];

  const detailOf = (): string => {
    if (failed) return whyOf(words, failed);
    if (hearing) {
      const behind = behindLive === null || isRecording(state) ? null : format.span(behindLive);
      return words.hearing(words.kinds[kind] ?? kind, behind);
    }
    if (status === 'scheduled') return words.scheduled(spoken(stage.startsAt));
    if (status === 'waiting')
      return words.waiting(whyOf(words, state.wait.error), spoken(state.wait.until));
    if (status === 'rejoining') return words.rejoining(spoken(state.until));
    return words.details[status] ?? '';
  };

  const turn = queue && (queue.uncertainty === null ? null : queue.turn);
  const queueWords = queue && words.queue(spoken(turn));
  const passed =
    turn && Number.isFinite(turn) ? (now - queuedAt) / Math.max(1, turn - queuedAt) : null;
  // The announcement must still be true after it was read: no remaining time.
  const said = status === 'waiting' && `${whyOf(words, state.wait.error)} ${words.retrying}`;
  return {
    tone: failed ? 'stop' : TONES[status],
    press,
    label: press === 'listen' ? words.again : words[press],
    headline,
    detail: detailOf(),
    queue: queueWords ? { words: queueWords, passed } : null,
    live:
      press === 'listen' || isRecording(state) || !source ? null : { gains: edge.isBehind(state) },
    announcement: [`${headline}.`, failed ? whyOf(words, failed) : said, queueWords]
      .filter(Boolean)
      .join(' '),
    news: `${status} ${queue && !!turn} ${failed?.code}`,
    counts: status === 'waiting' || status === 'rejoining' || status === 'scheduled' || !!queue,
  };
};
