import type { Host } from './host.ts';

/** The languages of the host, or those of the browser; empty if neither is known. */
export const languagesOf = ({ languages }: Host): readonly string[] =>
  languages ?? globalThis.navigator?.languages ?? [];
