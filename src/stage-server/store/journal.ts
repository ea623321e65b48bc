/** Where the changes of a {@link Store} outlive its process: lines of text, and small values by name. */
export interface Journal {
  /** For error messages: the path of a file, for example. */
  readonly name: string;
  /** What {@link Journal.append} has added so far, in bytes. */
  readonly size: number;
  /** All lines, oldest first. */
  read(): Iterable<string>;
  /**
   * Adds lines, without line breaks in them. Returns when they are safe from the death of the process.
   *
   * @throws if they cannot be written. Then none of them is kept.
   */
  append(lines: readonly string[]): void;
  /** Replaces all lines at once: after a kill in the middle, the old ones are there. */
  rewrite(lines: Iterable<string>): void;
  /** A small value that {@link Journal.set} has kept, such as a secret; `null`: none. */
  get(name: string): string | null;
  /** Keeps a small value over a restart. */
  set(name: string, text: string): void;
  /** Releases what the journal holds. */
  close(): void;
}
