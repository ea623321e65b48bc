import { onAbort } from '../host/host.ts';
import { LATE_AFTER_MS } from '../policy/defaults.ts';
import type { AdmissionContext } from './admission.ts';

/** A pass that is valid. */
export interface Pass {
  readonly token: string;
  /** Epoch ms. */
  readonly until: number;
}

/** The parts of a renewal. */
export interface PassRenewalParts extends Pick<AdmissionContext, 'host' | 'signal' | 'request'> {
  /** The pass that this page has. */
  valid(): Pass | null;
  /** The newest pass of all tabs. */
  shared(): Pass | null;
  /** Takes the pass of a response. Returns whether there is one. */
  keepPass(headers: Headers): boolean;
  drop(): void;
}

/** Renews the pass of a listener whose source makes no requests that would renew it. */
export interface PassRenewal {
  /** @param url where to renew; `null`: the guarded source does not play. */
  observe(url: string | null): void;
}

/** The part of a pass's life in which it is renewed. */
const FROM = 0.5;
const TO = 0.8;
const LEAST_TO = 0.6;
/** A hidden page runs its timers once a minute, and the answer takes some seconds. */
const SLOWEST_TIMER_MS = 75_000;
/** The part of what is left of a pass's life in which a page that was late asks. */
const LATE_WINDOW = 0.25;
const INSIDE = { turn: 0, uncertainty: null, admitted: true };

/**
 * Renews a pass at a random time in the second half of its life: listeners who were admitted together do not ask
 * together. The tabs of a browser share their passes, so the first one that is due asks for all.
 */
export const createPassRenewal = (parts: PassRenewalParts): PassRenewal => {
  const { host, signal, request, valid, shared, keepPass, drop } = parts;
  /** The pass that `at` was drawn for. */
  let planned: string | null = null;
  let at = 0;
  let isPutOff = false;
  /** The request that is on its way, or waits for its retry. */
  let asking: AbortController | null = null;

  const plan = ({ token, until }: Pass) => {
    const life = until - host.now();
    const to = Math.min(TO, Math.max(LEAST_TO, 1 - SLOWEST_TIMER_MS / life));
    planned = token;
    at = host.now() + life * (FROM + (to - FROM) * host.random());
    isPutOff = false;
  };

  const renew = async (url: string, { token }: Pass) => {
    const controller = new AbortController();
    const stopAbort = onAbort(signal, () => controller.abort());
    asking = controller;
    const guard = {
      position: () => INSIDE,
      request() {
        // Another tab has renewed it while this one waited: nothing is sent.
        if (shared()?.token !== token) controller.abort();
        return { headers: { 'earshot-pass': token } };
      },
      answered() {},
      refused: () => false,
    };
    const sent = { url, purpose: 'ticket', acceptStatus: 403, tries: 1 } as const;
    try {
      const { status, headers } = await request({ ...sent, guard, signal: controller.signal });
      const isNewest = shared()?.token === token;
      if (status === 403 && isNewest) drop();
      // A server that finds the pass too young gives none: a later time is drawn.
      else if (!keepPass(headers) && isNewest) planned = null;
    } catch {
      // Refused in another way, and reported by the governor: this pass is not renewed here any more.
      at = Infinity;
      if (controller.signal.aborted) planned = null;
    }
    stopAbort();
    asking = null;
  };

  return {
    observe(url) {
      const pass = url && valid();
      if (asking) {
        if (!pass || pass.token !== planned) asking.abort();
        return;
      }
      if (!pass) return;
      if (pass.token !== planned) plan(pass);
      const now = host.now();
      if (now < at) return;
      const newest = shared();
      if (newest?.token !== planned) return;
      const left = pass.until - now;
      // Machines that wake together must not ask together. One deadline is put off once.
      if (now - at > LATE_AFTER_MS && !isPutOff && left > 2 * SLOWEST_TIMER_MS) {
        isPutOff = true;
        at = now + left * LATE_WINDOW * host.random();
        return;
      }
      void renew(url, pass);
    },
  };
};
