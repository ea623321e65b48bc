import type { SourceDescription, StageState } from './document.ts';
import type { EarshotError } from './errors.ts';

/** What is being waited for, why, and until when. */
export interface Wait {
  /** Epoch ms of the next attempt. It may be put off, never brought forward. */
  readonly until: number;
  /** What the last attempt ended with. */
  readonly error: EarshotError;
  /** Epoch ms of the first failure of this sequence. */
  readonly since: number;
  /** Which retry comes next, 1 for the first. */
  readonly attempt: number;
}

/** Where a listener stands at a door. */
export interface QueuePosition {
  /**
   * Epoch ms at which the guarded source may be asked; 0 with a pass, `Infinity` while a foreign
   * waiting room cannot tell. It moves as the door does.
   */
  readonly turn: number;
  /** By how many ms the turn has moved at the last looks; `null` while no lot is drawn. */
  readonly uncertainty: number | null;
  /** True once this door has let the listener in. */
  readonly admitted: boolean;
}

/** The queue in front of a guarded source that is better than what is heard. */
export interface Queue {
  /** The door's name. */
  readonly door: string;
  /** What is waited for. */
  readonly source: SourceDescription;
  /** Epoch ms at which it is this listener's turn, as far as can be told now. */
  readonly turn: number;
  /** How sure that is: by how many ms it has moved lately. `null`: no lot is drawn yet. */
  readonly uncertainty: number | null;
}

/**
 * One rung of the ladder in a snapshot.
 *
 * `active`: it is what is heard, or would be. `standby`: being prepared to take over. `ready`:
 * nothing speaks against it. `queued`: its door has not come to this listener's lot. `waiting`: its origin is left alone until
 * `wait.until`. `excluded`: not
 * tried again until the document changes.
 */
export interface Rung extends SourceDescription {
  /** What it does now; the words are explained above. */
  readonly status: 'active' | 'standby' | 'ready' | 'queued' | 'waiting' | 'excluded';
  /** What its origin is left alone for, and until when; `null` if it may be asked now. */
  readonly wait: Wait | null;
  /** `null` if no door guards it. */
  readonly position: QueuePosition | null;
  /** Why it is excluded. */
  readonly error: EarshotError | null;
}

/**
 * The two-way connection to the stage.
 *
 * `none`: the stage offers none, or none was asked for. `connecting`. `open`: the server has said
 * welcome. `waiting`: left alone until `wait.until`. `excluded`: not tried again until the document names
 * another; without it the stage document is looked at more often, and nothing else changes.
 */
export interface ChannelState {
  /** What it does now; the words are explained above. */
  readonly status: 'none' | 'connecting' | 'open' | 'waiting' | 'excluded';
  /** What `waiting` waits for; `null` in a tab for which another one speaks. */
  readonly wait: Wait | null;
  /** True if this tab holds the connection; false if another tab of this browser does. */
  readonly isLeader: boolean;
  /** How many listen, as the stage last told; `null` while it is not open, or does not tell. */
  readonly listeners: number | null;
}

/** A message that is on its way. What became of the others, `send()` tells. */
export interface PendingMessage {
  /** The type that was given to `send()`. */
  readonly type: string;
  /** The key that was given to `send()`; `null` if none was. */
  readonly key: string | null;
  /** `sent`: on the wire, and not acknowledged. After a loss it is `queued` again. */
  readonly status: 'queued' | 'sent';
  /** Epoch ms at which it was handed in. */
  readonly since: number;
  /** Epoch ms at which it expires. */
  readonly until: number;
}

/** What every state tells. */
export interface CommonState {
  /**
   * True only with proof that sound reaches the listener: media time advances, not paused, not
   * muted, volume above 0.
   */
  readonly hearing: boolean;
  /** The stage as last published. `unknown` until a document came. */
  readonly stage: { readonly state: StageState | 'unknown'; readonly startsAt: number | null };
  /** The ladder, best first. */
  readonly ladder: readonly Rung[];
  /** The source that is heard or being opened. */
  readonly source: SourceDescription | null;
  /** Epoch ms at which what is now heard was said; `null` if the source does not tell. */
  readonly programTime: number | null;
  /** Milliseconds between `programTime` and now; `null` if unknown. */
  readonly behindLive: number | null;
  /** Milliseconds of sound that can still be heard if every request fails from now on. */
  readonly ahead: number;
  /** When a better source is tried at the earliest, epoch ms; `null` if there is none to climb to. */
  readonly climbsAt: number | null;
  /** The turn that is waited for, whatever is heard meanwhile; `null` if there is none. */
  readonly queue: Queue | null;
  /** Whether the listener or the page has muted the sound. */
  readonly muted: boolean;
  /** 0 to 1. */
  readonly volume: number;
  /** Why the document could not be refreshed; the last good one stays in force. */
  readonly documentWait: Wait | null;
  /** The two-way connection to the stage; `none` without the option `channel`. */
  readonly channel: ChannelState;
  /** The listener's messages that are not yet decided on, oldest first. */
  readonly outbox: readonly PendingMessage[];
}

/**
 * Everything a UI needs, frozen, in one value. `status` says which state this is; a state carries
 * its own data besides {@link CommonState}.
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
        /** Silent after a fall to a source further behind live, as `fall` in the options of `listen()` says. */
        readonly status: 'rejoining';
        /** Epoch ms at which the sound goes on, at the latest while the source plays well. */
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
