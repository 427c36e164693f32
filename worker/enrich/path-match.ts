/**
 * Whether a path fits a pattern in which every `*` stands for any characters, `/` included, or for none; all else is
 * literal, also case. Each piece between stars is searched for once, from left to right.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const pieces = pattern.split("*");
  const first = pieces[0] ?? "";
  if (pieces.length === 1) return path === first;
  const last = pieces[pieces.length - 1] ?? "";
  const end = path.length - last.length;
  if (end < first.length || !path.startsWith(first) || !path.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = path.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/** A host in lower case without port and final dot. */
const bareHost = (host: string): string => host.trim().toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");

export const withoutWww = (host: string): string => (host.startsWith("www.") ? host.slice(4) : host);

/**
 * Whether a host fits a pattern: the same host, `www.` counting as the bare one, or for `*.example.com` any host below
 * `example.com`. Ports are ignored. An empty pattern or host fits nothing.
 */
export function matchesHost(pattern: string, host: string): boolean {
  const wanted = bareHost(pattern);
  const given = bareHost(host);
  if (wanted === "" || given === "") return false;
  if (wanted.startsWith("*.")) return given.length > wanted.length - 1 && given.endsWith(wanted.slice(1));
  return withoutWww(wanted) === withoutWww(given);
}
