import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { linkKind } from "./links";

beforeEach(() => vi.stubGlobal("location", { host: "shop.example" }));
afterEach(() => vi.unstubAllGlobals());

test.each([
  ["https://example.com/x", "outbound"],
  ["http://example.com/", "outbound"],
  ["https://shop.example/inside", false],
  ["https://shop.example/list.pdf", "download"],
  ["https://shop.example/LIST.XLSX?v=2", "download"],
  ["https://example.com/song.mp3", "download"],
  ["https://shop.example/pdf", false],
  ["mailto:a@example.com", false],
  ["tel:123", false],
  ["javascript:void 0", false],
])("%s: %s", (href, kind) => {
  const { host, pathname } = new URL(href);
  expect(linkKind({ host, pathname, download: "" }) || false).toBe(kind);
});

test("a link that says it is a download is one", () => {
  const link = { host: "shop.example", pathname: "/export", download: "orders" };
  expect(linkKind(link)).toBe("download");
});
