import { TOKENS } from '../policy/defaults.ts';
import { type Gate, openGate } from '../policy/gate.ts';
import { NEVER } from './time.ts';

/** Words per record. */
export const WORDS = 16;

const TOKEN = 2 ** 20;

/** A gate of `policy/gate.ts` that is refilled for each failing listener. */
export type ScratchGate = { -readonly [Key in keyof Gate]: Gate[Key] };

/**
 * One listener, read from a record and written back to another: the part of an Earshot session that decides the time
 * of its requests. Times in ms.
 */
export class Listener {
  /** Both as 32 bits. */
  lot = 0;
  seed = 0;
  look = NEVER;
  /** The turn at the door, or the time of the climb if no door is published. */
  turn = NEVER;
  came = 0;
  /** When HLS is requested next. */
  start = NEVER;
  /** Since when HLS plays. */
  heard = NEVER;
  idle = 0;
  /** The epoch of the last edition seen. */
  epoch = 0;
  pass = false;
  reloads = false;
  /** Refused since it has known this epoch. */
  refused = false;
  readonly stage: ScratchGate = openGate(0);
  readonly cdn: ScratchGate = openGate(0);

  /** When the guarded source is requested. */
  get ask(): number {
    return Math.max(this.turn, this.stage.until);
  }

  /** A new listener. */
  begin(came: number): void {
    this.lot = this.seed = 0;
    this.look = this.turn = this.heard = NEVER;
    this.came = this.start = came;
    this.idle = this.epoch = 0;
    this.pass = this.reloads = this.refused = false;
    for (const gate of [this.stage, this.cdn]) {
      gate.attempt = gate.until = gate.since = 0;
      gate.failing = false;
      gate.tokens = TOKENS;
      gate.at = came;
    }
  }

  read(data: Int32Array, from: number): void {
    const { stage, cdn } = this;
    this.lot = data[from] as number;
    this.seed = data[from + 1] as number;
    this.look = data[from + 2] as number;
    this.turn = data[from + 3] as number;
    this.came = data[from + 4] as number;
    this.start = data[from + 5] as number;
    this.heard = data[from + 6] as number;
    stage.until = data[from + 7] as number;
    stage.since = data[from + 8] as number;
    stage.at = data[from + 9] as number;
    stage.tokens = (data[from + 10] as number) / TOKEN;
    cdn.since = data[from + 11] as number;
    cdn.at = data[from + 12] as number;
    cdn.tokens = (data[from + 13] as number) / TOKEN;
    const bits = data[from + 14] as number;
    stage.attempt = bits & 63;
    cdn.attempt = (bits >> 6) & 63;
    stage.failing = (bits & 0x1000) !== 0;
    cdn.failing = (bits & 0x2000) !== 0;
    this.pass = (bits & 0x4000) !== 0;
    this.reloads = (bits & 0x8000) !== 0;
    this.refused = (bits & 0x10000) !== 0;
    this.idle = (bits >> 17) & 31;
    this.epoch = bits >> 22;
    cdn.until = data[from + 15] as number;
  }

  write(data: Int32Array, at: number): void {
    const { stage, cdn } = this;
    data[at] = this.lot;
    data[at + 1] = this.seed;
    data[at + 2] = this.look;
    data[at + 3] = this.turn;
    data[at + 4] = this.came;
    data[at + 5] = this.start;
    data[at + 6] = this.heard;
    data[at + 7] = stage.until;
    data[at + 8] = stage.since;
    data[at + 9] = stage.at;
    data[at + 10] = stage.tokens * TOKEN;
    data[at + 11] = cdn.since;
    data[at + 12] = cdn.at;
    data[at + 13] = cdn.tokens * TOKEN;
    data[at + 14] =
      stage.attempt |
      (cdn.attempt << 6) |
      (stage.failing ? 0x1000 : 0) |
      (cdn.failing ? 0x2000 : 0) |
      (this.pass ? 0x4000 : 0) |
      (this.reloads ? 0x8000 : 0) |
      (this.refused ? 0x10000 : 0) |
      (Math.min(31, this.idle) << 17) |
      (this.epoch << 22);
    data[at + 15] = cdn.until;
  }
}
