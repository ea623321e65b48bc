// Runs before any player: all media elements, in the document or not, sound into one recording.

/** Something that happened, and the frame of the recording at which it did. */
export interface Mark {
  readonly name: string;
  readonly frame: number;
  readonly detail?: unknown;
}

interface Chunk {
  readonly first: number;
  readonly sound: Float32Array<ArrayBuffer>;
}

const context = new AudioContext({ sampleRate: 48_000 });
const sum = context.createGain();
const tapped = new Set<HTMLMediaElement>();
const chunks: Chunk[] = [];
const marks: Mark[] = [];

function tapElement(media: unknown): void {
  if (!(media instanceof HTMLMediaElement) || tapped.has(media)) return;
  tapped.add(media);
  context.createMediaElementSource(media).connect(sum);
}

const { createElement } = Document.prototype;
Document.prototype.createElement = function (this: Document, ...given: [string]) {
  const element = createElement.apply(this, given);
  tapElement(element);
  return element;
} as typeof createElement;

const { play } = HTMLMediaElement.prototype;
HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
  tapElement(this);
  return play.call(this);
};

async function start(): Promise<void> {
  await context.audioWorklet.addModule('/page/recorder.js');
  const options = { channelCount: 1, channelCountMode: 'explicit' } as const;
  const recorder = new AudioWorkletNode(context, 'recorder', options);
  recorder.port.onmessage = ({ data }: MessageEvent<Chunk>) => chunks.push(data);
  sum.connect(recorder).connect(context.destination);
  await context.resume();
}

const audible = () => [...tapped].filter(({ paused, muted }) => !paused && !muted);

const frame = (): number => Math.round(context.currentTime * context.sampleRate);

/** Mutes what sounds for about so long, behind every player's back. Tells how long it was, ms. */
async function mute(ms: number): Promise<number> {
  const sounding = audible();
  const began = performance.now();
  for (const media of sounding) media.muted = true;
  await new Promise((done) => setTimeout(done, ms));
  for (const media of sounding) media.muted = false;
  return performance.now() - began;
}

/** Moves what sounds by so much of its media time. */
function seek(ms: number): void {
  for (const media of audible()) media.currentTime += ms / 1000;
}

const recorded = (): number => {
  const last = chunks.at(-1);
  return last ? last.first + last.sound.length : 0;
};

/** The last unbroken recording up to now, in base64, from its frame `first` on. */
async function recording(): Promise<{ rate: number; first: number; sound: string; marks: Mark[] }> {
  for (const now = frame(); recorded() < now; ) await new Promise((done) => setTimeout(done, 10));
  const broken = chunks.findLastIndex(({ first, sound }, at) => {
    const next = chunks[at + 1];
    return next && next.first !== first + sound.length;
  });
  const whole = chunks.slice(broken + 1);
  const file = new FileReader();
  file.readAsDataURL(new Blob(whole.map(({ sound }) => sound)));
  await new Promise((done) => {
    file.onload = done;
  });
  const sound = String(file.result).replace(/^.*,/, '');
  return { rate: context.sampleRate, first: whole[0]?.first ?? 0, sound, marks };
}

const mark = (name: string, detail?: unknown): void =>
  void marks.push({ name, frame: frame(), detail });

const tap = { ready: start(), audible, mark, mute, seek, recording };

declare global {
  interface Bench {
    tap: typeof tap;
  }
  var bench: Bench;
}

globalThis.bench = { ...globalThis.bench, tap };
