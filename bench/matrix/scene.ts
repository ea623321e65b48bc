export interface Request {
  /** Epoch ms. */
  readonly at: number;
  readonly path: string;
  readonly isFailed: boolean;
}

/** What a listener hears, and what befalls it. */
export interface Scene {
  /** Base URL of the pages. */
  readonly pages: string;
  /** What is listened to: a playlist or a stage document. */
  readonly url: string;
  begin(): Promise<void>;
  end(): Promise<void>;
  /** What was asked for so far. */
  requests(): Promise<readonly Request[]>;
  close(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  readonly seconds: number;
  /** Before the page opens: the time to the first sound is silence too. */
  readonly isAtStart?: boolean;
  /** It outlasts what is buffered, or may: when it is found to be over is drawn from the policy's windows. */
  readonly isDrawn?: boolean;
  /** What is to be heard next is held up for so long, however well the rest is. */
  readonly heldSeconds?: number;
  /** What the engine or the machine must have. */
  readonly needs?: 'webrtc' | 'nginx' | 'namespace';
  /** Runs in the page when it begins. */
  readonly script?: string;
  /** @param host address of this machine that the engine reaches peers at. */
  open(host: string): Promise<Scene>;
}
