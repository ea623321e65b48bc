import type { GovernedRequest, GovernedResponse } from '../governor/exchange.ts';
import type { Host } from '../host/host.ts';
import type { SourceDescription } from '../policy/document.ts';
import type { EarshotError } from '../policy/errors.ts';
import type { Liveness } from '../policy/liveness.ts';

/** A request of a source: without a signal of its own it ends with the run, else the source ends it. */
export type SourceRequest = Omit<GovernedRequest, 'signal'> & { readonly signal?: AbortSignal };

/** {@link Host} without the network: what a source requests goes through the governor, by {@link SourceContext.request}. */
export type SourceHost = Omit<Host, 'fetch' | 'connect'>;

/** What a source's requests carry besides what they need: asked for each request, by its URL. */
export type RequestOptions = (url: string) => Pick<GovernedRequest, 'headers' | 'credentials'>;

/**
 * How a better source is joined: `gapless`, so that no word is lost and the distance to live is made
 * up for in the pauses of the speech; `skip`, at live in the next pause, whatever lies between.
 */
export type Climb = 'gapless' | 'skip';

/** What a run is given. */
export interface SourceContext {
  /** The source to play, as the stage document describes it. */
  readonly description: SourceDescription;
  /** The element to play through. The session plays, pauses, mutes and fades it; a run never does. */
  readonly media: HTMLMediaElement;
  /** Program time in epoch ms to start at, so far as the window reaches; `null`: the live edge. */
  readonly from: number | null;
  /**
   * How it takes over from another run: at the word that is heard then, for which a realtime source
   * must be able to start behind live, or at once. `null`: there is none to take over from.
   */
  readonly joins: Climb | null;
  /** Program time in epoch ms that the listener hears now; `null` if unknown. */
  heard(): number | null;
  /** Time, randomness and platform, without a network: a request goes through `request`. */
  readonly host: SourceHost;
  /** Aborts when the run is dropped. */
  readonly signal: AbortSignal;
  /** The governor's gate. Every request of a source must go through it. */
  request(ask: SourceRequest): Promise<GovernedResponse>;
  /** Ends what it holds at a server, soon or when the page goes; asked once at most, without an answer. */
  sendBeforeLeaving(ask: Omit<GovernedRequest, 'signal'>): void;
  /** Something to be told that the run lives on with. */
  tell(error: EarshotError): void;
  /** The run is over. Told once; what comes later is dropped. What is no EarshotError means `media`. */
  fail(error: Error): void;
  /** The media has been played to its end. Told once. */
  finish(): void;
}

/** One run of a source. All of it is polled; nothing may throw. */
export interface SourceRun {
  /**
   * Epoch ms at which what the element plays now was said, as by `EXT-X-PROGRAM-DATE-TIME` (RFC 8216, section
   * 4.3.2.6); `null` if unknown.
   */
  programTime(): number | null;
  /** Milliseconds of media ahead of the element's position. */
  ahead(): number;
  /** How far behind the live edge this source plays when all is well, ms; `null` if not live. */
  target(): number | null;
  /** How far behind the live edge it plays now, ms; `null` if not live or unknown. */
  latency(): number | null;
  /** No new segment for three target durations. */
  frozen(): boolean;
  /** Its playlist says that no more will come (`EXT-X-ENDLIST`, RFC 8216, section 4.3.3.4). Absent: it cannot tell. */
  complete?(): boolean;
  /** Moves to `programTime`, or to the live edge for `null`. */
  seek(programTime: number | null): void;
  /** Goes on in another element, from `programTime`, or from where it is for `null`. */
  attach(media: HTMLMediaElement, programTime: number | null): void;
  /** Only of a realtime source: what its packets say; `null` before the first came. */
  liveness?(): Liveness | null;
  /** Only of a realtime source, whose element tells nothing: ms of sound that came out so far. */
  soundedMs?(): number;
  /** Only of a run that cannot be moved to a program time: whether it is in a pause of the speech. */
  readonly quiet?: (() => boolean) | undefined;
  /** Releases everything, the element included. Idempotent. */
  close(): void;
}

/** A way to play the sources of one kind. Implement it to teach Earshot another one. */
export interface Source {
  /** The kinds of {@link SourceDescription} that it plays. */
  readonly kinds: readonly string[];
  /** Whether this browser can. Asked once per description; must be quick and must not throw. */
  supports(host: SourceHost): boolean;
  /** It may be needed soon: what can be loaded without asking the stage is. Called often. */
  prepare?(): void;
  /** Starts a run. What it throws, or fails with later, makes the session take another source. */
  open(context: SourceContext): SourceRun | Promise<SourceRun>;
}
