import type { AcceptedMessage, StageCue } from '../../../src/stage-server/index.ts';
import { clamp, InvalidInput } from '../faults.ts';
import type { Types } from './tallies.ts';

/** The channel of the embedded stage. */
export interface StageChannelOptions {
  /** A file in which decisions outlive the process. Default: none. */
  journal?: string;
  /** Seconds between signs of life that clients are told. Default 25. */
  ping?: number;
  /** Messages a second that a client may send. Default 5. */
  pace?: number;
  /** Close codes that clients are told to take for good. Default: none. */
  terminal?: readonly number[];
  /** Accepted besides the stage's own. */
  types?: Types;
  /** How often the channel was another one before. Default 0. */
  moves?: number;
}

/** The switches of the channel, and what came through it. */
export interface StageChannel {
  readonly url: string;
  /** Each accepted message once, in the order of acceptance. Bounded, newest last. */
  readonly accepted: readonly AcceptedMessage[];
  /** How many are open now. */
  connections(): number;
  /** Ends all connections. */
  close(code: number): void;
  /** Says within how many seconds the next reconnect is to be drawn. */
  announce(seconds: number): void;
  /** Tells everybody something. */
  tell(type: string, payload: unknown): Promise<void>;
  /** Sends a cue to everybody, and to those who come later. Those who had it know it by its id. */
  cue(cue: StageCue): Promise<void>;
  /** The document names another channel from now on. Those who are on the old one stay. */
  move(): Promise<void>;
}

const SHORTEST_WINDOW = 1;
const LONGEST_WINDOW = 3_600;

/** What the console is told to do to the channel. */
export interface ChannelOrder {
  /** Ends all connections with 1012, to be back within so many seconds. */
  restart?: number;
  move?: true;
}

export function parseChannelOrder(input: unknown): ChannelOrder {
  const { restart, move } = Object(input) as Record<string, unknown>;
  if (restart !== undefined) return { restart: clamp(restart, SHORTEST_WINDOW, LONGEST_WINDOW) };
  if (move === true) return { move };
  throw new InvalidInput('neither a number for restart, nor true for move');
}
