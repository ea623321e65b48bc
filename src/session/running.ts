import type { Governor } from '../governor/governor.ts';
import type { Host } from '../host/host.ts';
import type { SourceDescription } from '../policy/document.ts';
import { EarshotError, isEarshotError } from '../policy/errors.ts';
import { advances, type Look, look } from '../policy/hearing.ts';
import type { Facts } from '../policy/model.ts';
import type { Wait } from '../policy/state.ts';
import type { Source, SourceRun } from '../sources/source.ts';

/** What one generation is started with. */
export interface RunningOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly description: SourceDescription;
  readonly sources: readonly Source[];
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
  readonly #host: Host;
  readonly #controller = new AbortController();
  readonly #waits = new Map<object, Wait>();
  #looks: readonly Look[] = [];

  constructor(options: RunningOptions) {
    const { host, media, description, onFail } = options;
    this.#host = host;
    this.media = media;
    this.description = description;
    const fail = (error: unknown) => {
      if (this.#controller.signal.aborted) return;
      const wrapped = new EarshotError('media', 'The source failed.', { cause: error });
      onFail(isEarshotError(error) ? error : wrapped);
    };
    this.#open(options, fail).catch(fail);
  }

  /** Looks at the element once more and tells what that shows. */
  facts(wanted: boolean): Facts {
    const { run, media } = this;
    const now = this.#host.now();
    this.#looks = wanted && !media.paused ? look(this.#looks, [now, media.currentTime * 1_000]) : [];
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
    this.#controller.abort();
    this.run?.close();
    this.run = null;
  }

  async #open(options: RunningOptions, fail: (error: unknown) => void): Promise<void> {
    const { sources, governor, onFinish, ...context } = options;
    const { host, description } = context;
    const { signal } = this.#controller;
    const source = sources.find((one) => one.kinds.includes(description.kind) && one.supports(host));
    if (!source) throw new EarshotError('unsupported', `Nothing here plays ${description.kind}.`);
    const run = await source.open({
      ...context,
      signal,
      fail,
      finish: () => signal.aborted || onFinish(),
      ask: async (ask) => {
        const both = ask.signal ? AbortSignal.any([signal, ask.signal]) : signal;
        const id = {};
        const note = (wait: Wait | null) => {
          if (wait) this.#waits.set(id, wait);
          else this.#waits.delete(id);
        };
        return governor.ask({ ...ask, signal: both }, note).finally(() => note(null));
      },
    });
    if (signal.aborted) run.close();
    else this.run = run;
  }
}
