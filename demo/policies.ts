/** Where the CDNs of the static demo are: nowhere. Its service worker answers for them. */
export const STATIC_CDN = { a: 'https://cdn-a.invalid', b: 'https://cdn-b.invalid' } as const;

/** Where a page sends nothing, and what may not hold it. */
export const CLOSED = [
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
  `object-src 'none'`,
] as const;

/** A page that asks nobody but its own server, so that what a link or a visitor brings leads nowhere. */
export const STRICT = [`default-src 'self'`, `img-src 'self' data:`, ...CLOSED].join('; ');

/**
 * The worker that a visitor's own policy runs in: modules from here or from a blob:, and nothing
 * else. A worker takes its policy from its own response, not from the page.
 */
export const SANDBOX = `default-src 'none'; script-src 'self' blob:; connect-src 'none'; worker-src 'none'`;
