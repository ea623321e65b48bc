// One recording of all that is put into it, and what happened meanwhile, by its frames.

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

const RATE = 48_000;

const context = new AudioContext({ sampleRate: RATE });
const sum = context.createGain();
const chunks: Chunk[] = [];
const marks: Mark[] = [];

async function start(): Promise<void> {
  await context.audioWorklet.addModule('/page/recorder.js');
  const options = { channelCount: 1, channelCountMode: 'explicit' } as const;
  const recorder = new AudioWorkletNode(context, 'recorder', options);
  recorder.port.onmessage = ({ data }: MessageEvent<Chunk>) => chunks.push(data);
  sum.connect(recorder).connect(context.destination);
  await context.resume();
}

const frame = (): number => Math.round(context.currentTime * context.sampleRate);

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

/** Milliseconds from the first mark to the first sample that is louder than `level`; `null` yet. */
function firstSound(level: number): number | null {
  const [mark] = marks;
  for (const { first, sound } of chunks) {
    const at = sound.findIndex((one, index) => {
      return first + index >= (mark?.frame ?? Infinity) && Math.abs(one) > level;
    });
    if (mark && at >= 0) return ((first + at - mark.frame) * 1000) / RATE;
  }
  return null;
}

/** Stretches of whole blocks in which nothing is louder than `level`, epoch ms. */
function* stretchesBelow(
  level: number,
  blockFrames: number,
): Generator<[from: number, to: number]> {
  const zero = Date.now() - context.currentTime * 1000;
  const msOf = (frame: number) => zero + (frame * 1000) / RATE;
  let from: number | null = null;
  for (const { first, sound } of chunks) {
    for (let at = 0; at < sound.length; at += blockFrames) {
      const isQuiet = sound.subarray(at, at + blockFrames).every((one) => Math.abs(one) <= level);
      if (isQuiet) from ??= first + at;
      else if (from !== null) {
        yield [msOf(from), msOf(first + at)];
        from = null;
      }
    }
  }
  if (from !== null) yield [msOf(from), msOf(recorded())];
}

/** What is connected to `sum` is recorded. */
export const reel = { context, sum, ready: start(), recording, mark, firstSound, stretchesBelow };
