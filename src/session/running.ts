import type { Governor } from '../governor/governor.ts';
import type { Host } from '../host/host.ts';
import { EarshotError, isEarshotError } from '../policy/errors.ts';
import { advances, type Looks, look } from '../policy/hearing.ts';
import type { Facts } from '../policy/model.ts';
import type { SourceDescription } from '../policy/document.ts';
import type { Wait } from '../policy/state.ts';
import type { Source, SourceAsk, SourceRun } from '../sources/source.ts';

/** What one generation is started with. */
export interface RunningOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly description: SourceDescription;
  readonly source: Source | undefined;
  readonly media: HTMLMediaElement;
  readonly from: number | null;
  onFail(error: EarshotError): void;
  onFinish(): void;
}

/** One generation of a source: its signal, its requests, its looks. A late word of it is dropped. */
export class Running {
  run: SourceRun | null = null;
  media: HTMLMediaElement;
  readonly description: SourceDescription;
  readonly #options: RunningOptions;
  readonly #controller = new AbortController();
  readonly #waits = new Map<object, Wait>();
  #looks: Looks = [];

  constructor(options: RunningOptions) {
    this.#options = options;
    this.media = options.media;
    this.description = options.description;
    void this.#open();
  }

  /** Looks at the element once more and tells what that shows. */
  facts(wanted: boolean): Facts {
    const { run, media } = this;
    const { host } = this.#options;
    const next = { at: host.now(), position: media.currentTime * 1_000 };
    this.#looks = wanted && !media.paused ? look(this.#looks, next) : [];
    const [wait = null] = [...this.#waits.values()].sort((a, b) => b.until - a.until);
    return {
      advances: advances(this.#looks),
      ahead: run?.ahead() ?? 0,
      target: run?.target() ?? null,
      frozen: run?.frozen() ?? false,
      wait,
    };
  }

  /** The run goes on in another element. */
  move(media: HTMLMediaElement, programTime: number | null): void {
    this.run?.attach(media, programTime);
    this.media = media;
    this.#looks = [];
  }

  close(): void {
    this.#controller.abort(new EarshotError('stopped', 'The source was left.'));
    this.run?.close();
    this.run = null;
  }

  async #open(): Promise<void> {
    const { source, description, host, media, from, onFinish } = this.#options;
    const { signal } = this.#controller;
    try {
      if (!source?.supports(host)) {
        const message = `No source here can play "${description.kind}".`;
        throw new EarshotError('unsupported', message, { url: description.url });
      }
      const run = await source.open({
        description,
        media,
        from,
        host,
        signal,
        ask: (ask) => this.#ask(ask),
        fail: (error) => this.#fail(error),
        finish: () => signal.aborted || onFinish(),
      });
      if (signal.aborted) run.close();
      else this.run = run;
    } catch (error) {
      this.#fail(error);
    }
  }

  async #ask(ask: SourceAsk) {
    const { signal } = this.#controller;
    const both = ask.signal ? AbortSignal.any([signal, ask.signal]) : signal;
    const id = {};
    try {
      return await this.#options.governor.ask({ ...ask, signal: both }, (wait) => {
        if (wait) this.#waits.set(id, wait);
        else this.#waits.delete(id);
      });
    } finally {
      this.#waits.delete(id);
    }
  }

  #fail(error: unknown): void {
    if (this.#controller.signal.aborted) return;
    this.#options.onFail(
      isEarshotError(error)
        ? error
        : new EarshotError('media', 'The source failed.', { cause: error }),
    );
  }
}
