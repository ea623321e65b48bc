import { FRAME_SAMPLES, SAMPLE_RATE } from '../adts.ts';
import { speak } from './tools.ts';

const VOICE = ['-v', 'en-us', '-s', '188', '-p', '38', '-a', '90'];
const WARMTH = [
  'aresample=32000',
  'highpass=f=75',
  'equalizer=f=240:t=q:w=1:g=2',
  'equalizer=f=3000:t=q:w=1.2:g=1.5',
  'treble=f=6500:g=-4',
  'acompressor=threshold=-20dB:ratio=2:attack=8:release=120',
].join(',');

const AUDIBLE = 0.004;
const LOUDNESS = 10 ** (-19 / 20);
const PEAK = 10 ** (-3 / 20);
const FADE_SAMPLES = SAMPLE_RATE / 200;

/** A clip of the talk: trimmed, of the same loudness as all others, in whole blocks. */
export function speakClip(clip: string): Float32Array {
  const spoken = clip.endsWith('-') ? speakTens(clip) : speakTrimmed(clip);
  fadeEnds(spoken);
  const gain = Math.min(LOUDNESS / rms(spoken), PEAK / peak(spoken));
  const blocks = new Float32Array(Math.ceil(spoken.length / FRAME_SAMPLES) * FRAME_SAMPLES);
  blocks.set(spoken.map((sample) => sample * gain));
  return blocks;
}

// "20-" is cut from "22 minutes", to sound as if it goes on: a t begins with a moment of silence.
function speakTens(clip: string): Float32Array {
  const whole = speakTrimmed(`${Number.parseInt(clip, 10) + 2} minutes`);
  const rest = speakTrimmed('2 minutes');
  return trim(whole.slice(0, whole.length - rest.length));
}

function speakTrimmed(text: string): Float32Array {
  const stop = text.endsWith('seconds') ? '.' : ',';
  return trim(speak(text + stop, VOICE, WARMTH));
}

function trim(samples: Float32Array): Float32Array {
  const audible = (sample: number) => Math.abs(sample) > AUDIBLE;
  const from = Math.max(0, samples.findIndex(audible) - FADE_SAMPLES);
  return samples.slice(from, samples.findLastIndex(audible) + FADE_SAMPLES);
}

function fadeEnds(samples: Float32Array): void {
  for (let i = 0; i < FADE_SAMPLES; i++) {
    const gain = i / FADE_SAMPLES;
    const end = samples.length - 1 - i;
    samples[i] = (samples[i] ?? 0) * gain;
    samples[end] = (samples[end] ?? 0) * gain;
  }
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

function peak(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}
