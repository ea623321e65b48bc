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

const BRACKETED = /^"?\[([^\]]*)\](?::\d+)?"?$/;
const IPV4_WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d+$/;
const IPV4_IN_IPV6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Without the port that some proxies write, and an IPv4 address in IPv6 (`::ffff:192.0.2.1`) as IPv4. */
function plainAddress(address: string): string {
  const bare = BRACKETED.exec(address)?.[1] ?? IPV4_WITH_PORT.exec(address)?.[1] ?? address;
  return IPV4_IN_IPV6.exec(bare)?.[1] ?? bare;
}

/** All eight groups of an IPv6 address (RFC 4291, section 2.2); `null`: it is none. */
function groupsOf(address: string): string[] | null {
  const halves = address.toLowerCase().split('::');
  if (halves.length > 2) return null;
  const [first = [], last = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - first.length - last.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...first, ...new Array<string>(missing).fill('0'), ...last];
  return groups.every((group) => /^[\da-f]{1,4}$/.test(group)) ? groups : null;
}

const LONGEST_ADDRESS = 64;

/** The network that an address is counted for: a /24 of IPv4, a /48 of IPv6. All that is none counts as one. */
export function networkOf(address: string): string {
  if (address.length > LONGEST_ADDRESS) return 'unknown';
  const four = /^(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/.exec(address);
  if (four)
    return address.split('.').every((part) => Number(part) <= 255) ? `${four[1]}.0/24` : 'unknown';
  const groups = groupsOf(address.replace(/%\w+$/, ''));
  if (!groups) return 'unknown';
  const network = groups.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/48`;
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
