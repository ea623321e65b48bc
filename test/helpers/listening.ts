import '../../src/stage/sniff.ts';
import type { EarshotError } from '../../src/policy/errors.ts';
import type { State } from '../../src/policy/state.ts';
import type { Session, Switch } from '../../src/session/api.ts';
import { listen } from '../../src/session/listen.ts';
import type { ListenOptions } from '../../src/session/options.ts';
import { FakeHost, type FakeHostOptions } from './fake-host.ts';
import { FakeOrigins } from './fake-origins.ts';
import { type FakeSourceOptions, fakeSource } from './fake-source.ts';

export const A = 'https://a.example';
export const B = 'https://b.example';
export const STAGE = 'https://stage.example';

/** A stage on two CDNs, and its recording. */
export const TWO_CDNS = {
  version: 1,
  sequence: 1,
  state: 'live',
  sources: [
    { kind: 'hls', url: `${A}/talk.m3u8` },
    { kind: 'hls', url: `${B}/talk.m3u8` },
    { kind: 'recording', url: `${A}/talk-vod.m3u8` },
  ],
};

export interface ListeningOptions extends Partial<Omit<ListenOptions, 'host'>> {
  readonly origins?: FakeOrigins;
  /** Default: a page of its own. */
  readonly host?: FakeHost;
  readonly page?: FakeHostOptions;
  readonly source?: FakeSourceOptions;
  readonly autoplay?: FakeHost['autoplay'];
}

/** A session on a page of its own, its origins, and all that it told. */
export class Listening {
  readonly origins: FakeOrigins;
  readonly host: FakeHost;
  readonly session: Session;
  readonly errors: EarshotError[] = [];
  readonly switches: Switch[] = [];

  constructor({ origins, page, source, autoplay, host, ...options }: ListeningOptions = {}) {
    this.origins = origins ?? new FakeOrigins();
    this.host = host ?? new FakeHost({ script: this.origins.script, latency: () => 50, ...page });
    this.host.autoplay = autoplay ?? 'allowed';
    this.session = listen({
      stage: TWO_CDNS,
      host: this.host,
      sources: [fakeSource(source)],
      ...options,
    });
    this.session.on('error', (error) => this.errors.push(error));
    this.session.on('switch', (change) => this.switches.push(change));
  }

  get state(): State {
    return this.session.state;
  }

  /** Whether sound really comes out of an element. */
  get isAudible(): boolean {
    return this.host.media.some(
      (media) => media.isPlaying && !media.stuck && !media.muted && media.volume > 0,
    );
  }

  /** Requests so far to `origin`, or to all. */
  asked(origin?: string): number {
    return this.host.requests.filter((asked) => !origin || asked.origin === origin).length;
  }

  advance(ms: number): Promise<void> {
    return this.host.advance(ms);
  }

  /** Passes time until the status is this; throws if it is not within `most` ms. */
  async reaches(status: State['status'], most = 60_000): Promise<void> {
    if (await this.host.clock.until(() => this.state.status === status, most)) return;
    throw new Error(`It is ${this.state.status}, not ${status}, after ${most} ms.`);
  }
}

/** A session that is heard. */
export const hearing = async (options: ListeningOptions = {}): Promise<Listening> => {
  const listening = new Listening(options);
  await listening.reaches('hearing');
  // Past its first second, when everything that starts has started.
  await listening.advance(5_000);
  return listening;
};
