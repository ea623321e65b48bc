import type { Outcome } from '../../../src/herd/index.ts';
import type { Run } from './run.ts';
import type { Settings } from './settings.ts';
import type { Verdict } from './words.ts';

/** What the page asks of the worker that simulates and draws. */
export type ToWorker =
  | {
      readonly type: 'run';
      readonly id: number;
      readonly settings: Settings;
      /** True while a slider moves: then a sample must do. */
      readonly isMoving: boolean;
      readonly width: number;
    }
  /** What a policy of the visitor's own came to, in its own worker. */
  | { readonly type: 'own'; readonly id: number; readonly own: Run | null }
  /** The last run drawn anew, for a page that has become wider or narrower. */
  | { readonly type: 'draw'; readonly width: number }
  | { readonly type: 'sheet'; readonly style: string };

export interface View {
  readonly type: 'view';
  readonly id: number;
  readonly verdict: Verdict;
  /** As words; the heads are those of words.ts. */
  readonly rows: readonly { readonly cells: readonly string[]; readonly tone: string }[];
  readonly plots: { readonly arrivals: string; readonly listeners: string };
  /** Whether all that was wanted has been simulated. */
  readonly isDone: boolean;
  /** Listeners of Earshot that were simulated, and the ms that it took. */
  readonly simulated: number;
  readonly took: number;
}

export type FromWorker =
  | View
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly what: string }
  | { readonly type: 'sheet'; readonly svg: string }
  | { readonly type: 'failed'; readonly id: number; readonly words: string };

/** What the page asks of the worker that a policy of the visitor's own runs in. */
export type ToSandbox =
  | { readonly type: 'load'; readonly code: string }
  | {
      readonly type: 'run';
      readonly id: number;
      readonly settings: Settings;
      readonly isMoving: boolean;
    };

/** Whatever it sends is looked at before it is used: see `outcomeFrom`. */
export type FromSandbox =
  | { readonly type: 'ready' }
  | { readonly type: 'loaded' }
  | { readonly type: 'alive' }
  | { readonly type: 'unusable'; readonly words: string }
  | {
      readonly type: 'outcome';
      readonly id: number;
      readonly simulated: number;
      readonly outcome: Outcome;
      readonly words: string;
      readonly isDone: boolean;
    };
