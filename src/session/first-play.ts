import { type Host, onAbort } from '../host/host.ts';

/**
 * Allows a hidden page to play when its turn or the start comes. Chromium loads no media in a hidden page that has
 * never played any; a muted, empty stream, played before, counts as media.
 */
export const playOnce = async (host: Host, signal: AbortSignal): Promise<void> => {
  const audio = signal.aborted ? null : host.realtime?.createAudio();
  if (!audio) return;
  const media = host.createMedia();
  const stop = () => {
    stopAbort();
    media.srcObject = null;
    audio.close().catch(() => {});
  };
  const stopAbort = onAbort(signal, stop);
  media.muted = true;
  media.srcObject = audio.createMediaStreamDestination().stream;
  await media.play().catch(() => {});
  if (!signal.aborted) stop();
};
