/** What there is in Node and in a browser alike, instead of a Buffer. */
export function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const fromText = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
