/** From the page to the worker that simulates its crowd. */
export interface ToCrowd {
  readonly id: number;
  readonly listeners: number;
  /** Seconds. */
  readonly every: number;
  readonly width: number;
}

export interface FromCrowd {
  readonly id: number;
  readonly svg: string;
  readonly words: string;
}
