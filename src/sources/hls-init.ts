/**
 * Resets a buffer's parser before each initialization segment, which begins with `ftyp` (MSE byte stream format for
 * ISO BMFF, section 3). By the specification this changes nothing between two whole segments. Without it, WebKitGTK
 * appends nothing after the second one.
 */
export const resetAtInit = (buffer: SourceBuffer): void => {
  const append = buffer.appendBuffer;
  buffer.appendBuffer = (data) => {
    try {
      // hls.js passes bytes, never a bare buffer.
      if (String.fromCharCode(...(data as Uint8Array).slice(4, 8)) === 'ftyp') buffer.abort();
    } catch {
      // The source has ended: appending opens it again.
    }
    append.call(buffer, data);
  };
};
