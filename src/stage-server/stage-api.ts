import type { AcceptedMessage } from './channel/channel.ts';
import type { ServerSocket, SocketEvents } from './channel/connection.ts';
import type { UpgradeRefusal } from './channel/upgrade.ts';
import type { StageChange, StageSaying } from './config-types.ts';
import type { Admission } from './door/admission.ts';
import type { RequestInfo } from './http/request-info.ts';
import type { StageSettings } from './settings.ts';
import type { StageStats } from './stats.ts';

/** The events of a stage, with what their listeners get. */
export interface StageEvents {
  /** A listener's message was accepted by this node. Each message once, on one node. */
  message(message: AcceptedMessage): void;
  /** The settings have changed, on any node. */
  settings(settings: StageSettings): void;
  /** Another edition is published. */
  edition(document: string): void;
}

/** Options of {@link StageServer.close}. */
export interface CloseOptions {
  /** The window within which the listeners reconnect their channels, 1 to 3,600 s. Default: the stage's `spread`. */
  readonly window?: number | undefined;
}

/** The head of a request for a WebSocket: a `Request`, or less. */
export interface UpgradeHead {
  /** Absolute. */
  readonly url: string;
  /** The headers of the request. */
  readonly headers: Pick<Headers, 'get'>;
}

/** One node of a stage. */
export interface StageServer {
  /** Resolves when the node serves the stage document. */
  readonly ready: Promise<void>;
  /** This start of this process, among the nodes of the stage. */
  readonly node: string;
  /** Answers a request. Never rejects. @param info what the server knows of the connection. */
  fetch(request: Request, info: RequestInfo): Promise<Response>;
  /** Judges the upgrade to a WebSocket. `null`: accept it with the subprotocol `earshot.v1`, then call `connect`. */
  judgeUpgrade(request: UpgradeHead, info: RequestInfo): UpgradeRefusal | null;
  /** Takes an accepted WebSocket. Report what happens to it. */
  connect(socket: ServerSocket, request: UpgradeHead, info: RequestInfo): SocketEvents;
  /** The admission of a door, for your own routes; `null`: there is no such door. */
  door(name: string): Admission | null;
  /**
   * Changes the settings on all nodes, as the operator's API does.
   *
   * @throws ConfigError that names each wrong field; an Error if the store is unreachable.
   */
  change(change: StageChange, who?: string): Promise<void>;
  /**
   * Sends a message or a cue to all listeners of all nodes, once and in order.
   *
   * @param id a second call with this ID within a minute does nothing, so a call whose outcome is unknown can be made
   * again. Default: none.
   * @throws ConfigError if it is not valid; an Error if the store is unreachable.
   */
  say(saying: StageSaying, id?: string): Promise<void>;
  /** Makes the next edition at once, where this node keeps the doors. Never rejects. */
  refresh(): Promise<void>;
  /** A URL path with a token that makes its first visitor an operator. @param name for the log. */
  operatorPath(name?: string): Promise<string>;
  /** What this node knows at the moment. */
  stats(): StageStats;
  /** Calls the listener at each event. @returns a function that removes it. */
  on<Name extends keyof StageEvents>(name: Name, listener: StageEvents[Name]): () => void;
  /** Hands the listeners over to the other nodes, or to the next process: they reconnect within a window. */
  close(options?: CloseOptions): Promise<void>;
}
