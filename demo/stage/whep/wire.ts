/** What the media process does to all packets: `stopped` sends none, `loss` drops a share of them, and
 * `jitter` sends each late by up to so many ms. */
export interface Weather {
  stopped: boolean;
  /** 0 to 1. */
  loss: number;
  jitter: number;
}

/** What the stage asks of the media process. Each is answered. */
export type Order =
  | { kind: 'answer'; session: string; program: string; offer: string }
  | { kind: 'offer'; session: string; program: string }
  | { kind: 'accept'; session: string; answer: string }
  | { kind: 'restart'; session: string; fragment: string }
  | { kind: 'leave'; session: string }
  | { kind: 'leaveAll' }
  | { kind: 'weather'; weather: Weather };

export interface Ordered {
  id: number;
  order: Order;
}

/** What the media process tells: it can take orders, the result of one, or that a session died. */
export type Report =
  | { kind: 'ready' }
  | { kind: 'done'; id: number; sdp: string }
  | { kind: 'failed'; id: number; why: string }
  | { kind: 'lost'; session: string };
