import { matchesAddress } from "../ingest/address-match";

/** Networks of IPv4 that are not the public internet (IANA special-purpose registry). */
const CLOSED_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** Of IPv6 only global unicast is the public internet, less what wraps or stands for something else. */
const OPEN_V6 = "2000::/3";
const CLOSED_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/** Ends of names that never belong to the public internet. */
const CLOSED_NAMES = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "home.arpa",
  "in-addr.arpa",
  "ip6.arpa",
  "onion",
  "invalid",
];

const PRIVATE = "An address of a private or local network is not called. Use one of the public internet.";

/**
 * Why no webhook goes to this address, or null. `own` are origins of this installation. A public name whose DNS answer
 * is a private address cannot be told here: the platform tells no addresses of names.
 */
export function refusedAddress(text: string, own: readonly string[]): string | null {
  // The parser writes every spelling of an IPv4 address (decimal, octal, hex, full-width) as four numbers.
  const url = URL.parse(text);
  if (!url) return "Not an address. It begins with https://.";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "Only https and http addresses are called.";
  if (url.username !== "" || url.password !== "") return "An address with a user name or password is not called.";
  const host = url.hostname.replace(/\.+$/, "").toLowerCase();
  if (own.some((origin) => URL.parse(origin)?.hostname.toLowerCase() === host)) {
    return "This installation does not call itself.";
  }
  if (host.startsWith("[")) return isOpenV6(host.slice(1, -1)) ? null : PRIVATE;
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return CLOSED_V4.some((network) => matchesAddress(network, host)) ? PRIVATE : null;
  }
  // A name without a dot is found in a local network alone.
  if (!host.includes(".")) return PRIVATE;
  return CLOSED_NAMES.some((name) => host.endsWith(`.${name}`)) ? PRIVATE : null;
}

function isOpenV6(host: string): boolean {
  return matchesAddress(OPEN_V6, host) && !CLOSED_V6.some((network) => matchesAddress(network, host));
}
