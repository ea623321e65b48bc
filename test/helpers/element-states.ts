// A chunk that is still on its way would take real time, while virtual time passes.
import '../../src/session/pause-after-fall.ts';
import '../../src/session/door-runs.ts';
import '../../src/element/extras.ts';
import '../../src/element/details.ts';
import '../../src/element/language-menu.ts';
import '../../src/element/picture.ts';
import '../../src/element/timeline.ts';
import '../../src/session/languages.ts';
import '../../src/session/rewind.ts';
import '../../src/element/index.ts';
import type { EarshotListener } from '../../src/element/index.ts';
import type { Status } from '../../src/policy/state.ts';
import type { ListenOptions } from '../../src/session/options.ts';
import { CDN, FLOOR } from './at-the-door.ts';
import { noAnswer, reply } from './fake-fetch.ts';
import { FakeHost, type FakeHostOptions } from './fake-host.ts';
import { FakeOrigins } from './fake-origins.ts';
import { fakeSource } from './fake-source.ts';
import { A, B, STAGE, TWO_CDNS } from './listening.ts';

export interface OnPageOptions extends Partial<ListenOptions> {
  readonly page?: FakeHostOptions;
  readonly document?: object;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly autoplay?: FakeHost['autoplay'];
}

/** An element on the test's page, on a FakeHost of its own. */
export class OnPage {
  readonly origins = new FakeOrigins();
  readonly host: FakeHost;
  readonly element: EarshotListener;
  /** Its events, in order, without those that come with every second. */
  readonly events: string[] = [];

  constructor({ page, document: edition, attributes, autoplay, ...options }: OnPageOptions = {}) {
    this.host = new FakeHost({ script: this.origins.script, latency: () => 50, ...page });
    this.host.autoplay = autoplay ?? 'allowed';
    this.origins.document = { ...TWO_CDNS, ...edition };
    this.element = document.createElement('earshot-listener');
    this.element.options = { host: this.host, sources: [fakeSource()], ...options };
    for (const type of EVENTS) {
      this.element.addEventListener(type, () => this.events.push(type));
    }
    const all = { src: `${STAGE}/stage.json`, ...attributes };
    for (const [name, value] of Object.entries(all)) this.element.setAttribute(name, value);
    document.body.append(this.element);
  }

  part<Part extends HTMLElement = HTMLElement>(name: string): Part {
    const found = this.element.shadowRoot?.querySelector<Part>(`[part="${name}"]`);
    if (!found) throw new Error(`There is no part ${name}.`);
    return found;
  }

  text(name: string): string {
    return this.part(name).textContent ?? '';
  }

  /** What a screen reader was told last. */
  get told(): string {
    return this.element.shadowRoot?.querySelector('[role="status"]')?.textContent ?? '';
  }

  get status(): Status | null {
    return this.element.state?.status ?? null;
  }

  press(): void {
    this.part('press').click();
  }

  advance(ms: number): Promise<void> {
    return this.host.advance(ms);
  }

  async reaches(status: Status, most = 120_000): Promise<void> {
    if (await this.host.clock.until(() => this.status === status, most)) return;
    throw new Error(`It is ${this.status}, not ${status}, after ${most} ms.`);
  }

  /** Pressed, and heard for long enough that everything has been told. */
  async hears(): Promise<this> {
    this.press();
    await this.reaches('hearing');
    await this.advance(6_000);
    return this;
  }

  remove(): void {
    this.element.remove();
  }
}

/** A talk in English, interpreted into two languages. */
export const SPOKEN: readonly object[] = [
  { kind: 'hls', url: `${A}/en.m3u8`, lang: 'en' },
  { kind: 'hls', url: `${A}/es.m3u8`, lang: 'es', role: 'interpretation' },
  { kind: 'hls', url: `${A}/ar.m3u8`, lang: 'ar', role: 'interpretation' },
  { kind: 'hls', url: `${B}/en.m3u8`, lang: 'en' },
];

const EVENTS = [
  ...['loadstart', 'play', 'playing', 'waiting', 'pause', 'volumechange', 'loadedmetadata'],
  ...['durationchange', 'ended', 'error', 'emptied'],
];

const door = (open: number, sources?: object[]) => ({
  sources: [
    { kind: 'hls', url: `${FLOOR}/talk.m3u8`, door: 'floor' },
    ...(sources ?? [{ kind: 'hls', url: `${CDN}/talk.m3u8` }]),
  ],
  doors: { floor: { epoch: 1, open, opensPerSecond: 1 / 600 } },
});

type Options = Pick<OnPageOptions, 'attributes'>;

const pressed = async (options: OnPageOptions, status: Status): Promise<OnPage> => {
  const one = new OnPage(options);
  one.press();
  await one.reaches(status);
  return one;
};

/** Every state that a listener can see, and how it comes about. */
export const ELEMENT_STATES: Record<string, (options: Options) => Promise<OnPage>> = {
  before: async (options) => new OnPage(options),
  refused: async (options) => {
    const one = new OnPage({ ...options, attributes: { ...options.attributes, src: 'no://' } });
    one.press();
    return one;
  },
  opening: (options) => pressed({ ...options, page: { latency: () => 1e6 } }, 'opening'),
  scheduled: (options) => {
    const startsAt = new Date(Date.UTC(2026, 10, 22, 20, 45)).toISOString();
    return pressed({ ...options, document: { state: 'scheduled', startsAt } }, 'scheduled');
  },
  connecting: (options) =>
    pressed({ ...options, sources: [fakeSource({ opensIn: 5_000 })] }, 'connecting'),
  hearing: (options) => new OnPage(options).hears(),
  'hearing, with a picture': async (options) => {
    const one = await new OnPage(options).hears();
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
    const context = canvas.getContext('2d');
    const video = Object.assign(document.createElement('video'), { slot: 'media', muted: true });
    // A speaker's words in writing are the page's to give.
    video.append(Object.assign(document.createElement('track'), { kind: 'captions' }));
    one.element.append(video);
    const seen = new Promise((resolve) => {
      video.addEventListener('loadedmetadata', resolve, { once: true });
    });
    video.srcObject = canvas.captureStream();
    context?.fillRect(0, 0, 320, 180);
    await seen;
    return one;
  },
  'hearing, with languages': (options) =>
    new OnPage({ ...options, document: { sources: SPOKEN }, lang: 'en' }).hears(),
  behind: async (options) => {
    const one = await new OnPage(options).hears();
    one.press();
    await one.advance(25_000);
    one.press();
    await one.reaches('hearing');
    await one.advance(2_000);
    return one;
  },
  muted: async (options) => {
    const one = await new OnPage(options).hears();
    one.element.muted = true;
    await one.reaches('muted');
    return one;
  },
  paused: async (options) => {
    const one = await new OnPage(options).hears();
    one.press();
    await one.reaches('paused');
    return one;
  },
  blocked: (options) => pressed({ ...options, autoplay: 'muted' }, 'blocked'),
  stalled: async (options) => {
    const one = await new OnPage({
      ...options,
      document: { sources: [TWO_CDNS.sources[0]] },
    }).hears();
    for (const media of one.host.media) media.stuck = true;
    await one.reaches('stalled');
    return one;
  },
  waiting: async (options) => {
    const one = await new OnPage(options).hears();
    for (const origin of [A, B]) one.origins.faults.set(origin, () => reply(503));
    await one.reaches('waiting');
    return one;
  },
  rejoining: async (options) => {
    const tells = (time: number, url: string) => (url.startsWith(A) ? time + 14_500 : time);
    const one = await new OnPage({
      ...options,
      sources: [fakeSource({ tells })],
      fall: 'wait',
    }).hears();
    one.origins.faults.set(A, () => noAnswer());
    await one.reaches('rejoining');
    return one;
  },
  'hearing in the queue': async (options) => {
    const one = await new OnPage({ ...options, document: door(-0.2) }).hears();
    await one.advance(200_000);
    return one;
  },
  queued: (options) => pressed({ ...options, document: door(-0.2, []) }, 'queued'),
  ended: async (options) => {
    const one = await new OnPage({
      ...options,
      document: { sources: [TWO_CDNS.sources[0]] },
    }).hears();
    one.origins.endsAt = one.host.now() + 8_000;
    // The document decides the end.
    one.origins.document = { ...Object(one.origins.document), state: 'ended' };
    await one.reaches('ended');
    return one;
  },
  failed: async (options) => {
    const one = new OnPage({ ...options, retry: () => null });
    one.origins.faults.set(STAGE, () => noAnswer());
    one.press();
    await one.reaches('closed');
    return one;
  },
};
