/*
 * Table of contents. Most apps need only the first group. The other groups are for apps that configure or extend
 * Earshot.
 */

// 4. Optional parts: system media controls, the two-way channel, cues, CMCD.
export {
  type Channel,
  type ChannelContext,
  type ChannelFeed,
  type ChannelOptions,
  type ChannelRun,
  channel,
  type StageMessage,
} from './channel/channel.ts';
export type { SendOptions, SendResult } from './channel/outbox.ts';
export type { LostMessages } from './channel/position.ts';
export { type Cues, type CuesContext, type CuesRun, cues } from './cues/cues.ts';
// 6. For your own source, waiting room or host.
export type { GovernedRequest, GovernedResponse, Guard } from './governor/exchange.ts';
// 5. Settings: retries, tokens, players, pauses, the waiting room.
export type { TokenFunction, TokenSource } from './governor/tokens.ts';
export { browserHost } from './host/browser.ts';
export type { Host, PageEvent, Realtime, Store } from './host/host.ts';
export type { MediaControls } from './host/media-controls.ts';
export type { TabLine, Tabs } from './host/tabs.ts';
export {
  type BackoffOptions,
  backoff,
  type RetryContext,
  type RetryPolicy,
} from './policy/backoff.ts';
export type { Cue, CueInit } from './policy/cue.ts';
export { DEFAULTS } from './policy/defaults.ts';
// 3. The stage document.
export type {
  Door,
  SourceDescription,
  SourceRole,
  StageDocument,
  StageDocumentJson,
  StageState,
  WantedLanguages,
} from './policy/document.ts';
// 2. The state of a session, and its errors.
export {
  EarshotError,
  type ErrorCode,
  type ErrorDetails,
  isEarshotError,
  type Purpose,
} from './policy/errors.ts';
export type { Liveness } from './policy/liveness.ts';
export type { Fall } from './policy/pause-after-fall.ts';
export type {
  ChannelState,
  CommonState,
  PendingMessage,
  Queue,
  QueuePosition,
  Rung,
  Seekable,
  State,
  Status,
  Wait,
} from './policy/state.ts';
// 1. Listening.
export type { Session, SessionEvents, SessionRecord, Switch } from './session/api.ts';
export { listen } from './session/listen.ts';
export { mediaSession, type StageMetadata } from './session/media-session.ts';
export { defaultSources, type ListenOptions } from './session/options.ts';
export { type UntilOptions, until } from './session/until.ts';
export { type Cmcd, type CmcdOptions, cmcd } from './sources/cmcd.ts';
export { hls } from './sources/hls.ts';
export type { HlsClass, HlsOptions } from './sources/hls-options.ts';
export { nativeHls } from './sources/native-hls.ts';
export type {
  CatchUp,
  RequestOptions,
  Source,
  SourceContext,
  SourceCues,
  SourceHost,
  SourceRequest,
  SourceRun,
} from './sources/source.ts';
export { stream } from './sources/stream.ts';
export { type WhepOptions, whep } from './sources/whep.ts';
export type { Admission, AdmissionContext, AdmissionRun } from './stage/admission.ts';
export { lots } from './stage/lots.ts';
export type { PushedDocuments } from './stage/pushed-documents.ts';
export { cloudflareWaitingRoom, type WaitingRoomOptions } from './stage/waiting-room.ts';
export { VERSION } from './version.ts';
