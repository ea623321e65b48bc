// What the code blocks of the documentation take for given.
import type { SourceDescription, State } from '../dist/types/index.d.ts';

declare global {
  /** Draws a page from a state. */
  function render(state: State): void;
  /** Shows something the stage or the outbox told. */
  function show(name: string, what: unknown): void;
  /** Gets a token from a server of your own. */
  function fetchToken(): Promise<string>;
  const button: HTMLButtonElement;
  const hand: HTMLElement;
  const sources: readonly SourceDescription[];
}
