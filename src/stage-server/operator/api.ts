import { ConfigError } from '../config-error.ts';
import type { OperatorClaims } from '../door/tokens.ts';
import { json, plain, readBody, typeOf } from '../http/answers.ts';
import type { App } from '../http/app.ts';
import type { InboxMessage } from '../store/store.ts';
import type { Operators } from './operators.ts';

/** What the operator's API does. */
export interface OperatorActions {
  state(): unknown;
  change(change: unknown, who: string): Promise<void>;
  /** Publishes a message or a cue on the channel. @param id a second call with this ID within a minute does nothing. */
  say(saying: unknown, who: string, id: string | null): Promise<void>;
  messages(after: number, most: number): Promise<readonly InboxMessage[]>;
}

const MOST_BYTES = 256 * 1024;
const MOST_MESSAGES = 1_000;
const LONGEST_ID = 128;

type Handler = (operator: OperatorClaims, request: Request) => Promise<Response>;

/** The body as JSON; a Response if it is none. */
async function readJson(request: Request): Promise<unknown | Response> {
  // Only a page of the same origin can send this type without a preflight, which is never answered here.
  if (typeOf(request) !== 'application/json') return plain(415, 'Send application/json.');
  const text = await readBody(request, MOST_BYTES);
  if (text === null) return plain(413, `At most ${MOST_BYTES} bytes.`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return plain(400, 'This is no JSON.');
  }
}

function isForeign(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site !== null && site !== 'same-origin' && site !== 'none';
}

/** Adds the operator's API. No page of another origin can use it, and nobody without an operator's token. */
export function addOperatorApi(app: App, operators: Operators, actions: OperatorActions): void {
  const guarded = (handle: Handler) => async (context: { req: { raw: Request } }) => {
    const request = context.req.raw;
    if (isForeign(request)) return plain(403, 'Another site asks.');
    const [, token = null] =
      /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    const operator = await operators.read(token);
    if (!operator) {
      return plain(401, "An operator's token is needed.", { 'WWW-Authenticate': 'Bearer' });
    }
    return handle(operator, request);
  };

  const acting = (act: (input: unknown, who: string, id: string | null) => Promise<void>) =>
    guarded(async ({ name }, request) => {
      const input = await readJson(request);
      if (input instanceof Response) return input;
      const id = request.headers.get('idempotency-key');
      if (id !== null && id.length > LONGEST_ID)
        return plain(400, 'The Idempotency-Key is too long.');
      try {
        await act(input, name, id);
      } catch (error) {
        if (error instanceof ConfigError) return json(400, { problems: error.problems });
        return json(503, { problems: [String(error)] }, { 'Retry-After': '1' });
      }
      return json(200, actions.state());
    });

  app.post('/operator/api/login', async ({ req }) => {
    if (isForeign(req.raw)) return plain(403, 'Another site asks.');
    const input = await readJson(req.raw);
    if (input instanceof Response) return input;
    const { token } = Object(input) as { token?: unknown };
    try {
      const admitted = typeof token === 'string' ? await operators.admit(token) : null;
      return admitted
        ? json(200, admitted)
        : plain(401, 'This invitation is invalid, or was used.');
    } catch {
      return plain(503, 'The stage cannot check it at the moment.', { 'Retry-After': '1' });
    }
  });
  app.get(
    '/operator/api/state',
    guarded(async () => json(200, actions.state())),
  );
  app.post('/operator/api/change', acting(actions.change));
  app.post('/operator/api/say', acting(actions.say));
  app.get(
    '/operator/api/messages',
    guarded(async (_, request) => {
      const after = Number(new URL(request.url).searchParams.get('after') ?? 0);
      if (!Number.isSafeInteger(after) || after < 0) return plain(400, 'after: no position.');
      return json(200, await actions.messages(after, MOST_MESSAGES));
    }),
  );
}
