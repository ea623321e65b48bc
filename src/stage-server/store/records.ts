import type { DoorKey, InboxMessage, Published, Submission } from './store.ts';

/** A session of listening, of an opening of a door. */
export interface Session {
  /** Epoch ms of the admission. */
  readonly at: number;
  /** The serial of its newest pass. */
  readonly serial: number;
  /** Epoch ms at which that pass was first shown; `null`: its owner may not have received it. */
  readonly shownAt: number | null;
  /** Epoch ms at which it expires. */
  readonly until: number;
}

/** A used ticket. */
export interface UsedTicket {
  /** The session that it admitted. */
  readonly session: string;
  /** Epoch ms of the admission. */
  readonly at: number;
  /** Epoch ms until which it is remembered. */
  readonly until: number;
}

/** What is kept of the messages of a sender, however many it has sent. */
export interface Sender {
  /** The highest number that was decided on. */
  readonly seq: number;
  /** Epoch ms of the last decision. */
  readonly at: number;
  /** Those of the last decisions that were refusals. */
  readonly refusals: readonly { readonly seq: number; readonly reason: string }[];
}

/** A change in an opening of a door. */
export type DoorRecord = DoorKey &
  (
    | ({ readonly op: 'ticket'; readonly ticket: string } & UsedTicket)
    | ({ readonly op: 'session'; readonly session: string } & Session)
    | {
        readonly op: 'admitted';
        readonly ticket: string | null;
        readonly session: string;
        readonly at: number;
        readonly until: number;
        readonly ticketUntil: number;
      }
    | { readonly op: 'back'; readonly session: string; readonly until: number }
    | { readonly op: 'left'; readonly session: string; readonly ticket: string | null }
  );

/** A decision on a message. `position` is that of an accepted one. */
export interface DecidedRecord extends Submission {
  readonly op: 'decided';
  readonly at: number;
  readonly position: number | null;
}

/** A change in what is published. `window` replaces all. */
export type PublishedRecord =
  | {
      readonly op: 'published';
      readonly id: string;
      readonly at: number;
      readonly frames: readonly string[];
    }
  | {
      readonly op: 'window';
      readonly epoch: string;
      readonly offset: number;
      readonly frames: readonly Published[];
    }
  | { readonly op: 'publication'; readonly id: string; readonly until: number };

/** The smallest change of state. The state of a store in memory is all of them, applied in their order. */
export type StoreRecord =
  | DoorRecord
  | DecidedRecord
  | ({ readonly op: 'sender'; readonly from: string } & Sender)
  | ({ readonly op: 'message' } & InboxMessage)
  | PublishedRecord
  | { readonly op: 'once'; readonly key: string; readonly until: number }
  | { readonly op: 'edition'; readonly version: number; readonly text: string }
  | {
      readonly op: 'settings';
      readonly version: number;
      readonly text: string;
      /** The version that it replaced. */
      readonly replaced: number;
    };
