// A chunk that is still on its way would take real time, while virtual time passes.
import '../../src/session/door-runs.ts';
import type { Asked, Reply } from './fake-fetch.ts';
import { reply } from './fake-fetch.ts';
import { FakeOrigins } from './fake-origins.ts';
import type { FakeStore } from './fake-store.ts';
import { Listening, type ListeningOptions, STAGE } from './listening.ts';

export const FLOOR = 'https://floor.example';
export const CDN = 'https://cdn.example';
const FLOOR_URL = `${FLOOR}/talk.m3u8`;

const SOURCES = [
  { kind: 'hls', url: FLOOR_URL, door: 'floor' },
  { kind: 'hls', url: `${CDN}/talk.m3u8` },
];

export interface DoorFields {
  readonly epoch?: unknown;
  readonly open?: unknown;
  readonly opensPerSecond?: unknown;
  readonly tickets?: unknown;
  readonly passes?: unknown;
}

export interface AtTheDoorOptions extends ListeningOptions {
  readonly door?: DoorFields;
  readonly ladder?: unknown;
  readonly stores?: Readonly<Record<'tab' | 'browser', FakeStore>>;
  readonly seed?: number;
  readonly fields?: object;
}

/** A listener in front of a door, and what the guarded origin was asked. */
export class AtTheDoor extends Listening {
  sequence = 1;
  readonly #ladder: unknown;

  constructor({ door, ladder = SOURCES, stores, seed, fields, ...options }: AtTheDoorOptions = {}) {
    const origins = options.origins ?? new FakeOrigins();
    const page = { ...(stores && { stores }), ...(seed && { seed }), ...options.page };
    super({ stage: `${STAGE}/stage.json`, ...options, origins, page });
    this.#ladder = ladder;
    this.publish(door, fields);
  }

  /** The stage publishes another edition, made now. */
  publish(door: DoorFields = {}, fields: object = {}): void {
    this.origins.document = {
      version: 1,
      sequence: this.sequence++,
      serverTime: new Date(this.host.now()).toISOString(),
      refresh: 10,
      sources: this.#ladder,
      doors: { floor: { epoch: 1, open: 0, opensPerSecond: 1 / 600, ...door } },
      ...fields,
    };
  }

  /** Playlists that were asked of the guarded source. */
  get joins(): Asked[] {
    return this.host.requests.filter(
      ({ origin, path }) => origin === FLOOR && path.endsWith('m3u8'),
    );
  }

  /** The guarded origin lets in and hands out this pass. */
  admits(pass: string, seconds = 300): void {
    const headers = { 'earshot-pass': `${pass}; max-age=${seconds}` };
    this.answers((asked) => {
      const { faults, script } = this.origins;
      const before = faults.get(FLOOR);
      faults.delete(FLOOR);
      const served = script(asked) as Response;
      if (before) faults.set(FLOOR, before);
      return new Response(served.body, { status: served.status, headers });
    });
  }

  answers(reply: (asked: Asked) => Reply | undefined): void {
    this.origins.faults.set(FLOOR, reply);
  }

  refuses(status: number, headers: Record<string, string> = {}): void {
    this.answers(() => reply(status, '', headers));
  }
}
