// What every player's page needs: the sources of the stage, and hls.js as an app would use it.
import type { HlsClass } from '../../../src/index.ts';

interface Source {
  readonly kind: string;
  readonly url: string;
}

/** The URLs of the stage's sources of one kind, best first. */
export async function sourcesOf(kind: string): Promise<string[]> {
  const stage = new URLSearchParams(location.search).get('stage') ?? '';
  const document = (await (await fetch(stage)).json()) as { sources: Source[] };
  return document.sources.filter((source) => source.kind === kind).map(({ url }) => url);
}

export async function loadHls(): Promise<HlsClass> {
  const path: string = '/hls.js';
  const { default: Hls } = (await import(path)) as { default: HlsClass };
  return Hls;
}

/** Plays by stock hls.js, with the usual recipe: the next URL after a fatal error, round and round. */
export async function playHls(media: HTMLMediaElement, urls: readonly string[]): Promise<void> {
  const Hls = await loadHls();
  const begin = (index: number) => {
    const hls = new Hls();
    hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError();
      hls.destroy();
      begin((index + 1) % urls.length);
    });
    hls.loadSource(urls[index] ?? '');
    hls.attachMedia(media);
    media.play().catch(() => {});
  };
  begin(0);
}

/** An element as every page has one. */
export function newMedia(kind: 'audio' | 'video' = 'audio'): HTMLMediaElement {
  const media = document.createElement(kind);
  media.autoplay = true;
  document.body.append(media);
  return media;
}
