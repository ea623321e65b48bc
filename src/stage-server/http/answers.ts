/** What every page may read of an answer, so that a listener learns the time and when to ask again. */
export const CORS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Date, Age, ETag, Retry-After, Earshot-Pass, Location, Link, Accept-Patch, Accept-Post',
};

const ALLOWED_HEADERS =
  'Content-Type, Authorization, If-Match, If-None-Match, Earshot-Pass, Earshot-Ticket';
const PREFLIGHT_SECONDS = 7_200;

/** The answer to a preflight request. */
export function preflight(
  methods: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...CORS,
      ...headers,
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Allow-Headers': ALLOWED_HEADERS,
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
    },
  });
}

/** An answer in plain text that no cache keeps. */
export function plain(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(text === '' ? null : `${text}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  });
}

/** An answer in JSON that no cache keeps. */
export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  });
}

/** The body of a request, or of an answer, as text; `null` if it has more bytes than `most`. */
export async function readBody(
  { headers, body }: Pick<Request, 'headers' | 'body'>,
  most: number,
): Promise<string | null> {
  if (Number(headers.get('content-length') ?? 0) > most) return null;
  const reader = body?.getReader();
  if (!reader) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > most) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The media type of a request, without its parameters. */
export function typeOf(request: Request): string {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase();
}
