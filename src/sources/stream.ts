import type { Source } from './source.ts';
import { core } from './stream-core.ts';

/**
 * An endless MP3, AAC or Ogg, such as Icecast's, by the browser's own element. The element's request
 * cannot be governed; what can be is when it starts: the URL is asked first, through the governor, and
 * given to the element once its headers say that it is sound. It tells no program time. Its code is
 * loaded when it is needed.
 */
export const stream = (): Source => ({
  kinds: ['stream'],
  supports: () => true,
  async open(context) {
    const { openStream } = await import('./stream-run.ts');
    return openStream(context, core);
  },
});
