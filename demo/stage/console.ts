import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, json, refusal, send } from './answers.ts';
import type { Channel } from './channel/channel.ts';
import { parseChannelOrder } from './channel/stage-channel.ts';
import { createEventStream } from './events.ts';
import { clamp, InvalidInput, parseFault, parseOrigins } from './faults.ts';
import type { Floor } from './floor.ts';
import { readJson } from './intake.ts';
import type { Ledger } from './ledger.ts';
import { parseOrder } from './stage-door.ts';
import type { Switchboard } from './switchboard.ts';

const SHORTEST_FAULT_SECONDS = 0.1;
const LONGEST_FAULT_SECONDS = 3600;

/** The console of the faults, of the door and of the channel. It has no CORS headers: only the stage's own pages may use it. */
export interface Console {
  handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean>;
  close(): void;
}

export function createConsole(
  switchboard: Switchboard,
  ledger: Ledger,
  floor: Floor | null,
  channel: Pick<Channel, 'obeyOrder'> | null,
  now: () => number,
): Console {
  const events = createEventStream();
  const unsubscribe = [
    ledger.onRequest((record) => events.publish('request', record)),
    switchboard.onChange((origin, state) => events.publish('fault', { origin, ...state })),
    floor?.onPublication((state) => events.publish('door', state)),
  ];

  function overview(): Answer {
    const at = now();
    const rates = ledger.rates(at);
    const entries = switchboard.origins.map((origin) => {
      const { fault, since, until } = switchboard.state(origin);
      return [origin, { fault, since, until, ...rates[origin] }];
    });
    const door = floor && { door: floor.stats() };
    return json(200, { at, origins: Object.fromEntries(entries), ...door });
  }

  async function setDoor(request: IncomingMessage): Promise<Answer> {
    await floor?.obey(parseOrder(await readJson(request)));
    return overview();
  }

  async function setChannel(request: IncomingMessage): Promise<Answer> {
    await channel?.obeyOrder(parseChannelOrder(await readJson(request)));
    return overview();
  }

  async function setFault(request: IncomingMessage): Promise<Answer> {
    const { origin, fault, forSeconds } = Object(await readJson(request));
    const wanted = parseFault(fault);
    const origins = parseOrigins(origin, switchboard.origins, wanted);
    const seconds =
      forSeconds === undefined
        ? null
        : clamp(forSeconds, SHORTEST_FAULT_SECONDS, LONGEST_FAULT_SECONDS);
    await Promise.all(origins.map((name) => switchboard.set(name, wanted, seconds)));
    return overview();
  }

  async function answer(
    request: IncomingMessage,
    set: (request: IncomingMessage) => Promise<Answer>,
  ): Promise<Answer> {
    if (request.method === 'GET' || request.method === 'HEAD') return overview();
    if (request.method !== 'POST') return refusal(405, { Allow: 'GET, HEAD, POST' });
    try {
      return await set(request);
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return json(400, { error: error.message }, { Connection: 'close' });
    }
  }

  const setters: Readonly<Record<string, typeof setFault | null>> = {
    '/console': setFault,
    '/console/door': floor && setDoor,
    '/console/channel': channel && setChannel,
  };

  return {
    async handle(request, response, path) {
      if (path === '/console/events' && request.method === 'GET') {
        if (!events.attach(response)) send(request, response, refusal(503));
        return true;
      }
      const set = setters[path];
      if (!set) return false;
      send(request, response, await answer(request, set));
      return true;
    },
    close() {
      for (const stop of unsubscribe) stop?.();
      events.close();
    },
  };
}
