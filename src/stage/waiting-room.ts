import { delay } from '../host/host.ts';
import { FIRST, MAX_FLOOR } from '../policy/defaults.ts';
import { isEarshotError } from '../policy/errors.ts';
import type { Standing } from '../policy/state.ts';
import type { Admission } from './admission.ts';

/** What {@link cloudflareWaitingRoom} can be told. */
export interface WaitingRoomOptions {
  /** What the waiting room is asked at; it must be covered by it. Default: the guarded source. */
  readonly url?: string;
}

const MINUTE = 60_000;
const REFRESH = 20;

const decode = (body: ArrayBuffer): Record<string, unknown> | null => {
  try {
    const { cfWaitingRoom } = Object(JSON.parse(new TextDecoder().decode(body)));
    return Object(cfWaitingRoom).inWaitingRoom === true ? cfWaitingRoom : null;
  } catch {
    // Whoever is in gets the origin's own answer, which need not be JSON.
    return null;
  }
};

const within = (value: unknown, least: number, most: number, other: number): number =>
  typeof value === 'number' && value >= least ? Math.min(most, value) : other;

/**
 * Admission by Cloudflare Waiting Room, asked for its JSON (the room needs `json_response_enabled`;
 * see "Get JSON response" in Cloudflare's documentation of Waiting Room). The room is asked again
 * no sooner than its `refreshIntervalSeconds` and, so that a crowd does not keep step, within as much
 * again on top; whoever is let in is known by the room's own cookie, so that the requests to the
 * guarded source carry credentials. `waitTime` and its percentiles are shown as turn and margin.
 */
export const cloudflareWaitingRoom = ({ url: given }: WaitingRoomOptions = {}): Admission => ({
  open({ source, host, signal, ask, onError }) {
    const url = given ? new URL(given, host.base).href : source;
    const request = () => ({ credentials: 'include' as const });
    const inside: Standing = { turn: 0, margin: null, admitted: true };
    // The room itself may be asked by anybody.
    const guard = { standing: () => inside, request, answered() {}, refused: () => false };
    let standing: Standing = { turn: Infinity, margin: null, admitted: false };
    let asking = false;

    const follow = async () => {
      asking = true;
      try {
        for (;;) {
          const headers = { accept: 'application/json' };
          const room = decode((await ask({ url, purpose: 'ticket', headers, guard })).body);
          if (!room) break;
          const { waitTimeKnown, waitTime, refreshIntervalSeconds } = room;
          const minutes = (value: unknown) => within(value, 0, 1_440, Number.NaN) * MINUTE;
          const wait = waitTimeKnown === true ? minutes(waitTime) : Number.NaN;
          const spread = minutes(room.waitTime75Percentile) - minutes(room.waitTime25Percentile);
          // Only the room lets anybody in: an estimate that has passed is none.
          const turn = Number.isNaN(wait) ? Infinity : host.now() + Math.max(MINUTE, wait);
          const margin = Number.isNaN(wait) ? null : spread || MINUTE;
          standing = { turn, margin, admitted: standing.admitted };
          const refresh = within(refreshIntervalSeconds, FIRST / 1_000, MAX_FLOOR / 1_000, REFRESH);
          await delay(host, refresh * 1_000 * (1 + host.random()), signal);
        }
        standing = { turn: 0, margin: null, admitted: standing.admitted };
      } catch (error) {
        if (!signal.aborted && isEarshotError(error)) onError(error);
      }
      asking = false;
    };

    const goBack = () => {
      standing = { turn: Infinity, margin: null, admitted: standing.admitted };
      if (!asking) void follow();
      return true;
    };

    return {
      request,
      update() {
        if (!asking && standing.turn) void follow();
      },
      standing: () => standing,
      answered(headers) {
        // Once the cookie has run out it is the room that answers, with a page of its own.
        if (/html|json/.test(headers.get('content-type') ?? '')) goBack();
        else standing = inside;
      },
      refused: goBack,
    };
  },
});
