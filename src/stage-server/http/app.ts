import { Hono } from 'hono';
import type { CompleteConfig } from '../config-types.ts';
import type { Admission } from '../door/admission.ts';
import type { StageLog } from '../options.ts';
import type { NodeCounts, StageStats } from '../stats.ts';
import { addressOf, isPrivateAddress, networkOf } from './address.ts';
import { CORS, json, plain, preflight } from './answers.ts';
import type { RequestInfo } from './request-info.ts';
import type { WhepProxy } from './whep-proxy.ts';

/** The stage document as it is served until the next edition. */
export interface ServedDocument {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly hasDoors: boolean;
}

/** The parts that the routes stand on. */
export interface AppParts {
  readonly config: CompleteConfig;
  readonly counts: NodeCounts;
  readonly log: StageLog | null;
  readonly whep: WhepProxy;
  stats(): StageStats;
  /** `null` before the first edition. */
  document(): ServedDocument | null;
  door(name: string): Admission | null;
  isTicketed(door: string): boolean;
  /** Ms until this network may draw another ticket; 0: now. */
  ration(network: string): Promise<number>;
  accept: ((request: Request, address: string) => number | Promise<number>) | null;
  /** By the store's clock, epoch ms. */
  now(): number;
  /** Why this node should get no more listeners; `null`: it is ready. */
  whyNotReady(): string | null;
}

/** The router of a node. */
export type App = Hono<{ Bindings: RequestInfo }>;

const DOCUMENT_SECONDS = 5;
/** A door's rate changes each second. */
const DOCUMENT_WITH_DOORS_SECONDS = 1;
const SECURITY_HEADERS = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };

/** Creates the routes that listeners and proxies use. */
export function createApp(parts: AppParts): App {
  const { config, counts, log } = parts;
  const app: App = new Hono();
  // Its library needs Node's modules: a stage in a worker has no metrics, but all the rest.
  let metrics: ReturnType<typeof loadMetrics> | null = null;
  const loadMetrics = async () => (await import('./metrics.ts')).createMetrics(parts.stats);

  const addressIn = (request: Request, { address }: RequestInfo) =>
    addressOf(request.headers, address, config.trustedProxies);

  function documentAnswer(request: Request): Response {
    const served = parts.document();
    if (!served) return plain(503, 'The stage is starting.', { ...CORS, 'Retry-After': '1' });
    counts.documents++;
    const { bytes, etag, hasDoors } = served;
    const seconds = hasDoors ? DOCUMENT_WITH_DOORS_SECONDS : DOCUMENT_SECONDS;
    const headers = {
      ...CORS,
      ...SECURITY_HEADERS,
      'Content-Type': 'application/json',
      'Cache-Control': `max-age=${seconds}`,
      // Listeners with a wrong clock learn the time of the doors from it.
      Date: new Date(parts.now()).toUTCString(),
      ETag: etag,
    };
    if (request.headers.get('if-none-match') === etag)
      return new Response(null, { status: 304, headers });
    return new Response(request.method === 'HEAD' ? null : bytes, { headers });
  }

  async function ticketAnswer(
    request: Request,
    name: string,
    info: RequestInfo,
  ): Promise<Response> {
    const admission = parts.door(name);
    if (!admission || !parts.isTicketed(name))
      return plain(404, 'No tickets are drawn here.', CORS);
    const address = addressIn(request, info);
    const wait = await parts.ration(networkOf(address));
    if (wait > 0) {
      counts.ticketsRefused++;
      const retry = { 'Retry-After': String(Math.ceil(wait / 1_000)) };
      return plain(429, 'Too many tickets for this network.', { ...CORS, ...retry });
    }
    const weight = parts.accept ? await parts.accept(request, address) : 1;
    if (!(weight > 0)) {
      counts.ticketsRefused++;
      return plain(403, 'No ticket for this request.', CORS);
    }
    const ticket = await admission.ticket(weight);
    if (!ticket) return plain(503, 'The stage is starting.', { ...CORS, 'Retry-After': '1' });
    counts.tickets++;
    return json(200, ticket, CORS);
  }

  async function checkAnswer(request: Request, name: string): Promise<Response> {
    const admission = parts.door(name);
    if (!admission) return plain(404, 'There is no such door.', CORS);
    const { searchParams } = new URL(request.url);
    const options = { rejoin: searchParams.has('rejoin'), passOnly: searchParams.has('pass') };
    const answer = await admission.join(request.headers, options);
    const headers = { ...CORS, ...answer.headers, 'Cache-Control': 'private, no-store' };
    if (answer.ok) return new Response(null, { status: 204, headers });
    return plain(answer.status, answer.why, headers);
  }

  app.all('/stage.json', ({ req }) => {
    if (req.method === 'OPTIONS') return preflight('GET, HEAD, OPTIONS');
    if (req.method === 'GET' || req.method === 'HEAD') return documentAnswer(req.raw);
    return plain(405, 'Use GET.', { ...CORS, Allow: 'GET, HEAD, OPTIONS' });
  });
  app.all('/door/:name/tickets', ({ req, env }) => {
    if (req.method === 'OPTIONS') return preflight('POST, OPTIONS');
    if (req.method === 'POST') return ticketAnswer(req.raw, req.param('name'), env);
    return plain(405, 'Use POST.', { ...CORS, Allow: 'POST, OPTIONS' });
  });
  app.all('/door/:name/check', ({ req }) => {
    if (req.method === 'OPTIONS') return preflight('GET, HEAD, OPTIONS');
    // A proxy may forward the method of the request that it asks about.
    return checkAnswer(req.raw, req.param('name'));
  });
  app.all('/whep/:name', ({ req }) => parts.whep.endpoint(req.raw, req.param('name')));
  app.all('/whep/:name/:session', ({ req }) =>
    parts.whep.session(req.raw, req.param('name'), req.param('session')),
  );
  app.get('/healthz', () => plain(200, 'ok'));
  app.get('/readyz', () => {
    const why = parts.whyNotReady();
    return why === null ? plain(200, 'ok') : plain(503, why, { 'Retry-After': '1' });
  });
  app.get('/metrics', async ({ req, env }) => {
    const isDirect = req.header('x-forwarded-for') === undefined;
    const isPrivate = isDirect && isPrivateAddress(addressOf(req.raw.headers, env.address, 0));
    const isOpen = config.metrics === 'public' || (config.metrics === 'private' && isPrivate);
    if (!isOpen) return plain(404, 'Nothing is here.');
    metrics ??= loadMetrics();
    const { contentType, render } = await metrics;
    return plain(200, (await render()).trimEnd(), { 'Content-Type': contentType });
  });
  app.notFound(() => plain(404, 'Nothing is here.'));
  app.onError((error) => {
    log?.error({ error: String(error) }, 'A request failed.');
    return plain(503, 'The stage cannot answer at the moment.', { ...CORS, 'Retry-After': '5' });
  });
  return app;
}
