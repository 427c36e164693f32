/** Addresses and networks (CIDR) of own traffic. */

/** The 32 or 128 bits of an address, or null if it is none. */
function bitsOf(address: string): { value: bigint; size: 32 | 128 } | null {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (v4) {
    const bytes = v4.slice(1).map(Number);
    if (bytes.some((b) => b > 255)) return null;
    return { value: bytes.reduce((sum, b) => (sum << 8n) | BigInt(b), 0n), size: 32 };
  }
  const mapped = /^::ffff:(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i.exec(address);
  if (mapped?.[1]) return bitsOf(mapped[1]);
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(":")) return null;
  const halves = address.split("::");
  if (halves.length > 2) return null;
  const groups = (half: string | undefined) => (half ? half.split(":") : []);
  const left = groups(halves[0]);
  const right = groups(halves[1]);
  const gap = 8 - left.length - right.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
  const all = [...left, ...Array.from({ length: halves.length === 2 ? gap : 0 }, () => "0"), ...right];
  if (all.some((g) => !/^[0-9a-f]{1,4}$/i.test(g))) return null;
  return { value: all.reduce((sum, g) => (sum << 16n) | BigInt(`0x${g}`), 0n), size: 128 };
}

/** True if `address` is the one of `pattern` or lies in its network (`192.0.2.0/24`, `2001:db8::/32`). */
export function matchesAddress(pattern: string, address: string): boolean {
  const [network = "", prefix] = pattern.split("/");
  const a = bitsOf(network.trim());
  const b = bitsOf(address);
  if (!a || !b || a.size !== b.size) return false;
  const length = prefix === undefined ? a.size : Number(prefix);
  if (!Number.isInteger(length) || length < 0 || length > a.size) return false;
  const shift = BigInt(a.size - length);
  return a.value >> shift === b.value >> shift;
}
