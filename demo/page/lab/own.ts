import type { FromSandbox, ToSandbox } from './messages.ts';
import { outcomeFrom } from './pasted.ts';
import { grouped, type Run } from './run.ts';
import type { Settings } from './settings.ts';

/**
 * A policy may keep its worker from saying anything for 4 s. They are counted in short steps, since
 * a page that gets no processor time must not take that for the policy's silence.
 */
const STEP_MS = 250;
const MOST_SILENT_STEPS = 16;
/** A module is loaded by way of other processes, which a busy machine keeps waiting: 30 s. */
const MOST_LOADING_STEPS = 120;

interface Told {
  /** What came of it, for the run with this id. */
  readonly onRun: (id: number, run: Run | null) => void;
  readonly onWords: (words: string, isTrouble: boolean) => void;
}

/** The visitor's own policy, in a worker of its own that is ended when it says nothing for too long. */
export class Own {
  readonly #told: Told;
  #worker: Worker | null = null;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #code = '';
  #isLoaded = false;
  #next: { id: number; settings: Settings; isMoving: boolean } | null = null;

  constructor(told: Told) {
    this.#told = told;
  }

  /** True from the press on the button until it is stopped: a link alone never makes it so. */
  get runs(): boolean {
    return this.#worker !== null;
  }

  start(code: string): void {
    this.stop();
    this.#code = code;
    const worker = new Worker('lab/sandbox.js', { type: 'module' });
    this.#worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (worker === this.#worker) this.#hear(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(`Could not run it: ${event.message || 'the worker did not start'}.`);
    });
  }

  stop(): void {
    clearInterval(this.#watchdog);
    this.#worker?.terminate();
    this.#worker = null;
    this.#isLoaded = false;
    this.#next = null;
  }

  run(id: number, settings: Settings, isMoving: boolean): void {
    this.#next = { id, settings, isMoving };
    if (this.#isLoaded) this.#send();
  }

  #send(): void {
    if (!this.#next) return;
    this.#watch();
    this.#post({ type: 'run', ...this.#next });
  }

  #post(message: ToSandbox): void {
    this.#worker?.postMessage(message);
  }

  #watch(most = MOST_SILENT_STEPS): void {
    clearInterval(this.#watchdog);
    let silent = 0;
    this.#watchdog = setInterval(() => {
      if (++silent < most) return;
      const seconds = (most * STEP_MS) / 1_000;
      this.#fail(`Stopped: no result for ${seconds} s. Does it contain an endless loop?`);
    }, STEP_MS);
  }

  #fail(words: string): void {
    this.stop();
    this.#told.onWords(words, true);
    this.#told.onRun(-1, null);
  }

  #hear(sent: unknown): void {
    const data = sent as FromSandbox | null;
    if (data?.type === 'ready') {
      this.#watch(MOST_LOADING_STEPS);
      this.#post({ type: 'load', code: this.#code });
    } else if (data?.type === 'loaded') {
      clearInterval(this.#watchdog);
      this.#isLoaded = true;
      this.#send();
    } else if (data?.type === 'alive') this.#watch();
    else if (data?.type === 'unusable')
      this.#fail(`Could not run it: ${String(data.words).slice(0, 300)}.`);
    else if (data?.type === 'outcome') this.#take(data);
  }

  #take({
    id,
    simulated,
    outcome,
    words,
    isDone,
  }: Extract<FromSandbox, { type: 'outcome' }>): void {
    if (id !== this.#next?.id) return;
    if (isDone === true) clearInterval(this.#watchdog);
    else this.#watch();
    const figures = outcomeFrom(outcome);
    if (!figures) {
      this.#fail('Stopped: it sent data that is not the result of a simulation.');
      return;
    }
    const trouble = String(words).slice(0, 500);
    const count = Number(simulated) || 0;
    const part =
      count < this.#next.settings.listeners
        ? ` Simulated with a sample of ${grouped(count)}${isDone === true ? '' : '; now simulating all listeners'}.`
        : '';
    this.#told.onWords(`${trouble || 'Your policy runs.'}${part}`, trouble !== '');
    this.#told.onRun(id, { name: 'Your policy', kind: 'own', outcome: figures, simulated: count });
  }
}
