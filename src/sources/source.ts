import type Hls from 'hls.js';
import type { GovernedRequest, GovernedResponse } from '../governor/exchange.ts';
import type { Host } from '../host/host.ts';
import type { CueInit } from '../policy/cue.ts';
import type { SourceDescription } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { Liveness } from '../policy/liveness.ts';

/** A request of a source. Without its own signal it ends with the run; otherwise the source ends it. */
export type SourceRequest = Omit<GovernedRequest, 'signal'> & {
  readonly signal?: AbortSignal;
  /** Sends it in place of the governor's own queue, so that its failure is not the source's. Default: none. */
  readonly send?: ((ask: GovernedRequest) => Promise<GovernedResponse>) | undefined;
};

/**
 * {@link Host} without the network: a source sends its requests through the governor, with
 * {@link SourceContext.request}.
 */
export type SourceHost = Omit<Host, 'fetch' | 'connect'>;

/** Extra headers and credentials for a source's requests. Called for each request, with its URL. */
export type RequestOptions = (url: string) => Pick<GovernedRequest, 'headers' | 'credentials'>;

/**
 * How the listener returns to the live edge: after an outage, a fall or a pause, and at a change to a better source.
 * `gapless`: no word is lost; the session plays up to 1.1 times as fast, or shortens pauses in the speech. `skip`:
 * jumps to the live edge.
 */
export type CatchUp = 'gapless' | 'skip';

/** Takes the cues that come with the media. */
export interface SourceCues {
  /** Adds a cue of the source. @returns false if it is no valid cue, or if there is no room for it. */
  add(cue: CueInit): boolean;
  /** Takes the timed metadata of an instance of hls.js, until it is destroyed. */
  follow(hls: Hls, context: SourceContext): void;
}

/** What the session passes to a run. */
export interface SourceContext {
  /** The source to play, as the stage document describes it. */
  readonly description: SourceDescription;
  /** The element to play through. The session plays, pauses, mutes and fades it; a run must not. */
  readonly media: HTMLMediaElement;
  /** Program time in epoch ms to start at, if the DVR window reaches that far; `null`: the live edge. */
  readonly from: number | null;
  /**
   * How it takes over from another run. `gapless`: at the current word, so a realtime source must be able to start
   * behind live. `skip`: at the live edge. `null`: there is no other run.
   */
  readonly joins: CatchUp | null;
  /** Program time in epoch ms that the listener hears now; `null` if unknown. */
  heard(): number | null;
  /** Time, randomness and platform, without a network: send requests with `request`. */
  readonly host: SourceHost;
  /** Aborts when the session drops the run. */
  readonly signal: AbortSignal;
  /** Sends a request through the governor. Every request of a source must use it. */
  request(ask: SourceRequest): Promise<GovernedResponse>;
  /**
   * Ends what the source holds at a server, soon or when the page is closed. Sent at most once, without a response.
   */
  sendBeforeLeaving(ask: Omit<GovernedRequest, 'signal'>): void;
  /** Takes timed metadata of the media; absent without the option `cues`. */
  readonly cues?: SourceCues | undefined;
  /** Reports an error that the run survives. */
  tell(error: EarshotError): void;
  /** The run has failed. Only the first call counts. Any other error than an `EarshotError` means `media`. */
  fail(error: Error): void;
  /** The media has played to its end. Call it once. */
  finish(): void;
}

/** One run of a source. The session polls it; no method may throw. */
export interface SourceRun {
  /**
   * Epoch ms at which the current sound was recorded, for example from `EXT-X-PROGRAM-DATE-TIME` (RFC 8216, section
   * 4.3.2.6); `null` if unknown.
   */
  programTime(): number | null;
  /** Milliseconds of media buffered ahead of the element's position. */
  ahead(): number;
  /** Target latency to the live edge in normal playback, ms; `null` if not live. */
  target(): number | null;
  /** Current latency to the live edge, ms; `null` if not live or unknown. */
  latency(): number | null;
  /** True if no new segment has come for three target durations. */
  frozen(): boolean;
  /** True if the playlist says that it is complete (`EXT-X-ENDLIST`, RFC 8216, section 4.3.3.4). Absent: unknown. */
  complete?(): boolean;
  /** Seeks to `programTime`; `null`: to the live edge. */
  seek(programTime: number | null): void;
  /** Continues in another element, from `programTime`; `null`: from the current position. */
  attach(media: HTMLMediaElement, programTime: number | null): void;
  /**
   * The program times, in epoch ms, between which {@link seek} can go: the oldest and the newest. `null`: unknown yet.
   * Absent: it cannot go back, so a step back uses another source.
   */
  window?(): readonly [from: number, to: number] | null;
  /** Only for a realtime source: its liveness, from its packets; `null` before the first packet. */
  liveness?(): Liveness | null;
  /** Only for a realtime source, whose element reports no progress: ms of sound that has played so far. */
  soundedMs?(): number;
  /** Only for a run that cannot seek to a program time: whether the speech pauses now. */
  readonly quiet?: (() => boolean) | undefined;
  /**
   * Only for a realtime source that still plays what has arrived after the source is lost: puts the paused `next` to
   * the word at which it should start, and resolves when it should. Rejects when the signal aborts.
   */
  handTo?(next: SourceRun, signal: AbortSignal): Promise<void>;
  /** Releases all resources, the element included. Idempotent. */
  close(): void;
}

/** Plays the sources of one or more kinds. Implement it to add a kind of source to Earshot. */
export interface Source {
  /** The kinds of {@link SourceDescription} that it plays. */
  readonly kinds: readonly string[];
  /** Whether this browser can play it. Called once per description; must be quick and must not throw. */
  supports(host: SourceHost): boolean;
  /** The source may be needed soon: load code, but send the stage no request. Called often. */
  prepare?(): void;
  /** Starts a run. If it throws, or the run fails later, the session uses another source. */
  open(context: SourceContext): SourceRun | Promise<SourceRun>;
}
