export type Point = readonly [x: number, y: number];

/** One line of a chart; `tone` is its class, and so its colour and its dashes. */
export interface Line {
  readonly name: string;
  readonly tone: string;
  readonly points: readonly Point[];
}
