import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TEXT } from "../../protocol/limits";
import { cleanUrl } from "./page-address";

const HEX = "9f86d081884c7d659a2feaa0c55ad015";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

/** What is given, what is kept as `page_url`, and the path where it differs from the rest of that. */
const ADDRESSES: readonly (readonly [raw: string, page_url: string, path: string])[] = [
  ["https://example.com", "https://example.com/", "/"],
  ["https://EXAMPLE.com/A/b", "https://example.com/A/b", "/A/b"],
  ["http://localhost:8787/x", "http://localhost:8787/x", "/x"],
  ["https://example.com:443/x", "https://example.com/x", "/x"],
  ["https://example.com/a/", "https://example.com/a/", "/a/"],
  ["https://example.com/a//b", "https://example.com/a//b", "/a//b"],
  ["https://example.com/a/../b/./c", "https://example.com/b/c", "/b/c"],
  ["https://user:secret@example.com/a", "https://example.com/a", "/a"],
  ["  https://example.com/a \n", "https://example.com/a", "/a"],
  ["https://example.com/café", "https://example.com/caf%C3%A9", "/caf%C3%A9"],
  // Fragments
  ["https://example.com/a#top", "https://example.com/a", "/a"],
  ["https://example.com/a#access_token=1", "https://example.com/a", "/a"],
  ["https://example.com/app#/users/1", "https://example.com/app#/users/1", "/app#/users/1"],
  ["https://example.com/#!/users", "https://example.com/#!/users", "/#!/users"],
  ["https://example.com/#/reset?token=1", "https://example.com/#/reset", "/#/reset"],
  ["https://example.com/?ref=a#/b", "https://example.com/?ref=a#/b", "/#/b"],
  [`https://example.com/#/reset/${HEX}`, "https://example.com/#/reset/[redacted]", "/#/reset/[redacted]"],
  // Query
  ["https://example.com/a?id=1&token=2", "https://example.com/a", "/a"],
  ["https://example.com/a?q=shoes", "https://example.com/a", "/a"],
  ["https://example.com/a?gclid=1&fbclid=2", "https://example.com/a", "/a"],
  [
    "https://example.com/a?x=1&utm_source=A&utm_medium=b&utm_campaign=c&utm_term=d&utm_content=e&y=2",
    "https://example.com/a?utm_source=A&utm_medium=b&utm_campaign=c&utm_term=d&utm_content=e",
    "/a",
  ],
  ["https://example.com/a?ref=r&source=s&reference=x", "https://example.com/a?ref=r&source=s", "/a"],
  ["https://example.com/a?utm_source=ann%40example.net", "https://example.com/a?utm_source=[redacted]", "/a"],
  ["https://example.com/a?utm_id=120210000000000123", "https://example.com/a?utm_id=120210000000000123", "/a"],
  // Redaction
  [
    "https://example.com/u/ann.lee+x@example.net/orders",
    "https://example.com/u/[redacted]/orders",
    "/u/[redacted]/orders",
  ],
  ["https://example.com/u/ann%40example.net", "https://example.com/u/[redacted]", "/u/[redacted]"],
  [`https://example.com/login/${JWT}`, "https://example.com/login/[redacted]", "/login/[redacted]"],
  ["https://example.com/pay/4111111111111111/ok", "https://example.com/pay/[redacted]/ok", "/pay/[redacted]/ok"],
  ["https://example.com/pay/4111-1111-1111-1111", "https://example.com/pay/[redacted]", "/pay/[redacted]"],
  [`https://example.com/reset/${HEX}`, "https://example.com/reset/[redacted]", "/reset/[redacted]"],
  // Names of pages that only look long
  [
    "https://example.com/2024/10/25/order-123456",
    "https://example.com/2024/10/25/order-123456",
    "/2024/10/25/order-123456",
  ],
  [
    "https://example.com/p/550e8400-e29b-41d4-a716-446655440000",
    "https://example.com/p/550e8400-e29b-41d4-a716-446655440000",
    "/p/550e8400-e29b-41d4-a716-446655440000",
  ],
  [
    "https://example.com/The-10-Best-Ways-To-Learn-Rust-In-2026",
    "https://example.com/The-10-Best-Ways-To-Learn-Rust-In-2026",
    "/The-10-Best-Ways-To-Learn-Rust-In-2026",
  ],
  // Broken and hostile
  ["https://example.com/100%", "https://example.com/100%", "/100%"],
  ["https://example.com/%zz/%E0%A4", "https://example.com/%zz/%E0%A4", "/%zz/%E0%A4"],
  ["https://example.com/a\u202Eb\u0000c", "https://example.com/abc", "/abc"],
  ["https://example.com/a\uD800b", "https://example.com/a%EF%BF%BDb", "/a%EF%BF%BDb"],
  // A path alone
  ["/products", "/products", "/products"],
  ["/products?utm_source=a&b=c#x", "/products?utm_source=a", "/products"],
  ["/#/cart", "/#/cart", "/#/cart"],
  ["products", "/products", "/products"],
  ["/..//a", "/a", "/a"],
];

describe("cleanUrl", () => {
  test.each(ADDRESSES)("%s", (raw, page_url, path) => {
    const found = cleanUrl(raw);
    expect(found).toMatchObject({ page_url, path });
    expect(cleanUrl(page_url)).toEqual(found);
  });

  test.each([
    ["https://www.Example.com/a", "www.example.com"],
    ["http://localhost:8787/a", "localhost:8787"],
    ["https://bücher.example/", "xn--bcher-kva.example"],
    ["/a", ""],
  ])("the host of %s is %j", (raw, host) => {
    expect(cleanUrl(raw)?.host).toBe(host);
  });

  test.each([
    ["/b", "https://example.com/a/c", "https://example.com/b"],
    ["b", "https://example.com/a/c", "https://example.com/a/b"],
    ["?ref=x", "https://example.com/a", "https://example.com/a?ref=x"],
    ["//other.example/b", "https://example.com/", "https://other.example/b"],
    ["https://other.example/b", "https://example.com/", "https://other.example/b"],
    ["/b", "no base", "/b"],
    ["/b", "file:///home/", "/b"],
  ])("%s against %s", (raw, base, page_url) => {
    expect(cleanUrl(raw, base)?.page_url).toBe(page_url);
  });

  test.each([
    [""],
    ["  "],
    ["javascript:alert(1)"],
    ["data:text/html,x"],
    ["file:///etc/passwd"],
    ["about:blank"],
    ["//other.example/b"],
    ["https://["],
  ])("no web address: %j", (raw) => {
    expect(cleanUrl(raw)).toBeNull();
  });

  test("an address beyond the limit loses its query, then segments from the end", () => {
    const query = `?utm_source=${"a".repeat(TEXT.url)}`;
    expect(cleanUrl(`https://example.com/a/b${query}`)?.page_url).toBe("https://example.com/a/b");
    const path = cleanUrl(`https://example.com${"/abcdefghi".repeat(300)}`)?.path ?? "";
    expect(path).toBe("/abcdefghi".repeat(204));
    expect(cleanUrl(`https://example.com/${"é".repeat(2_000)}`)?.path).toBe("/[redacted]");
  });

  const address = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc
      .array(
        fc.constantFrom(
          "/",
          "a",
          "#/",
          "#",
          "?",
          "utm_source=",
          "&",
          "%",
          "%40",
          "@b.co",
          "4111 1111 ",
          "eyJ",
          HEX,
          "..",
          "\\",
          "é",
          "\u202E",
          "https://h",
          ":",
        ),
        { maxLength: 24 },
      )
      .map((parts) => parts.join("")),
  );

  test("never throws, and cleaning twice changes nothing", () => {
    fc.assert(
      fc.property(address, fc.constantFrom("", "https://example.com/a/b"), (raw, base) => {
        const found = cleanUrl(raw, base);
        if (found) expect(cleanUrl(found.page_url)).toEqual(found);
      }),
      { numRuns: 3_000 },
    );
  });

  test("keeps no e-mail address, no control and no half of a character", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.stringMatching(/^[a-z][a-z0-9._-]{0,19}$/), fc.domain()).map((parts) => parts.join("@")),
        address,
        (email, before) => {
          const found = cleanUrl(
            `https://example.com/${encodeURIComponent(before.toWellFormed())}/${encodeURIComponent(email)}`,
          );
          expect(found?.path).not.toContain("@");
          expect(found?.path).not.toContain(encodeURIComponent(email));
          expect(found?.page_url).toMatch(/^[\x21-\x7e]+$/);
        },
      ),
    );
  });
});
