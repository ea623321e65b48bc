import type { MessageTypes } from './channel/channel.ts';
import type { Timers } from './clock.ts';
import type { StageConfig } from './config-types.ts';
import type { Secret } from './door/tokens.ts';
import type { Pages } from './operator/pages.ts';
import type { Store } from './store/store.ts';

/** Takes what the stage logs: the shape of pino, console and most others. */
export interface StageLog {
  /** An event of normal operation. */
  info(fields: object, message: string): void;
  /** Something failed that will be tried again. */
  warn(fields: object, message: string): void;
  /** Something failed for good. */
  error(fields: object, message: string): void;
}

/** The options of {@link createStage}: its configuration, and what only code can say. */
export interface StageOptions extends StageConfig {
  /**
   * 32 bytes or more each; the same on all nodes. The first secret signs, all verify. To replace a secret, put the new
   * one first, and remove the old one after its last token has expired (`ticketLife`).
   */
  readonly secrets: readonly Secret[];
  /** Where the nodes keep what they share. Default: the memory of this process. */
  readonly store?: Store | undefined;
  /**
   * Messages that the channel accepts, with a check of the payload, besides `channel.accepts`, which checks nothing.
   * Default: none.
   */
  readonly messages?: MessageTypes | undefined;
  /**
   * Decides on each ticket: with a challenge, a login, or a weight. 0: refused with 403. 1: as everybody. 3: the
   * lowest of three lots. If it rejects, the request is answered with 503. Default: 1 for everybody.
   *
   * @param address of the listener, behind the trusted proxies.
   */
  readonly accept?: ((request: Request, address: string) => number | Promise<number>) | undefined;
  /**
   * Decides on each channel by the token in its hello: `null` closes it with 1008 for good. If it rejects, the channel
   * is closed with 1013. Default: everybody is a listener.
   */
  readonly authorize?:
    | ((token: string | null, address: string) => 'listener' | null | Promise<'listener' | null>)
    | undefined;
  /**
   * Has the last word on each edition of the stage document: it gets the document, and returns the one to publish.
   * Called by the node that keeps the doors, about once a second. Must not throw. Default: as it is.
   */
  readonly document?: ((document: Record<string, unknown>) => Record<string, unknown>) | undefined;
  /**
   * The files of the operator's page at `/operator/`, from the folder `dist/operator` of this package. Default: none;
   * `serveStage()` brings them.
   */
  readonly pages?: Pages | undefined;
  /** Default: nothing is logged. */
  readonly log?: StageLog | undefined;
  /** Time. Default: that of the process. */
  readonly timers?: Timers | undefined;
  /** Reaches the WHEP upstreams. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Returns that many random bytes. Default: with `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined;
}
