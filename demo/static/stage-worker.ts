// The service worker of the static demo: it plays the stage, its door, its CDNs and its console.
import type { RequestListener } from 'node:http';
import { SANDBOX, STATIC_CDN } from '../policies.ts';
import { splitFrames } from '../stage/adts.ts';
import { type Programs, talk } from '../stage/programs.ts';
import { TALK_INDEX, TALK_LOW, TALK_MAIN, type TalkIndex } from '../stage/tapes.ts';
import { answerOf } from './exchange.ts';
import { type FetchEvent, scope } from './scope.ts';
import { createStaticStage } from './stage.ts';

const BASE = scope.registration.scope.replace(/\/$/, '');
const OWN = /^\/(?:stage\.json|console(?:\/\w+)?|floor\/.+)$/;
const SANDBOXED = '/lab/sandbox.js';

const programs: Programs = {};
const stage = createStaticStage(BASE, programs);

const tape = async (name: string): Promise<Response> => {
  const response = await fetch(`${BASE}/tapes/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
};

const frames = async (name: string): Promise<Uint8Array[]> =>
  splitFrames(new Uint8Array(await (await tape(name)).arrayBuffer()));

let loading: Promise<void> | null = null;

async function load(): Promise<void> {
  const index = (await (await tape(TALK_INDEX)).json()) as TalkIndex;
  const [main, low] = await Promise.all([frames(TALK_MAIN), frames(TALK_LOW)]);
  Object.assign(programs, { talk: talk(index, main), audio: talk(index, low) });
}

/** The tapes are fetched once, and again at the next request if they could not be had. */
const loaded = (): Promise<void> => {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
};

async function answer(listener: RequestListener, request: Request, path: string) {
  // Failing here looks to the page as it would in the real demo: an origin that does not answer.
  if (path.includes('.aac')) await loaded();
  return answerOf(listener, request, path);
}

/** The policy that the lab's own server gives the box for pasted policies; a static host has none. */
async function boxed(request: Request): Promise<Response> {
  const { body, status, headers } = await fetch(request);
  const bounded = new Headers(headers);
  bounded.set('Content-Security-Policy', SANDBOX);
  return new Response(body, { status, headers: bounded });
}

const respond = ({ request }: FetchEvent): Promise<Response> | null => {
  const { href, origin, pathname, search } = new URL(request.url);
  if (origin === STATIC_CDN.a) return answer(stage.a, request, pathname + search);
  if (origin === STATIC_CDN.b) return answer(stage.b, request, pathname + search);
  if (!href.startsWith(`${BASE}/`)) return null;
  const path = pathname.slice(new URL(BASE).pathname.replace(/\/$/, '').length);
  if (path === SANDBOXED) return boxed(request);
  return OWN.test(path) ? answer(stage.main, request, path + search) : null;
};

scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('fetch', (event) => {
  const response = respond(event);
  if (response) event.respondWith(response);
});
// A page says now and then that it is still there: without an event a browser ends the worker.
scope.addEventListener('message', () => {});
