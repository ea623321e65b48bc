/**
 * Whether an answer is a stream that the browser's own element plays, such as Icecast's: by its type,
 * or, where that says nothing, by how it begins (MP3, AAC or Ogg).
 */
export const isStream = (headers: Headers, start = new Uint8Array()): boolean =>
  /^(audio|video)\/(?!.*(mpegurl|scpls))|^application\/ogg|\n(ID3|OggS|\xff[\xe0-\xff])/i.test(
    `${headers.get('content-type')}\n${String.fromCharCode(...start.subarray(0, 4))}`,
  );
