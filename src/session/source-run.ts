import type { Governor } from '../governor/api.ts';
import type { Guard } from '../governor/exchange.ts';
import type { Host } from '../host/host.ts';
import type { SourceDescription } from '../policy/document.ts';
import { type EarshotError, earshotError, errorAt, type Purpose } from '../policy/errors.ts';
import { addLook, isAdvancing, type Look } from '../policy/hearing.ts';
import type { Facts } from '../policy/model.ts';
import type { Wait } from '../policy/state.ts';
import type { CatchUp, Source, SourceCues, SourceRequest, SourceRun } from '../sources/source.ts';

/** The options of one generation. */
export interface RunningSourceOptions {
  readonly host: Host;
  readonly governor: Governor;
  readonly description: SourceDescription;
  readonly sources: readonly Source[];
  readonly media: HTMLMediaElement;
  readonly from: number | null;
  readonly joins: CatchUp | null;
  /** Program time that the listener hears now. */
  heard(): number | null;
  readonly cues: SourceCues | undefined;
  /** Added to each request to the source's own origin. */
  readonly guard: Guard | undefined;
  /** The run has its element. */
  onOpen(): void;
  onFail(error: EarshotError): void;
  /** Reports an error that the run survives. */
  tell(error: EarshotError): void;
  onFinish(): void;
}

/** What browsers report about an element's sound besides its time, each with its own property. */
type Decoding = HTMLMediaElement & {
  readonly videoWidth?: number;
  readonly webkitAudioDecodedByteCount?: number;
  readonly mozHasAudio?: boolean;
};

/** One generation of a source: its signal, its requests, its observations. After `close()` it has no more effect. */
export interface RunningSource {
  /** `null` before it has opened, and after it is closed. */
  run: SourceRun | null;
  media: HTMLMediaElement;
  readonly description: SourceDescription;
  /** Aborts when it is closed. */
  readonly signal: AbortSignal;
  /** Observes the element again and returns the result. */
  facts(wanted: boolean): Facts;
  /** Milliseconds of sound that have advanced since the last start, jump or stop, within the last second. */
  advanced(): number;
  /** Continues the run in another element, from `programTime`. */
  move(media: HTMLMediaElement, programTime: number | null): void;
  close(): void;
}

/** Starts a source at once. `onFail` receives its error. */
export const runSource = (options: RunningSourceOptions): RunningSource => {
  const { sources, governor, guard, onOpen, onFail, onFinish, ...context } = options;
  const { host, description, media } = context;
  const controller = new AbortController();
  const { signal } = controller;
  /** The last request for each purpose. */
  const asked = new Map<Purpose, SourceRequest>();
  let looks: readonly Look[] = [];
  /** Bytes of decoded sound at the last observation, and the media time until then. */
  let decoded = Number.NaN;
  let soundedAt = 0;
  /** Its wait at the door. */
  let queued: Wait | null = null;

  const fail = (error: unknown) => {
    if (!signal.aborted) onFail(earshotError(error, description.url, 'media'));
  };

  /** Media time in ms up to which there was sound: video that advances without sound is not proof. */
  const sounded = (): number => {
    const { currentTime, videoWidth, webkitAudioDecodedByteCount, mozHasAudio } =
      running.media as Decoding;
    const bytes = webkitAudioDecodedByteCount ?? Number.NaN;
    const isMute = videoWidth && (mozHasAudio === false || bytes === decoded);
    decoded = bytes;
    if (!isMute) soundedAt = currentTime * 1_000;
    return soundedAt;
  };

  const waitAtDoor = (since: number): Wait => {
    const error = errorAt(description.url, 'turned-away', 'the door has drawn anew.');
    return { until: since, since, attempt: 0, error };
  };

  const open = async () => {
    // What fails at once must find its run in the list.
    await null;
    const { origin } = new URL(description.url);
    const guardOf = (url: string) => (new URL(url).origin === origin ? guard : undefined);
    const source = sources.find(
      (one) => one.kinds.includes(description.kind) && one.supports(host),
    );
    if (!source) {
      const { kind, url } = description;
      throw errorAt(url, 'unsupported', `nothing in the option sources plays ${kind} here.`);
    }
    const run = await source.open({
      ...context,
      signal,
      fail,
      finish: () => signal.aborted || onFinish(),
      sendBeforeLeaving: (ask) => governor.sendBeforeLeaving({ ...ask, guard: guardOf(ask.url) }),
      request({ send, ...ask }) {
        const whole = { signal, ...ask, guard: guardOf(ask.url) };
        if (send) return send(whole);
        asked.set(ask.purpose, ask);
        return governor.request(whole);
      },
    });
    if (signal.aborted) return run.close();
    running.run = run;
    onOpen();
  };

  const running: RunningSource = {
    run: null,
    media,
    description,
    signal,
    facts(wanted) {
      const { run } = running;
      const now = host.now();
      // Liveness first: it updates what the other values depend on.
      const liveness = run?.liveness?.() ?? null;
      const soundedMs = run?.soundedMs?.() ?? sounded();
      looks = wanted && !running.media.paused ? addLook(looks, [host.elapsed(), soundedMs]) : [];
      const waits = [...asked.values()].map((ask) => governor.waitOf(ask.url, ask));
      const [longest = null] = waits.sort((a, b) => (b?.until ?? 0) - (a?.until ?? 0));
      // At a door with a new epoch, requests wait for the turn, whether or not one was refused.
      const turn = guard?.position().turn ?? 0;
      const isQueued = turn > Math.max(now, longest?.until ?? 0);
      queued = isQueued ? (queued ?? waitAtDoor(now)) : null;
      return {
        isAdvancing: liveness === 'lost' && !run?.ahead() ? false : isAdvancing(looks),
        ahead: run?.ahead() ?? 0,
        behind: run?.latency() ?? null,
        target: run?.target() ?? null,
        isFrozen: run?.frozen() ?? false,
        isComplete: run?.complete?.() ?? false,
        liveness,
        wait: queued ? { ...(longest ?? queued), until: turn } : longest,
      };
    },
    advanced: () => (looks.at(-1)?.[1] ?? 0) - (looks[0]?.[1] ?? 0),
    move(media, programTime) {
      running.run?.attach(media, programTime);
      running.media = media;
      looks = [];
    },
    close() {
      controller.abort();
      running.run?.close();
      running.run = null;
    },
  };
  open().catch(fail);
  return running;
};
