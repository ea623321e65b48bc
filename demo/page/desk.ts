import type { Fault, Origin, RequestRecord } from '../stage/stage.ts';

const SECONDS = 60;
const ORIGINS: readonly Origin[] = ['a', 'b', 'stage'];

export interface Second {
  arrivals: number;
  refusals: number;
}

/** What is known of one origin. */
export interface OriginView {
  fault: Fault;
  /** Epoch ms at which the fault ends by itself. */
  until: number | null;
  /** By the epoch second. */
  seconds: Map<number, Second>;
}

interface Overview {
  at: number;
  origins: Record<Origin, Omit<OriginView, 'seconds'> & Record<'arrivals' | 'refusals', number[]>>;
}

interface DeskEvents {
  onFault(origin: Origin, fault: Fault): void;
  onTrouble(words: string): void;
}

/** The other end of the fault console: what is on, what arrives, and the way to change it. */
export class Desk {
  readonly origins = new Map<Origin, OriginView>(
    ORIGINS.map((origin) => [origin, { fault: { kind: 'none' }, until: null, seconds: new Map() }]),
  );
  readonly #events: DeskEvents;

  constructor(events: DeskEvents) {
    this.#events = events;
    const stream = new EventSource('/console/events');
    stream.addEventListener('open', () => void this.#refresh());
    stream.addEventListener('error', () => events.onTrouble('The demo server does not answer.'));
    stream.addEventListener('request', ({ data }: MessageEvent<string>) => {
      const { origin, at, status } = JSON.parse(data) as RequestRecord;
      const second = this.#second(origin, Math.floor(at / 1000));
      second.arrivals++;
      if (status === null || status >= 400) second.refusals++;
    });
    stream.addEventListener('fault', ({ data }: MessageEvent<string>) => {
      const { origin, fault, until } = JSON.parse(data) as OriginView & { origin: Origin };
      Object.assign(this.#view(origin), { fault, until });
      events.onFault(origin, fault);
    });
  }

  fault(origin: Origin): Fault {
    return this.#view(origin).fault;
  }

  /** The last minute, oldest second first. */
  minute(origin: Origin, now: number): Second[] {
    const { seconds } = this.#view(origin);
    const last = Math.floor(now / 1000);
    for (const second of seconds.keys()) if (second < last - 2 * SECONDS) seconds.delete(second);
    return Array.from(
      { length: SECONDS },
      (_, index) => seconds.get(last - SECONDS + 1 + index) ?? { arrivals: 0, refusals: 0 },
    );
  }

  async set(origin: Origin | 'all', fault: Fault, forSeconds?: number): Promise<void> {
    try {
      const response = await fetch('/console', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ origin, fault, forSeconds }),
      });
      if (!response.ok) throw new Error(`The console answered ${response.status}.`);
      this.#events.onTrouble('');
    } catch (error) {
      this.#events.onTrouble(`This fault could not be set: ${(error as Error).message}`);
    }
  }

  async #refresh(): Promise<void> {
    try {
      const { at, origins } = (await (await fetch('/console')).json()) as Overview;
      const last = Math.floor(at / 1000);
      for (const origin of ORIGINS) {
        const { fault, until, arrivals, refusals } = origins[origin];
        Object.assign(this.#view(origin), { fault, until });
        arrivals.forEach((count, index) => {
          const second = this.#second(origin, last - arrivals.length + 1 + index);
          Object.assign(second, { arrivals: count, refusals: refusals[index] ?? 0 });
        });
      }
      this.#events.onTrouble('');
    } catch {
      this.#events.onTrouble('The demo server does not answer.');
    }
  }

  #view(origin: Origin): OriginView {
    return this.origins.get(origin) as OriginView;
  }

  #second(origin: Origin, at: number): Second {
    const { seconds } = this.#view(origin);
    const second = seconds.get(at) ?? { arrivals: 0, refusals: 0 };
    seconds.set(at, second);
    return second;
  }
}
