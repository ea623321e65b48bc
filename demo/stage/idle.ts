/** A timer that keeps no process alive; a browser has none that it could keep. */
export const idle = <Timer>(timer: Timer): Timer => {
  (timer as { unref?(): void }).unref?.();
  return timer;
};
