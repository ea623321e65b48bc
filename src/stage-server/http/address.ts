/**
 * The address of a listener.
 *
 * @param peer the address of the other end of the connection.
 * @param proxies how many proxies in front of the stage are trusted. Each has appended an address to
 * `X-Forwarded-For`; what stands before these is what the client claims.
 */
export function addressOf(headers: Pick<Headers, 'get'>, peer: string, proxies: number): string {
  if (proxies === 0) return plainAddress(peer);
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  const claimed = hops.at(-proxies);
  return claimed ? plainAddress(claimed) : plainAddress(peer);
}

/** An IPv4 address in IPv6 (`::ffff:192.0.2.1`) as IPv4. */
function plainAddress(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}

/** All eight groups of an IPv6 address. */
function groupsOf(address: string): string[] {
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const first = head.split(':').filter(Boolean);
  const last = tail.split(':').filter(Boolean);
  const missing = Math.max(0, 8 - first.length - last.length);
  return [...first, ...new Array(missing).fill('0'), ...last];
}

/** The network that an address is counted for: a /24 of IPv4, a /48 of IPv6. */
export function networkOf(address: string): string {
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(address);
  if (four) return `${four[1]}.0/24`;
  if (!/^[\da-f:]+(%\w+)?$/i.test(address) || !address.includes(':')) return 'unknown';
  const groups = groupsOf(address).map((group) => Number.parseInt(group, 16).toString(16));
  return `${groups.slice(0, 3).join(':')}::/48`;
}

const PRIVATE = [
  /^127\./,
  /^10\./,
  /^192\.168\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^169\.254\./,
  /^::1$/,
  /^f[cd][\da-f]{2}:/i,
  /^fe80:/i,
];

/** True for loopback, link-local and private addresses (RFC 1918, RFC 4193). */
export const isPrivateAddress = (address: string): boolean =>
  PRIVATE.some((range) => range.test(address));
