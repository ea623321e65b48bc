// @eyevinn/webrtc-player, and hls.js when it says that it has given up or that no media comes.
import { WebRTCPlayer } from '@eyevinn/webrtc-player';
import { newMedia, playHls, sourcesOf } from './common.ts';

await bench.probe.ready;
const media = newMedia('video') as HTMLVideoElement;
const player = new WebRTCPlayer({
  video: media,
  type: 'whep',
  iceServers: [],
  // Its own watch for missing media works only on reports that are asked for.
  statsTypeFilter: '^inbound-rtp',
  mediaConstraints: { audioOnly: true },
});

let fallen = false;
async function fall(): Promise<void> {
  if (fallen) return;
  fallen = true;
  player.destroy();
  await playHls(media, await sourcesOf('hls'));
}

for (const sign of ['no-media', 'initial-connection-failed', 'connect-error']) {
  player.on(sign, () => void fall());
}
const [url = ''] = await sourcesOf('whep');
await player.load(new URL(url));
player.unmute();
await media.play().catch(() => {});
