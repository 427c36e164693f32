import { expect, test } from "vitest";
import { isForeignPage, isOwnPage } from "./same-origin";

/** Node's `Request` drops headers that only a browser may set. */
const from = (headers: Record<string, string>) => ({
  url: "https://stats.example/api/x",
  headers: new Headers(headers),
});

test.each<[Record<string, string>, boolean, boolean]>([
  [{ Origin: "https://stats.example" }, true, false],
  [{ Origin: "http://stats.example" }, false, true],
  [{ Origin: "https://stats.example:444" }, false, true],
  [{ Origin: "https://evil.example" }, false, true],
  [{ Origin: "null" }, false, true],
  [{ "Sec-Fetch-Site": "same-origin" }, true, false],
  [{ "Sec-Fetch-Site": "same-site" }, false, true],
  [{ "Sec-Fetch-Site": "cross-site" }, false, true],
  // A server that proxies the dashboard under another name: the browser's own word counts.
  [{ Origin: "http://localhost:5173", "Sec-Fetch-Site": "same-origin" }, true, false],
  [{}, false, false],
])("%j: own %s, foreign %s", (headers, own, foreign) => {
  const request = from(headers) as unknown as Request;
  expect(isOwnPage(request)).toBe(own);
  expect(isForeignPage(request)).toBe(foreign);
});
