// One listener: Earshot, stock hls.js, or hls.js with the usual recipe. Autoplay is allowed, or the query says `gesture`.
import type { HlsClass, Session } from '../../src/index.ts';

declare global {
  interface Bench {
    /** Earshot's. */
    session?: Session;
  }
}

const query = new URLSearchParams(location.search);
const url = query.get('url') ?? '';

/** What begins to listen, at once. */
type Start = () => unknown;

async function earshot(): Promise<Start> {
  const path: string = '/earshot/earshot.js';
  const { listen } = (await import(path)) as typeof import('../../src/index.ts');
  return () => follow(listen({ stage: url }));
}

function follow(session: Session): void {
  bench.session = session;
  session.on('error', ({ code, message }) => {
    bench.ear.says = `${code}: ${message}`;
  });
  session.subscribe((state) => {
    bench.ear.says = state.status === 'waiting' ? `waiting: ${state.wait.error}` : state.status;
    if (state.status === 'closed') bench.ear.fatal++;
  });
}

async function hlsJs(recipe: boolean): Promise<Start> {
  const path: string = '/hls.js';
  const { default: Hls } = (await import(path)) as { default: HlsClass };
  return () => play(Hls, recipe);
}

function play(Hls: HlsClass, recipe: boolean): Promise<void> {
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
  return media.play();
}

const kind = query.get('kind');
const start = await (kind === 'earshot' ? earshot() : hlsJs(kind === 'recipe'));
if (query.has('gesture')) {
  document.addEventListener('click', start, { once: true });
  document.body.append('Press to listen');
} else await start();
