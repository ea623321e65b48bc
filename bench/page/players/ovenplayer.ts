// OvenPlayer with its own fallback on: from its WebRTC, of which it is told by `oven`, to HLS.
import OvenPlayer from 'ovenplayer';
import type { HlsClass } from '../../../src/index.ts';
import { loadHls, sourcesOf } from './common.ts';

await bench.probe.ready;
(globalThis as { Hls?: HlsClass }).Hls = await loadHls();
const container = document.createElement('div');
container.id = 'player';
document.body.append(container);
const oven = new URLSearchParams(location.search).get('oven');
const hls = (await sourcesOf('hls')).map((file, at) => ({ label: `hls-${at}`, type: 'hls', file }));
const live = oven ? [{ label: 'webrtc', type: 'webrtc', file: oven }] : [];
OvenPlayer.create('player', {
  autoStart: true,
  autoFallback: true,
  mute: false,
  volume: 100,
  webrtcConfig: { iceServers: [] },
  sources: [...live, ...hls],
});
