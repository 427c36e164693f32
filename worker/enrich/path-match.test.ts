import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesHost, matchesPath } from "./path-match";

describe("matchesPath", () => {
  test.each([
    ["/admin/*", "/admin/", true],
    ["/admin/*", "/admin/users/1", true],
    ["/admin/*", "/admin", false],
    ["/admin*", "/admin", true],
    ["/admin*", "/administration", true],
    ["/admin/*", "/a/admin/x", false],
    ["/blog/*/draft", "/blog/a/draft", true],
    ["/blog/*/draft", "/blog/a/b/draft", true],
    ["/blog/*/draft", "/blog/draft", false],
    ["/blog/*/draft", "/blog/a/draft/b", false],
    ["*.pdf", "/files/a.pdf", true],
    ["*.pdf", "/files/a.pdf.html", false],
    ["*.pdf", "/files/apdf", false],
    ["*", "", true],
    ["*", "/any/thing", true],
    ["**", "/any", true],
    ["/a/**/b", "/a/x/b", true],
    ["/a", "/a", true],
    ["/a", "/a/", false],
    ["/A", "/a", false],
    ["", "", true],
    ["", "/a", false],
    ["/a*a", "/a", false],
    ["/a*a", "/aa", true],
    ["*a*b*", "/b/a", false],
    ["*a*b*", "/a/b", true],
    ["*ab*b", "ab", false],
    ["/x.y", "/xzy", false],
    ["/(a|b)", "/a", false],
    ["/#/users/*", "/#/users/1", true],
  ])("%s and %s: %s", (pattern, path, expected) => {
    expect(matchesPath(pattern, path)).toBe(expected);
  });

  test("agrees with the same pattern as a regular expression", () => {
    const text = fc.array(fc.constantFrom("a", "b", "/", "."), { maxLength: 8 }).map((parts) => parts.join(""));
    const pattern = fc.array(fc.constantFrom("a", "b", "/", ".", "*"), { maxLength: 6 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(pattern, text, (wild, path) => {
        const source = wild.replaceAll(".", "\\.").replaceAll("*", ".*");
        expect(matchesPath(wild, path)).toBe(new RegExp(`^${source}$`).test(path));
      }),
      { numRuns: 5_000 },
    );
  });

  test("a pattern that makes regular expressions explode ends at once", () => {
    expect(matchesPath(`${"*a".repeat(500)}b`, "a".repeat(2_000))).toBe(false);
  });
});

describe("matchesHost", () => {
  test.each([
    ["example.com", "example.com", true],
    ["example.com", "www.example.com", true],
    ["www.example.com", "example.com", true],
    ["example.com", "EXAMPLE.com.", true],
    ["Example.com", "example.com:8443", true],
    ["example.com:3000", "example.com", true],
    ["example.com", "shop.example.com", false],
    ["example.com", "notexample.com", false],
    ["example.com", "example.com.evil.example", false],
    ["*.example.com", "shop.example.com", true],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "www.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", ".example.com", false],
    ["*.example.com", "notexample.com", false],
    ["localhost", "localhost:8787", true],
    ["example.com", "localhost", false],
    ["[::1]", "[::1]:8787", true],
    ["", "", false],
    ["", "example.com", false],
    ["example.com", "", false],
    ["www.", "", false],
  ])("%s and %s: %s", (pattern, host, expected) => {
    expect(matchesHost(pattern, host)).toBe(expected);
  });
});
