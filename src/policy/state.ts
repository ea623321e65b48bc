import type { Cue } from './cue.ts';
import type { SourceDescription, StageState } from './document.ts';
import type { EarshotError } from './errors.ts';

/** A pending retry: its time, and the reason. */
export interface Wait {
  /** Epoch ms of the next attempt. It can move later, never earlier. */
  readonly until: number;
  /** The error of the last attempt. */
  readonly error: EarshotError;
  /** Epoch ms of the first failure of this sequence. */
  readonly since: number;
  /** The number of the next retry; 1 is the first. */
  readonly attempt: number;
}

/** The place of a listener in the waiting room (the *door*). */
export interface QueuePosition {
  /**
   * Epoch ms from which Earshot may request the guarded source. 0 with a pass; `Infinity` while a third-party waiting
   * room gives no estimate. It changes when the door changes its rate.
   */
  readonly turn: number;
  /** By how many ms the turn has moved at the last polls; `null` while there is no lot. */
  readonly uncertainty: number | null;
  /** True once this door has admitted the listener. */
  readonly admitted: boolean;
}

/** The queue in front of a guarded source that is better than the current source. */
export interface Queue {
  /** The name of the door. */
  readonly door: string;
  /** The source behind the door. */
  readonly source: SourceDescription;
  /** Estimated epoch ms of this listener's turn. */
  readonly turn: number;
  /** The uncertainty of `turn`: by how many ms it has moved lately. `null`: no lot yet. */
  readonly uncertainty: number | null;
}

/**
 * One source of the failover list (a *rung* of the *ladder*) in a state.
 *
 * `active`: it plays, or is about to. `standby`: preloading so that it can take over. `ready`: it can be used.
 * `queued`: its door has not reached this listener's lot. `waiting`: Earshot sends its origin no request before
 * `wait.until`. `excluded`: Earshot does not try it again until the document changes.
 */
export interface Rung extends SourceDescription {
  /** What it does now; the values are explained above. */
  readonly status: 'active' | 'standby' | 'ready' | 'queued' | 'waiting' | 'excluded';
  /** Why Earshot sends its origin no request, and until when; `null` if it may send one now. */
  readonly wait: Wait | null;
  /** `null` if the source has no door. */
  readonly position: QueuePosition | null;
  /** Why it is excluded. */
  readonly error: EarshotError | null;
}

/**
 * The two-way connection to the stage.
 *
 * `none`: the stage has no channel, or the option `channel` is not set. `connecting`. `open`: the server has sent
 * `welcome`. `waiting`: no attempt before `wait.until`. `excluded`: no attempt until the document names another
 * channel. Without a channel Earshot polls the stage document more often; nothing else changes.
 */
export interface ChannelState {
  /** What it does now; the values are explained above. */
  readonly status: 'none' | 'connecting' | 'open' | 'waiting' | 'excluded';
  /** The wait of `waiting`; `null` in a tab that uses the connection of another tab. */
  readonly wait: Wait | null;
  /** True if this tab holds the connection; false if another tab of this browser does. */
  readonly isLeader: boolean;
  /**
   * The number of listeners that the stage reported last; `null` while not open, or if the stage does not report it.
   */
  readonly listeners: number | null;
}

/** A message that is still pending. `send()` reports the outcome of the others. */
export interface PendingMessage {
  /** The type from `send()`. */
  readonly type: string;
  /** The key from `send()`; `null` if there is no key. */
  readonly key: string | null;
  /** `sent`: transmitted, but not acknowledged. If the connection is lost, it is `queued` again. */
  readonly status: 'queued' | 'sent';
  /** Epoch ms of the call of `send()`. */
  readonly since: number;
  /** Epoch ms at which it expires. */
  readonly until: number;
}

/** The program times that the listener can go to, epoch ms. */
export interface Seekable {
  /** The oldest; `null` if another source must open first, so that its window is not known yet. */
  readonly from: number | null;
  /** The newest that is published. */
  readonly to: number;
}

/** The fields that every state has. */
export interface CommonState {
  /**
   * True only with proof that the listener can hear sound: media time advances, not paused, not muted, volume above
   * 0.
   */
  readonly hearing: boolean;
  /** The stage as last published. `unknown` before the first document. */
  readonly stage: { readonly state: StageState | 'unknown'; readonly startsAt: number | null };
  /** The sources, best first. */
  readonly ladder: readonly Rung[];
  /** The source that plays or is being opened. */
  readonly source: SourceDescription | null;
  /** Epoch ms at which the current sound was recorded; `null` if the source does not report it. */
  readonly programTime: number | null;
  /** Milliseconds between `programTime` and now; `null` if unknown. */
  readonly behindLive: number | null;
  /** Where `seek()` can go; `null` if no source can go back, or no program time is known. */
  readonly seekable: Seekable | null;
  /** Milliseconds of sound that is buffered: it still plays if every request fails from now on. */
  readonly ahead: number;
  /**
   * Earliest time of the next attempt at a better source, epoch ms; `null` if there is no better source, and while the
   * listener hears again what was played before.
   */
  readonly climbsAt: number | null;
  /** The turn that the listener waits for, whether or not another source plays; `null` if there is no queue. */
  readonly queue: Queue | null;
  /** Whether the listener or the page has muted the sound. */
  readonly muted: boolean;
  /** The volume, 0 to 1. */
  readonly volume: number;
  /** Why the document could not be refreshed. The last good document stays in force. */
  readonly documentWait: Wait | null;
  /** The cues that are active at the current sound, in order; empty without the option `cues`. */
  readonly cues: readonly Cue[];
  /** The two-way connection to the stage; `none` without the option `channel`. */
  readonly channel: ChannelState;
  /** The listener's messages that are still pending, oldest first. */
  readonly outbox: readonly PendingMessage[];
}

/**
 * Everything that a UI needs, frozen, in one value. `status` is the discriminant: each status adds its own fields to
 * {@link CommonState}.
 */
export type State = CommonState &
  (
    | { readonly status: 'opening' /** The stage document is on its way. */ }
    | { readonly status: 'scheduled' /** The stage has not begun. Nothing is asked meanwhile. */ }
    | { readonly status: 'connecting' /** A source is opening; no proof of sound yet. */ }
    | { readonly status: 'hearing' /** The listener hears. */ }
    | { readonly status: 'muted' /** Media advances, but muted or at volume 0. */ }
    | { readonly status: 'paused' /** The listener paused. `resume()` goes on. */ }
    | { readonly status: 'blocked' /** The browser wants a gesture: call `resume()` in one. */ }
    | { readonly status: 'stalled' /** Wanted, but nothing advances, and no request has failed. */ }
    | { readonly status: 'waiting'; readonly wait: Wait /** Nothing is heard until a retry. */ }
    | {
        /** Silent after a fall to a source further behind live; see the option `fall` of `listen()`. */
        readonly status: 'rejoining';
        /** Latest epoch ms at which the sound continues, if the source plays well. */
        readonly until: number;
      }
    | { readonly status: 'queued'; readonly queue: Queue /** Nothing is heard until the turn. */ }
    | { readonly status: 'ended' /** The stage is over, and no sound of it is left to play. */ }
    | {
        readonly status: 'closed';
        /** `null` after `close()` or an aborted signal. */
        readonly error: EarshotError | null;
      }
  );

/** The discriminant of {@link State}. */
export type Status = State['status'];
