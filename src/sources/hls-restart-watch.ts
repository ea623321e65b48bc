import type { createRestarts } from './hls-restart.ts';

const DIRECTIVES = /[?].*$/;

const firstOf = (playlist: string): number =>
  Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)/m.exec(playlist)?.[1] ?? 0);

/**
 * Detects a restarted encoder, whose segment numbers go back. The code that repairs the timeline is loaded on demand,
 * because few stages need it. One instance per run.
 */
export const watchRestarts = () => {
  const known = new Map<string, string>();
  let restarts: ReturnType<typeof createRestarts> | undefined;
  return {
    urlOf: (url: string): string => restarts?.urlOf(url) ?? url,
    /** Like `createRestarts().edit`; also rejects if loading the code fails. */
    async edit(playlist: string, url: string): Promise<string> {
      const key = url.replace(DIRECTIVES, '');
      const last = known.get(key);
      known.set(key, playlist);
      const back = last ? firstOf(last) - firstOf(playlist) : -1;
      const isLess = playlist.length < (last?.length ?? 0) && !playlist.includes('#EXT-X-SKIP');
      if (!restarts && last && (back > 0 || (!back && isLess))) {
        const { createRestarts } = await import('./hls-restart.ts');
        restarts = createRestarts();
        for (const [where, text] of known) restarts.edit(where === key ? last : text, where);
      }
      return restarts ? restarts.edit(playlist, url) : playlist;
    },
  };
};
