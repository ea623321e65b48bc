// Runs before any player, and records what the page plays: by MSE, by src, by remote and local
// streams, and straight from the player's own audio graph; volume, mute and pause are obeyed.
//
// The Chromium that npm ships has no tab capture: getDisplayMedia() says "Not supported". A tapped
// element (createMediaElementSource) follows volume and mute, but is silent with a srcObject;
// captureStream() and the stream itself follow neither. So elements are tapped for what has a src,
// and a srcObject is taken from its stream, behind a gain that does what its element does. Both are
// taken before the loudspeaker's own delay: between the two ways some 20 ms stay unknown.

import { damageTo, onElement } from './elements.ts';
import { tapGraphs } from './graphs.ts';
import { concealment } from './peers.ts';
import { reel } from './reel.ts';

const { context, sum, ready, recording, mark, firstSound } = reel;
const EVERY = 20;
const AUDIBLE = 0.02;
/** Longer than any pause of the program. */
const PAUSE = 700;
/** Shorter than any. */
const BREATH = 100;

interface Line {
  readonly gain: GainNode;
  track: MediaStreamTrack | null;
  source: MediaStreamAudioSourceNode | null;
}

/** Where the sound is measured at the loudspeaker, elements are left alone. */
const isTapped = !new URLSearchParams(location.search).has('untapped');

const lines = new Map<HTMLMediaElement, Line>();

function follow(media: HTMLMediaElement): void {
  if (lines.has(media)) return;
  if (isTapped) context.createMediaElementSource(media).connect(sum);
  const gain = context.createGain();
  gain.connect(sum);
  lines.set(media, { gain, track: null, source: null });
  for (const event of ['playing', 'pause', 'emptied', 'loadeddata', 'volumechange', 'ended']) {
    media.addEventListener(event, () => look(media));
  }
}

const isSounding = ({ paused, muted, readyState }: HTMLMediaElement): boolean =>
  !paused && !muted && readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;

/** Takes the sound of an element's stream as loud as the element plays it. */
function look(media: HTMLMediaElement): void {
  const line = lines.get(media);
  if (!line) return;
  const stream = media.srcObject instanceof MediaStream ? media.srcObject : null;
  const track = stream?.getAudioTracks()[0] ?? null;
  if (track !== line.track) {
    line.source?.disconnect();
    line.source = track && context.createMediaStreamSource(new MediaStream([track]));
    line.source?.connect(line.gain);
    line.track = track;
  }
  // At once, without the smoothing of `value`: a player's fade is the player's own.
  const level = isSounding(media) ? media.volume : 0;
  if (line.gain.gain.value === level) return;
  line.gain.gain.cancelScheduledValues(0);
  line.gain.gain.setValueAtTime(level, context.currentTime);
}

onElement(follow);

// A change is heard in the same turn, long before its event.
for (const name of ['volume', 'muted', 'srcObject'] as const) {
  const own = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, name);
  if (!own?.set) continue;
  const { set } = own;
  Object.defineProperty(HTMLMediaElement.prototype, name, {
    ...own,
    set(this: HTMLMediaElement, value: never) {
      set.call(this, value);
      follow(this);
      look(this);
    },
  });
}

tapGraphs(context, sum);

const meter = context.createAnalyser();
meter.fftSize = 2048;
sum.connect(meter);
const levels = new Float32Array(meter.fftSize);
let lastAt = -Infinity;
let since = 0;
let wordAt = 0;

// Tracks that come into a stream later have no event of the element's.
setInterval(() => {
  for (const media of lines.keys()) look(media);
  meter.getFloatTimeDomainData(levels);
  if (!levels.some((level) => Math.abs(level) > AUDIBLE)) return;
  const now = performance.now();
  if (now - lastAt > PAUSE) since = now;
  if (now - lastAt > BREATH) wordAt = now;
  lastAt = now;
}, EVERY);

/** For how many ms there has been sound, its pauses included; 0 when there is none. */
function soundingFor(): number {
  const now = performance.now();
  return now - lastAt > PAUSE ? 0 : now - since;
}

/** For how many ms there has been sound without any pause. */
const wordFor = (): number => (performance.now() - lastAt > BREATH ? 0 : lastAt - wordAt);

const audible = () => [...lines.keys()].filter(isSounding);

const probe = {
  ...{ ready, soundingFor, wordFor, firstSound, mark, recording, concealment },
  ...damageTo(audible),
};

declare global {
  interface Bench {
    probe: typeof probe;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, probe };
