/** A file of the operator's page. */
export interface PageFile {
  /** The header `Content-Type`. */
  readonly type: string;
  /** The bytes that are sent. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The files of the operator's page by name, such as `index.html`; `null`: there is no such file. */
export type Pages = (name: string) => PageFile | null;

const ROOT = '/operator';
const INDEX = 'index.html';

/** Everything comes from this server, and nothing runs that a text could bring along. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  // Few people open it, and after an update none of it may be old.
  'Cache-Control': 'no-store',
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** Answers a request for a file of the operator's page. `null`: it is for something else. The files need no token. */
export function pageAnswer(pages: Pages, request: Request): Response | null {
  // Cheaper than a URL, and most requests are for the door.
  if (!request.url.includes(ROOT)) return null;
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  const { pathname } = new URL(request.url);
  // Relative, so that it is right behind a proxy that has put the stage in a folder.
  if (pathname === ROOT) {
    return new Response(null, { status: 308, headers: { ...HEADERS, Location: './operator/' } });
  }
  if (!pathname.startsWith(`${ROOT}/`)) return null;
  const file = pages(pathname.slice(ROOT.length + 1) || INDEX);
  if (!file) return null;
  const headers = { ...HEADERS, 'Content-Type': file.type };
  return new Response(request.method === 'HEAD' ? null : file.body, { headers });
}
