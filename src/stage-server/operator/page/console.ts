import type { StageChange, StageSaying } from '../../config-types.ts';
import type { OperatorState } from '../operator-state.ts';
import type { Announcer } from './announcer.ts';
import { explain, type StateOutcome } from './api.ts';
import { make, say, set } from './dom.ts';

/** What a control is in the middle of, and how it ended, in its own place. */
export interface Feedback {
  readonly element: HTMLElement;
  pending(text: string): void;
  done(text: string): void;
  failed(text: string): void;
  clear(): void;
}

/** What the sections act through. */
export interface Console {
  readonly announcer: Announcer;
  /**
   * Asks for a change, and shows with the control what comes of it.
   *
   * @param done what to say when the stage has confirmed it.
   * @returns whether the stage has confirmed it.
   */
  change(change: StageChange, feedback: Feedback, done: string): Promise<boolean>;
  /** Sends something to all listeners. @param id the same for a second try. */
  say(saying: StageSaying, id: string, feedback: Feedback, done: string): Promise<boolean>;
  /** The last state that came. */
  readonly state: OperatorState;
  /** The stage's time, epoch ms, as well as this page knows it. */
  now(): number;
}

/** Part of the page. It gets each state that comes. */
export interface Section {
  update(state: OperatorState): void;
}

/** @param id for `aria-describedby` of the control. */
export function createFeedback(announcer: Announcer, id?: string): Feedback {
  const element = make('p', { class: 'feedback', ...(id && { id }) });
  function show(kind: string, text: string): void {
    set(element, 'data-kind', kind);
    say(element, text);
  }
  return {
    element,
    pending: (text) => show('pending', text),
    done(text) {
      show('done', text);
      announcer.say(text);
    },
    failed(text) {
      show('failed', text);
      announcer.alert(text);
    },
    clear: () => show('', ''),
  };
}

/** The parts that the console stands on. */
export interface ConsoleParts {
  readonly announcer: Announcer;
  change(change: StageChange): Promise<StateOutcome>;
  say(saying: StageSaying, id: string): Promise<StateOutcome>;
  state(): OperatorState;
  now(): number;
  onState(state: OperatorState): void;
  onUnauthorized(): void;
}

/** Creates what the sections act through. */
export function createConsole(parts: ConsoleParts): Console {
  async function act(
    request: Promise<StateOutcome>,
    feedback: Feedback,
    done: string,
  ): Promise<boolean> {
    feedback.pending('Waiting for the stage …');
    const outcome = await request;
    if (outcome.kind !== 'ok') {
      feedback.failed(explain(outcome));
      if (outcome.kind === 'unauthorized') parts.onUnauthorized();
      return false;
    }
    if (outcome.value) parts.onState(outcome.value);
    feedback.done(done);
    return true;
  }
  return {
    announcer: parts.announcer,
    change: (change, feedback, done) => act(parts.change(change), feedback, done),
    say: (saying, id, feedback, done) => act(parts.say(saying, id), feedback, done),
    get state() {
      return parts.state();
    },
    now: parts.now,
  };
}
