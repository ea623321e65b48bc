// In the audio worklet: hands on what it hears in chunks, each with the number of its first frame.

const CHUNK = 4800;

declare const currentFrame: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

class Recorder extends AudioWorkletProcessor {
  readonly #chunk = new Float32Array(CHUNK);
  #first = 0;
  #filled = 0;

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const mono = inputs[0]?.[0];
    const length = outputs[0]?.[0]?.length ?? 0;
    // What the audio thread left out must not make what comes after it seem earlier.
    if (this.#first + this.#filled !== currentFrame) this.#hand(currentFrame);
    for (let at = 0; at < length; at++) {
      this.#chunk[this.#filled++] = mono?.[at] ?? 0;
      if (this.#filled === CHUNK) this.#hand(currentFrame + at + 1);
    }
    return true;
  }

  /** Hands on what there is, and begins anew at a frame. */
  #hand(next: number): void {
    const sound = this.#chunk.slice(0, this.#filled);
    if (sound.length) this.port.postMessage({ first: this.#first, sound });
    this.#first = next;
    this.#filled = 0;
  }
}

registerProcessor('recorder', Recorder);
