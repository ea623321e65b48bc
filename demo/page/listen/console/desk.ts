import type { ChannelOrder } from '../../../stage/channel/stage-channel.ts';
import type { DoorState, Fault, Origin, RequestRecord } from '../../../stage/stage.ts';
import type { DoorOrder } from '../../../stage/stage-door.ts';
import { STOCK } from '../words/names.ts';
import { Minute, type Second } from './minute.ts';

/** Those that every stage has; the floor is there only with a door. */
const ORIGINS: readonly Origin[] = ['a', 'b', 'stage'];

const AGAIN_MS = 3_000;

/** What is known of one origin. */
export interface OriginView {
  fault: Fault;
  /** Epoch ms at which the fault ends by itself. */
  until: number | null;
  minute: Minute;
}

interface Overview {
  at: number;
  origins: Partial<
    Record<Origin, Omit<OriginView, 'minute'> & Record<'arrivals' | 'refusals', number[]>>
  >;
  door?: DoorState;
}

interface DeskEvents {
  onFault(origin: Origin, fault: Fault): void;
  onDoor(before: DoorState, after: DoorState): void;
  onTrouble(words: string): void;
}

/** The other end of the console: what is on, what arrives, and the way to change it. */
export class Desk {
  readonly origins = new Map<Origin, OriginView>();
  /** As last told; `null` if the stage has none, or nothing was told yet. */
  door: DoorState | null = null;
  /** What asked to be let in. */
  readonly joins = new Minute();
  readonly #events: DeskEvents;

  constructor(events: DeskEvents) {
    this.#events = events;
    for (const origin of ORIGINS) this.#view(origin);
    this.#follow();
  }

  #follow(): void {
    const stream = new EventSource('console/events');
    stream.addEventListener('open', () => void this.#refresh());
    stream.addEventListener('error', () => {
      this.#events.onTrouble('The demo server does not respond.');
      // A browser does not ask again by itself where a service worker was ended in mid-stream.
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => this.#follow(), AGAIN_MS);
    });
    stream.addEventListener('request', ({ data }: MessageEvent<string>) => {
      const { origin, at, status, listener } = JSON.parse(data) as RequestRecord;
      // Those of stock hls.js, which runs beside it, are not Earshot's.
      if (listener === STOCK) return;
      const second = this.#view(origin).minute.second(Math.floor(at / 1000));
      second.arrivals++;
      if (status === null || status >= 400) second.refusals++;
    });
    stream.addEventListener('fault', ({ data }: MessageEvent<string>) => {
      const { origin, fault, until } = JSON.parse(data) as OriginView & { origin: Origin };
      Object.assign(this.#view(origin), { fault, until });
      this.#events.onFault(origin, fault);
    });
    stream.addEventListener('door', ({ data }: MessageEvent<string>) =>
      this.#onDoor(JSON.parse(data) as DoorState),
    );
  }

  /** Those of which there is something to see: where WebRTC is what the door guards, the floor is empty. */
  get shown(): readonly Origin[] {
    const hasWhep = this.origins.has('whep');
    return [...this.origins.keys()].filter((origin) => origin !== 'floor' || !hasWhep);
  }

  fault(origin: Origin): Fault {
    return this.#view(origin).fault;
  }

  /** The last minute, oldest second first. */
  minute(origin: Origin, now: number): Second[] {
    return this.#view(origin).minute.last(now);
  }

  set(origin: Origin | 'all', fault: Fault, forSeconds?: number): Promise<void> {
    return this.#post('console', { origin, fault, forSeconds }, 'This fault could not be set');
  }

  /** Works the door. */
  order(order: DoorOrder): Promise<void> {
    return this.#post('console/door', order, 'The door could not be set');
  }

  /** Works the channel. */
  orderChannel(order: ChannelOrder): Promise<void> {
    return this.#post('console/channel', order, 'The channel could not be changed');
  }

  async #post(path: string, body: unknown, trouble: string): Promise<void> {
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`The console: HTTP ${response.status}.`);
      this.#events.onTrouble('');
    } catch (error) {
      this.#events.onTrouble(`${trouble}: ${(error as Error).message}`);
    }
  }

  async #refresh(): Promise<void> {
    try {
      const { at, origins, door } = (await (await fetch('console')).json()) as Overview;
      const last = Math.floor(at / 1000);
      for (const [origin, overview] of Object.entries(origins)) {
        const { fault, until, arrivals, refusals } = overview;
        const view = this.#view(origin as Origin);
        Object.assign(view, { fault, until });
        arrivals.forEach((count, index) => {
          const second = view.minute.second(last - arrivals.length + 1 + index);
          Object.assign(second, { arrivals: count, refusals: refusals[index] ?? 0 });
        });
      }
      if (door) this.#onDoor(door);
      this.#events.onTrouble('');
    } catch {
      this.#events.onTrouble('The demo server does not respond.');
    }
  }

  #onDoor(door: DoorState): void {
    const before = this.door;
    this.door = door;
    if (!before) return;
    this.#events.onDoor(before, door);
    // What is published at once, for an order, repeats what was seen in the second before.
    if (before.epoch !== door.epoch || before.tickets !== door.tickets) return;
    const second = this.joins.second(Math.floor(door.at / 1000));
    second.arrivals += Math.round(door.arrivals);
    second.refusals += Math.round(door.refused);
  }

  #view(origin: Origin): OriginView {
    const view = this.origins.get(origin) ?? {
      fault: { kind: 'none' },
      until: null,
      minute: new Minute(),
    };
    this.origins.set(origin, view);
    return view;
  }
}
