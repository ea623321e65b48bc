import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { type Stretches, until } from './engine.ts';

const run = promisify(execFile);

const RATE = 8_000;
const LISTEN_EVERY_MS = 20;
const CHUNK_SAMPLES = (RATE * LISTEN_EVERY_MS) / 1000;
const BYTES_PER_SAMPLE = 4;
const AUDIBLE = 0.02;
const LATENCY_MS = 40;
/** As in the page's own meter: shorter than any pause of the program. */
const BREATH_MS = 100;

/** A sound card of its own for one browser, and a meter behind it. */
export interface Loudspeaker {
  readonly env: NodeJS.ProcessEnv;
  /** Since the last `restart()`. */
  stretches(): Stretches;
  restart(): void;
  close(): Promise<void>;
}

let last = 0;

/** @throws Error if there is no PulseAudio. */
export const openLoudspeaker = async (given: NodeJS.ProcessEnv): Promise<Loudspeaker> => {
  const name = `earshot${++last}`;
  const env = { ...process.env, ...given };
  const load = () =>
    run('pactl', ['load-module', 'module-null-sink', `sink_name=${name}`], { env });
  const { stdout } = await until('a sound card', () => load().catch(() => null), 20_000);
  const asked = [`--rate=${RATE}`, '--channels=1', '--format=float32le'];
  const recorder = spawn(
    'parec',
    [`--device=${name}.monitor`, `--latency-msec=${LATENCY_MS}`, '--raw', ...asked],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const meter = new Meter();
  recorder.stdout.on('data', (bytes: Buffer) => meter.take(bytes));
  await until('the sound card is listened to', async () => meter.now > 0, 20_000);
  return {
    env: { ...given, PULSE_SINK: name },
    stretches: () => meter.stretches(),
    restart: () => meter.restart(),
    close: async () => {
      recorder.kill();
      await run('pactl', ['unload-module', stdout.trim()], { env }).catch(() => {});
    },
  };
};

/** Its clock is the number of samples, so that a busy machine does not stretch a silence. */
class Meter {
  now = 0;
  #rest = Buffer.alloc(0);
  #from = 0;
  #firstAt = 0;
  #heardAt = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #wordAt = 0;
  #silences: [from: number, to: number][] = [];

  take(bytes: Buffer): void {
    const size = CHUNK_SAMPLES * BYTES_PER_SAMPLE;
    let all = Buffer.concat([this.#rest, bytes]);
    for (; all.length >= size; all = all.subarray(size)) this.#listen(all.subarray(0, size));
    this.#rest = all;
  }

  #listen(chunk: Buffer): void {
    this.now += LISTEN_EVERY_MS;
    const { now } = this;
    for (let at = 0; at < chunk.length; at += BYTES_PER_SAMPLE) {
      if (Math.abs(chunk.readFloatLE(at)) <= AUDIBLE) continue;
      if (now - this.#lastAt > BREATH_MS) this.#wordAt = now;
      this.#lastAt = now;
      break;
    }
    const isHeard = now - this.#lastAt <= BREATH_MS && this.#lastAt > this.#wordAt;
    if (isHeard) {
      this.#firstAt ||= now;
      this.#heardAt = now;
    } else if (this.#heardAt) {
      const silence = this.#silences.at(-1);
      if (silence?.[0] === this.#heardAt) silence[1] = now;
      else this.#silences.push([this.#heardAt, now]);
    }
  }

  restart(): void {
    this.#from = this.now;
    this.#firstAt = 0;
    this.#heardAt = 0;
    this.#silences = [];
  }

  stretches(): Stretches {
    const since = (at: number) => at && at - this.#from;
    return {
      firstAt: since(this.#firstAt),
      heardAt: since(this.#heardAt),
      silences: this.#silences.map(([from, to]) => [since(from), since(to)] as const),
      now: since(this.now),
    };
  }
}
