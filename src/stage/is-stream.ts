/**
 * Whether a response is a stream for the browser's own element, for example from Icecast. The content type decides;
 * if it is not clear, the first bytes do (MP3, AAC or Ogg).
 */
export const isStream = (headers: Headers, start = new Uint8Array()): boolean =>
  /^(audio|video)\/(?!.*(mpegurl|scpls))|^application\/ogg|\n(ID3|OggS|\xff[\xe0-\xff])/i.test(
    `${headers.get('content-type')}\n${String.fromCharCode(...start.subarray(0, 4))}`,
  );
