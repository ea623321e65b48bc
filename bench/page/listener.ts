// One listener: Earshot, stock hls.js, or hls.js with the usual recipe. Autoplay is allowed.
import type { HlsClass, Session } from '../../src/index.ts';

declare global {
  interface Bench {
    /** Earshot's. */
    session?: Session;
  }
}

const query = new URLSearchParams(location.search);
const url = query.get('url') ?? '';

async function earshot(): Promise<void> {
  const path: string = '/earshot/earshot.js';
  const { listen } = (await import(path)) as typeof import('../../src/index.ts');
  const session = listen({ stage: url });
  bench.session = session;
  session.on('error', ({ code, message }) => {
    bench.ear.says = `${code}: ${message}`;
  });
  session.subscribe((state) => {
    bench.ear.says = state.status === 'waiting' ? `waiting: ${state.wait.error}` : state.status;
    if (state.status === 'closed') bench.ear.fatal++;
  });
}

async function hlsJs(recipe: boolean): Promise<void> {
  const path: string = '/hls.js';
  const { default: Hls } = (await import(path)) as { default: HlsClass };
  const hls = new Hls();
  hls.on(Hls.Events.ERROR, (_, { fatal, type, details }) => {
    bench.ear.says = fatal ? `fatal: ${details}` : details;
    if (!fatal) return;
    bench.ear.fatal++;
    if (!recipe) return;
    if (details.startsWith('manifest')) hls.loadSource(url);
    else if (type === Hls.ErrorTypes.NETWORK_ERROR) hls.startLoad();
    else if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
  });
  const media = document.createElement('audio');
  hls.loadSource(url);
  hls.attachMedia(media);
  await media.play();
}

const kind = query.get('kind');
await (kind === 'earshot' ? earshot() : hlsJs(kind === 'recipe'));
