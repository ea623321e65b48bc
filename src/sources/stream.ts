import { core } from './core.ts';
import type { Source } from './source.ts';

/**
 * An endless MP3, AAC or Ogg stream, for example from Icecast, in the browser's own element.
 *
 * The governor cannot control the element's request, only its start: it requests the URL first, and gives it to the
 * element once the headers show that it is audio. The source has no program time. Its code is loaded on demand.
 */
export const stream = (): Source => ({
  kinds: ['stream'],
  supports: () => true,
  async open(context) {
    const { openStream } = await import('./stream-run.ts');
    return openStream(context, core);
  },
});
