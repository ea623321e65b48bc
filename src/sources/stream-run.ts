import type { Core } from './core.ts';
import type { SourceContext, SourceRun } from './source.ts';

/** Code of a `MediaError`: the connection broke. */
const NETWORK = 2;

const unknown = () => null;

/** A stream in the browser's own element. The governor allows each connection. */
class StreamRun implements SourceRun {
  readonly target = unknown;
  readonly latency = unknown;
  readonly frozen = () => false;
  readonly #context: SourceContext;
  readonly #core: Core;
  #media: HTMLMediaElement;
  /** The listeners of the current connection. */
  #listeners = new AbortController();

  constructor(context: SourceContext, core: Core) {
    this.#context = context;
    this.#core = core;
    this.#media = context.media;
  }

  /** Requests the stream, and gives it to the element once the headers show that it is playable. */
  async connect(): Promise<void> {
    const { request, description, signal, fail, finish } = this.#context;
    const { describeResponse, errorAt } = this.#core;
    const { url } = description;
    const media = this.#media;
    const listeners = new AbortController();
    this.#listeners = listeners;
    const answer = await request({
      url,
      purpose: 'playlist',
      isEndless: () => true,
      check: (_, { headers }) =>
        /^(text|image)\/|json|xml/.test(headers.get('content-type') ?? '')
          ? 'This is no audio stream. Check the URL.'
          : '',
    });
    const { headers, status } = answer;
    const type = headers.get('content-type') ?? '';
    if (/^(audio|video)\/|ogg/.test(type) && !media.canPlayType(type)) {
      const what = `${describeResponse(answer)}. This browser does not play it: offer MP3, AAC or HLS.`;
      throw errorAt(url, 'unsupported', what, { status });
    }
    // Closed or reconnected meanwhile.
    if (signal.aborted || listeners.signal.aborted) return;
    const on = (event: string, listener: () => void) =>
      media.addEventListener(event, listener, { signal: listeners.signal });
    on('ended', () => {
      // Only a file has a length, so only a file has a real end.
      if (headers.has('content-length')) finish();
      else fail(errorAt(url, 'network', 'the stream ended. Earshot connects again.'));
    });
    on('error', () => {
      const { code = 0, message = '' } = media.error ?? {};
      const why = `the browser cannot play it (MediaError ${code}). ${message}`.trim();
      fail(errorAt(url, code === NETWORK ? 'network' : 'media', why));
    });
    // A standby is paused, but buffers sound.
    media.preload = 'auto';
    media.src = url;
  }

  programTime(): null {
    return null;
  }

  ahead(): number {
    return this.#core.aheadOf(this.#media);
  }

  /** A stream is always live, from the moment of its connection. */
  seek(programTime: number | null): void {
    if (programTime === null) this.attach(this.#media);
  }

  attach(media: HTMLMediaElement): void {
    this.close();
    this.#media = media;
    this.connect().catch(this.#context.fail);
  }

  close(): void {
    this.#listeners.abort();
    this.#media.removeAttribute('src');
    this.#media.load();
  }
}

/** Opens a stream, through the governor. */
export const openStream = async (context: SourceContext, core: Core): Promise<SourceRun> => {
  const run = new StreamRun(context, core);
  await run.connect();
  return run;
};
