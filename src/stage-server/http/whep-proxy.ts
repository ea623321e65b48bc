import type { UpstreamConfig } from '../config-types.ts';
import type { Admission } from '../door/admission.ts';
import type { JoinAnswer } from '../door/requests.ts';
import type { Signer } from '../door/tokens.ts';
import { parseUrl } from '../url.ts';
import { CORS, plain, preflight, readBody, typeOf } from './answers.ts';

/** The parts that the proxy stands on. */
export interface WhepProxyParts {
  readonly stage: string;
  readonly upstreams: ReadonlyMap<string, UpstreamConfig>;
  readonly signer: Pick<Signer, 'seal' | 'open'>;
  readonly fetch: typeof fetch;
  door(name: string): Admission | null;
  /** `/whep`, below which the endpoints of all names lie. */
  readonly root: string;
}

/** Guards WHEP endpoints of another server. */
export interface WhepProxy {
  /** A request for the endpoint `name`. */
  endpoint(request: Request, name: string): Promise<Response>;
  /** A request for a session that the endpoint has made. */
  session(request: Request, name: string, sealed: string): Promise<Response>;
}

/** What the URL of a session holds, so that any node can serve it. */
interface SessionUrl {
  /** The stage and the source that it was made for: stages may share a secret. */
  readonly stage: string;
  readonly name: string;
  readonly url: string;
  /** `null`: no door. */
  readonly session: string | null;
}

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';
const MOST_BYTES = 64 * 1024;
const UPSTREAM_TIMEOUT_MS = 10_000;
const RETRY_SECONDS = '5';
const METHODS = 'POST, PATCH, DELETE, OPTIONS';
/** Of the upstream's answer; everything else stays behind. */
const PASSED_ON = ['content-type', 'etag', 'link', 'retry-after', 'accept-patch', 'accept-post'];

/** Creates the proxy. */
export function createWhepProxy(parts: WhepProxyParts): WhepProxy {
  const { stage, upstreams, signer, root, door } = parts;

  /** Asks the upstream; `null` if it does not answer, or answers too much. */
  async function ask(
    url: string,
    { authorization }: UpstreamConfig,
    init: { method: string; body?: string; headers?: Record<string, string> },
  ): Promise<{ answer: Response; body: string } | null> {
    try {
      const answer = await parts.fetch(url, {
        ...init,
        headers: { ...init.headers, ...(authorization !== undefined && { authorization }) },
        // The upstream is the operator's choice; where it points to is not.
        redirect: 'manual',
        signal: AbortSignal.timeout(UPSTREAM_TIMEOUT_MS),
      });
      const body = await readBody(answer, MOST_BYTES);
      if (body !== null) return { answer, body };
      await answer.body?.cancel();
      return null;
    } catch {
      return null;
    }
  }

  function passOn({ answer, body }: { answer: Response; body: string }): Response {
    const kept = PASSED_ON.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const status = answer.status < 300 || answer.status >= 400 ? answer.status : 502;
    const headers = { ...Object.fromEntries(kept), ...CORS, 'Cache-Control': 'private, no-store' };
    return new Response(status === 204 || body === '' ? null : body, { status, headers });
  }

  async function locate(
    name: string,
    upstream: UpstreamConfig,
    location: string | null,
    session: string | null,
  ): Promise<string | null> {
    const url = location === null ? null : parseUrl(location, upstream.upstream);
    if (!url || url.origin !== new URL(upstream.upstream).origin) return null;
    const held: SessionUrl = { stage, name, url: url.href, session };
    return `${root}/${name}/${await signer.seal(JSON.stringify(held))}`;
  }

  /** A join that came to nothing takes no place from anybody. */
  async function giveBack(admission: Admission | null, join: JoinAnswer | null): Promise<void> {
    if (!admission || !join?.ok || !join.isNew) return;
    await admission.leave(join.session, join.ticket).catch(() => {});
  }

  async function enter(request: Request, name: string, upstream: UpstreamConfig) {
    if (typeOf(request) !== SDP)
      return plain(415, 'An SDP offer is needed.', { ...CORS, 'Accept-Post': SDP });
    const offer = await readBody(request, MOST_BYTES);
    if (offer === null) return plain(413, `At most ${MOST_BYTES} bytes.`, CORS);
    if (!offer.startsWith('v=0')) return plain(400, 'This is no SDP.', CORS);
    const admission = upstream.door === undefined ? null : door(upstream.door);
    const join = admission && (await admission.join(request.headers, { rejoin: true }));
    if (join && !join.ok) return plain(join.status, join.why, { ...CORS, ...join.headers });
    const asked = await ask(upstream.upstream, upstream, {
      method: 'POST',
      body: offer,
      headers: { 'content-type': SDP },
    });
    const session = join?.ok ? join.session : null;
    const pass = join?.headers ?? {};
    const { headers } = asked?.answer ?? {};
    const location = headers?.get('location') ?? null;
    // 406 is an answer too: the counter-offer of older drafts of WHEP.
    const isMade = asked?.answer.status === 201 || asked?.answer.status === 406;
    const at = isMade ? await locate(name, upstream, location, session) : null;
    if (!asked || at === null) {
      await giveBack(admission, join);
      const kept = join?.ok && join.isNew ? {} : pass;
      if (!asked || isMade) {
        return plain(503, 'The source does not answer.', {
          ...CORS,
          ...kept,
          'Retry-After': RETRY_SECONDS,
        });
      }
      const refusal = passOn(asked);
      for (const [header, value] of Object.entries(kept)) refusal.headers.set(header, value);
      return refusal;
    }
    const made = passOn(asked);
    for (const [header, value] of Object.entries({ ...pass, Location: at })) {
      made.headers.set(header, value);
    }
    return made;
  }

  async function openSession(name: string, sealed: string): Promise<SessionUrl | null> {
    const upstream = upstreams.get(name);
    const text = await signer.open(sealed);
    if (!upstream || text === null) return null;
    // Only a stage with this secret has sealed it, so it is whole.
    const held = JSON.parse(text) as SessionUrl;
    if (held.stage !== stage || held.name !== name) return null;
    // The configuration may name another upstream by now.
    return parseUrl(held.url)?.origin === new URL(upstream.upstream).origin ? held : null;
  }

  async function patch(request: Request, url: string, upstream: UpstreamConfig) {
    const type = typeOf(request);
    if (type !== SDP && type !== FRAGMENT) {
      return plain(415, 'An SDP fragment is needed.', { ...CORS, 'Accept-Patch': FRAGMENT });
    }
    const body = await readBody(request, MOST_BYTES);
    if (body === null) return plain(413, `At most ${MOST_BYTES} bytes.`, CORS);
    const match = request.headers.get('if-match');
    const headers = { 'content-type': type, ...(match !== null && { 'if-match': match }) };
    const asked = await ask(url, upstream, { method: 'PATCH', body, headers });
    return asked
      ? passOn(asked)
      : plain(503, 'The source does not answer.', { ...CORS, 'Retry-After': RETRY_SECONDS });
  }

  return {
    async endpoint(request, name) {
      const upstream = upstreams.get(name);
      if (!upstream) return plain(404, 'There is no such source.', CORS);
      if (request.method === 'OPTIONS') return preflight(METHODS, { 'Accept-Post': SDP });
      if (request.method === 'POST') return enter(request, name, upstream);
      return plain(405, 'Send an offer by POST.', { ...CORS, Allow: 'POST, OPTIONS' });
    },
    async session(request, name, sealed) {
      if (request.method === 'OPTIONS') return preflight(METHODS);
      const held = await openSession(name, sealed);
      const upstream = upstreams.get(name);
      if (!held || !upstream) return plain(404, 'There is no such session.', CORS);
      if (request.method === 'PATCH') return patch(request, held.url, upstream);
      if (request.method !== 'DELETE') {
        return plain(405, 'Use PATCH or DELETE.', { ...CORS, Allow: 'PATCH, DELETE, OPTIONS' });
      }
      const asked = await ask(held.url, upstream, { method: 'DELETE' });
      const admission = upstream.door === undefined ? null : door(upstream.door);
      if (held.session !== null) await admission?.leave(held.session).catch(() => {});
      // The place is free, whether or not the upstream knows the session still.
      return asked ? passOn(asked) : plain(200, '', CORS);
    },
  };
}
