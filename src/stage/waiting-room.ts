import { delay } from '../host/host.ts';
import { FIRST_WINDOW_MS, MAX_SERVER_WAIT_MS } from '../policy/defaults.ts';
import { isEarshotError } from '../policy/errors.ts';
import type { QueuePosition } from '../policy/state.ts';
import type { Admission } from './admission.ts';

/** The options of {@link cloudflareWaitingRoom}. */
export interface WaitingRoomOptions {
  /** The URL to poll the waiting room at. The waiting room must cover it. Default: the guarded source. */
  readonly url?: string | undefined;
}

const MINUTE = 60_000;
const REFRESH = 20;

const decode = (body: ArrayBuffer): Record<string, unknown> | null => {
  try {
    const { cfWaitingRoom } = Object(JSON.parse(new TextDecoder().decode(body)));
    return Object(cfWaitingRoom).inWaitingRoom === true ? cfWaitingRoom : null;
  } catch {
    // Inside the room the origin itself responds, and not necessarily with JSON.
    return null;
  }
};

const within = (value: unknown, least: number, most: number, other: number): number =>
  typeof value === 'number' && value >= least ? Math.min(most, value) : other;

/**
 * Admission by Cloudflare Waiting Room, polled for its JSON. The room needs `json_response_enabled`: see "Get JSON
 * response" in Cloudflare's documentation of Waiting Room.
 *
 * Earshot polls the room after its `refreshIntervalSeconds` plus a random time of up to the same length, so that a
 * crowd does not poll in step. The room recognises an admitted listener by its own cookie, so the requests to the
 * guarded source carry credentials. `waitTime` and its percentiles become the turn and its uncertainty.
 */
export const cloudflareWaitingRoom = ({ url: given }: WaitingRoomOptions = {}): Admission => ({
  open({ source, host, signal, request, onError }) {
    const url = given ? new URL(given, host.base).href : source;
    const withCookie = () => ({ credentials: 'include' as const });
    const inside: QueuePosition = { turn: 0, uncertainty: null, admitted: true };
    // Requests to the room itself need no admission.
    const guard = {
      ...{ position: () => inside, request: withCookie },
      ...{ answered() {}, refused: () => false },
    };
    let position: QueuePosition = { turn: Infinity, uncertainty: null, admitted: false };
    let asking = false;

    const follow = async () => {
      asking = true;
      try {
        for (;;) {
          const headers = { accept: 'application/json' };
          const room = decode((await request({ url, purpose: 'ticket', headers, guard })).body);
          if (!room) break;
          const { waitTimeKnown, waitTime, refreshIntervalSeconds } = room;
          const minutes = (value: unknown) => within(value, 0, 1_440, Number.NaN) * MINUTE;
          const wait = waitTimeKnown === true ? minutes(waitTime) : Number.NaN;
          const spread = minutes(room.waitTime75Percentile) - minutes(room.waitTime25Percentile);
          // Only the room admits a listener: ignore an estimate that has passed.
          const turn = Number.isNaN(wait) ? Infinity : host.now() + Math.max(MINUTE, wait);
          const uncertainty = Number.isNaN(wait) ? null : spread || MINUTE;
          position = { turn, uncertainty, admitted: position.admitted };
          const refresh = within(
            refreshIntervalSeconds,
            FIRST_WINDOW_MS / 1_000,
            MAX_SERVER_WAIT_MS / 1_000,
            REFRESH,
          );
          await delay(host, refresh * 1_000 * (1 + host.random()), signal);
        }
        position = { turn: 0, uncertainty: null, admitted: position.admitted };
      } catch (error) {
        if (!signal.aborted && isEarshotError(error)) onError(error);
      }
      asking = false;
    };

    const goBack = () => {
      position = { turn: Infinity, uncertainty: null, admitted: position.admitted };
      if (!asking) void follow();
      return true;
    };

    return {
      request: withCookie,
      update() {
        if (!asking && position.turn) void follow();
      },
      position: () => position,
      answered(headers) {
        // After the cookie has expired, the room responds with its own page.
        if (/html|json/.test(headers.get('content-type') ?? '')) goBack();
        else position = inside;
      },
      refused: goBack,
    };
  },
});
