import { createHmac } from "node:crypto";

/** Who sent a logged request: HMAC-SHA-256 of local day, address (/64 for IPv6) and user agent, cut to 96 bits, hex. */
export function importVisitorId(salt: string, day: number, address: string, user_agent: string): string {
  return hmac(salt, `visitor\n${day}\n${networkOf(address)}\n${user_agent}`).slice(0, 24);
}

/** The same visitor's session from the same moment always has the same id, in the shape of a UUID (version 8). */
export function importSessionId(salt: string, visitor_id: string, started_at: number): string {
  const hex = hmac(salt, `session\n${visitor_id}\n${started_at}`);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** IPv4 written as IPv6 (RFC 4291, 2.5.5.2), as servers that listen on both log it. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** The /64 of an IPv6 address, all of which one household has; anything else as it is. */
function networkOf(address: string): string {
  if (!address.includes(":") || MAPPED.test(address)) return address.replace(MAPPED, "");
  const host = URL.parse(`http://[${address}]`)?.hostname;
  if (host === undefined) return address;
  // In the one spelling of the URL standard: no leading zeros, the longest run of zeros as "::".
  const [left = [], right = []] = host
    .slice(1, -1)
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}

function hmac(salt: string, text: string): string {
  return createHmac("sha256", salt).update(text).digest("hex");
}
