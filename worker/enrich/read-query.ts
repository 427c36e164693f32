import { decodePercent } from "./decode-percent";
import type { WebUrl } from "./web-url";

/**
 * The parameters of an address, names in lower case, the first of each name, empty ones left out. Sites with hash
 * routes carry theirs in the fragment (`#/shop?utm_source=…`), which is read after the query.
 */
export function readQuery(url: WebUrl): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const inHash = url.hash.indexOf("?");
  const parts = [url.search.slice(1), inHash < 0 ? "" : url.hash.slice(inHash + 1)];
  for (const part of parts) {
    if (part === "") continue;
    for (const pair of part.split("&")) {
      const equals = pair.indexOf("=");
      if (equals < 1) continue;
      const name = decodePercent(pair.slice(0, equals)).toLowerCase();
      const value = decodePercent(pair.slice(equals + 1).replaceAll("+", " "));
      if (value !== "" && !found.has(name)) found.set(name, value);
    }
  }
  return found;
}
