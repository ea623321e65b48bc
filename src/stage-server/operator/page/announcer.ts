/** Tells a screen reader what changed, without flooding it. */
export interface Announcer {
  /** In its turn: what several parts say within a moment is said together. */
  say(text: string): void;
  /** At once: the answer to what the operator has just done went wrong, or something must be known now. */
  alert(text: string): void;
}

const GATHER_MS = 800;
/** After an announcement, so long nothing else is said. */
const PAUSE_MS = 3_000;

/** @param polite the region with the role `status`. @param assertive the one with the role `alert`. */
export function createAnnouncer(
  polite: Element,
  assertive: Element,
  after: (ms: number, callback: () => void) => unknown,
): Announcer {
  let waiting: string[] = [];
  let isWaiting = false;

  function tell(): void {
    if (waiting.length === 0) {
      isWaiting = false;
      return;
    }
    polite.textContent = waiting.join(' ');
    waiting = [];
    after(PAUSE_MS, tell);
  }

  return {
    say(text) {
      if (!waiting.includes(text)) waiting.push(text);
      if (isWaiting) return;
      isWaiting = true;
      after(GATHER_MS, tell);
    },
    alert(text) {
      // The same text again is news too.
      assertive.textContent = '';
      after(50, () => {
        assertive.textContent = text;
      });
    },
  };
}
