/**
 * Whether a response is a stream for the browser's own element, for example from Icecast: by its content type, or, if
 * that is not clear, by its first bytes (MP3, AAC or Ogg).
 */
export const isStream = (headers: Headers, start = new Uint8Array()): boolean =>
  /^(audio|video)\/(?!.*(mpegurl|scpls))|^application\/ogg|\n(ID3|OggS|\xff[\xe0-\xff])/i.test(
    `${headers.get('content-type')}\n${String.fromCharCode(...start.subarray(0, 4))}`,
  );
