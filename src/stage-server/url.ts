/** The URL, or `null` if it is none: `URL.parse` is not in Node 20. */
export function parseUrl(url: string, base?: string | URL): URL | null {
  return URL.canParse(url, base) ? new URL(url, base) : null;
}
