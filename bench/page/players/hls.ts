// Stock hls.js on the stage's playlists, with the usual recipe.
import { newMedia, playHls, sourcesOf } from './common.ts';

await bench.probe.ready;
await playHls(newMedia(), await sourcesOf('hls'));
