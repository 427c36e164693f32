import { expect, test } from "vitest";
import { isCounted } from "./paths";

test.each([
  ["/", undefined, undefined, true],
  ["/admin", undefined, "/admin", false],
  ["/admin/x", undefined, "/admin", true],
  ["/admin/x/y", undefined, "/admin/*", false],
  ["/admin", undefined, "/admin/*", true],
  ["/a.b", undefined, "/a.b", false],
  ["/aXb", undefined, "/a.b", true],
  ["/two", undefined, "/one, /two /three", false],
  ["/en/draft", undefined, "*/draft", false],
  ["/(x)+[y]$", undefined, "/(x)+[y]$", false],
  ["/blog/1", "/blog/*", undefined, true],
  ["/shop", "/blog/*", undefined, false],
  ["/blog/1/draft", "/blog/*", "*/draft", false],
  ["/#/settings", "/#/*", undefined, true],
])("%s with include %s and exclude %s: %s", (path, include, exclude, counted) =>
  expect(isCounted(path, include, exclude)).toBe(counted),
);
