// In the audio worklet: hands on what it hears in chunks, each with the number of its first frame.

const CHUNK = 4800;

declare const currentFrame: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

class Recorder extends AudioWorkletProcessor {
  #chunk = new Float32Array(CHUNK);
  #first = 0;
  #filled = 0;

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const mono = inputs[0]?.[0];
    const length = outputs[0]?.[0]?.length ?? 0;
    if (!this.#filled) this.#first = currentFrame;
    for (let at = 0; at < length; at++) {
      this.#chunk[this.#filled++] = mono?.[at] ?? 0;
      if (this.#filled < CHUNK) continue;
      this.port.postMessage({ first: this.#first, sound: this.#chunk });
      this.#chunk = new Float32Array(CHUNK);
      this.#first = currentFrame + at + 1;
      this.#filled = 0;
    }
    return true;
  }
}

registerProcessor('recorder', Recorder);
