/** The server side of a stage: for Node, Deno, Bun or a worker. */
export type { AcceptedMessage, MessageTypes } from './channel/channel.ts';
export type { ServerSocket, SocketEvents } from './channel/connection.ts';
export type { StageCue } from './channel/frames.ts';
export type { UpgradeRefusal } from './channel/upgrade.ts';
export type { Timers } from './clock.ts';
export { ConfigError } from './config-error.ts';
export type {
  ChannelConfig,
  Complete,
  ConfiguredDoor,
  CueConfig,
  DoorChange,
  DoorConfig,
  EventState,
  SourceConfig,
  StageChange,
  StageConfig,
  StageSaying,
  TicketRation,
  UpstreamConfig,
} from './config-types.ts';
export type { Admission, JoinOptions } from './door/admission.ts';
export type { JoinAnswer, RequestHeaders, Ticket } from './door/requests.ts';
export {
  type Claims,
  type Common,
  createSigner,
  type DoorClaims,
  type OperatorClaims,
  type PassClaims,
  type Secret,
  type Signer,
  type TicketClaims,
} from './door/tokens.ts';
export type { RequestInfo } from './http/request-info.ts';
export type { PageFile, Pages } from './operator/pages.ts';
export type { StageLog, StageOptions } from './options.ts';
export type { DoorSetting, LogEntry, StageSettings } from './settings.ts';
export { createStage } from './stage.ts';
export type { CloseOptions, StageEvents, StageServer, UpgradeHead } from './stage-api.ts';
export type { DoorStats, NodeCounts, NodeStats, StageStats } from './stats.ts';
export type { Journal } from './store/journal.ts';
export { type MemoryStoreOptions, memoryStore } from './store/memory-store.ts';
export type { RedisClient } from './store/redis-calls.ts';
export { type RedisStoreOptions, redisStore } from './store/redis-store.ts';
export type * from './store/store.ts';
