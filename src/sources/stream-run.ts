import type { Core } from './core.ts';
import type { SourceContext, SourceRun } from './source.ts';

/** Code of a `MediaError`: the connection broke. */
const NETWORK = 2;

const unknown = () => null;

/** A stream in the browser's own element. Each time it is connected, the governor has let it. */
class StreamRun implements SourceRun {
  readonly target = unknown;
  readonly latency = unknown;
  readonly frozen = () => false;
  readonly #context: SourceContext;
  readonly #core: Core;
  #media: HTMLMediaElement;
  /** Of the connection that counts now. */
  #listeners = new AbortController();

  constructor(context: SourceContext, core: Core) {
    this.#context = context;
    this.#core = core;
    this.#media = context.media;
  }

  /** Asks for the stream, and gives it to the element once its headers say that it can be played. */
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
    // Closed, or connected anew, meanwhile.
    if (signal.aborted || listeners.signal.aborted) return;
    const on = (event: string, listener: () => void) =>
      media.addEventListener(event, listener, { signal: listeners.signal });
    on('ended', () => {
      // Only a file has a length, and an end that is one.
      if (headers.has('content-length')) finish();
      else fail(errorAt(url, 'network', 'the stream ended. Earshot connects again.'));
    });
    on('error', () => {
      const { code = 0, message = '' } = media.error ?? {};
      const why = `the browser cannot play it (MediaError ${code}). ${message}`.trim();
      fail(errorAt(url, code === NETWORK ? 'network' : 'media', why));
    });
    // A standby is paused, and gathers sound all the same.
    media.preload = 'auto';
    media.src = url;
  }

  programTime(): null {
    return null;
  }

  ahead(): number {
    return this.#core.aheadOf(this.#media);
  }

  /** A stream is nowhere but live, and it is live when it is connected. */
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
