/** What a page keeps of one of its messages. */
export interface Told {
  readonly number: number;
  readonly key: string | null;
  /** What its promise said, or why it was dropped; `null` while it has not settled. */
  outcome: string | null;
}

/** What one page did and saw. */
export interface Account {
  readonly page: string;
  readonly book: readonly Told[];
  /** Errors that nobody caught, and promises that nobody handled. */
  readonly troubles: readonly string[];
  /** Epoch ms of each WebSocket that the page opened, whether or not anything answered. */
  readonly dials: readonly number[];
  /** Whether its channel was open at the end. */
  readonly isOpen: boolean;
}
