/** What a test may tell the embedded stage, as it travels to the test runner's process. */
export interface StageCommand {
  /** The stage's own URL; empty for `start`. */
  readonly id: string;
  readonly call: 'start' | 'fault' | 'requests' | 'now' | 'end' | 'close';
  readonly payload?: unknown;
}
