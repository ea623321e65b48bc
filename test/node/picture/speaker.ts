// Runs in the page of who speaks: films a clock, as HLS for later and by WebRTC at once.
import {
  AudioSample,
  AudioSampleSource,
  CanvasSource,
  Mp4OutputFormat,
  NullTarget,
  Output,
} from 'mediabunny';

const [WIDTH, HEIGHT] = [320, 180];
const FRAMES_PER_SECOND = 10;
const RATE = 48_000;
const TONE = 330;
const LOUDNESS = 0.2;

const canvas = new OffscreenCanvas(WIDTH, HEIGHT);

const draw = (into: OffscreenCanvas | HTMLCanvasElement, seconds: number): void => {
  const context = into.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = '#134';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.fillStyle = '#fc6';
  context.font = '64px monospace';
  context.fillText(seconds.toFixed(1), 60, 110);
  context.fillRect(0, HEIGHT - 8, (seconds % 1) * WIDTH, 8);
};

const tone = (from: number, seconds: number): AudioSample => {
  const at = (sample: number) => Math.sin(2 * Math.PI * TONE * (from + sample / RATE)) * LOUDNESS;
  return new AudioSample({
    data: Float32Array.from({ length: RATE * seconds }, (_, sample) => at(sample)),
    format: 'f32',
    numberOfChannels: 1,
    sampleRate: RATE,
    timestamp: from,
  });
};

/** Puts a film onto the stage: `init.mp4`, and segments of so many seconds each. */
const film = async (segments: number, each: number): Promise<void> => {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const keep = (data: Uint8Array) => void parts.push(data.slice());
  const head: Uint8Array<ArrayBuffer>[] = [];
  const output = new Output({
    format: new Mp4OutputFormat({
      fastStart: 'fragmented',
      minimumFragmentDuration: each,
      onFtyp: (data) => void head.push(data.slice()),
      onMoov: (data) => void head.push(data.slice()),
      onMoof: keep,
      onMdat: keep,
    }),
    target: new NullTarget(),
  });
  const video = new CanvasSource(canvas, {
    codec: 'vp9',
    bitrate: 100_000,
    keyFrameInterval: each,
  });
  const audio = new AudioSampleSource({ codec: 'opus', bitrate: 32_000 });
  output.addVideoTrack(video, { frameRate: FRAMES_PER_SECOND });
  output.addAudioTrack(audio);
  await output.start();
  for (let second = 0; second < segments * each; second++) {
    const sample = tone(second, 1);
    await audio.add(sample);
    sample.close();
    for (let frame = 0; frame < FRAMES_PER_SECOND; frame++) {
      const seconds = second + frame / FRAMES_PER_SECOND;
      draw(canvas, seconds);
      await video.add(seconds, 1 / FRAMES_PER_SECOND);
    }
  }
  await output.finalize();
  const put = (name: string, body: Uint8Array<ArrayBuffer>[]) =>
    fetch(`/film/${name}`, { method: 'PUT', body: new Blob(body) });
  await put('init.mp4', head);
  // Each is a header and its data.
  for (let index = 0; index < parts.length; index += 2) {
    await put(`${index / 2}.m4s`, parts.slice(index, index + 2));
  }
};

/** What ends each answer. */
const ends: (() => void)[] = [];

/** Answers a listener's offer with picture and sound. */
const answer = async (offer: string): Promise<string> => {
  const peer = new RTCPeerConnection();
  const live = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const since = performance.now();
  const paint = () => draw(live, (performance.now() - since) / 1_000);
  paint();
  const painting = setInterval(paint, 1_000 / FRAMES_PER_SECOND);
  const audio = new AudioContext();
  ends.push(() => {
    clearInterval(painting);
    void audio.close();
    peer.close();
  });
  const out = audio.createMediaStreamDestination();
  const oscillator = new OscillatorNode(audio, { frequency: TONE });
  oscillator.connect(new GainNode(audio, { gain: LOUDNESS })).connect(out);
  oscillator.start();
  for (const track of [...live.captureStream().getTracks(), ...out.stream.getTracks()]) {
    peer.addTrack(track, out.stream);
  }
  await peer.setRemoteDescription({ type: 'offer', sdp: offer });
  await peer.setLocalDescription();
  await new Promise<void>((resolve) => {
    const look = () => peer.iceGatheringState === 'complete' && resolve();
    peer.addEventListener('icegatheringstatechange', look);
    look();
  });
  return peer.localDescription?.sdp ?? '';
};

/** The speaker's machine is gone. */
const vanish = (): void => {
  for (const end of ends.splice(0)) end();
};

declare global {
  var speaker: {
    film: typeof film;
    answer: typeof answer;
    vanish: typeof vanish;
  };
}

globalThis.speaker = { film, answer, vanish };
