import { describe, expect, it } from "vitest";
import { importSessionId, importVisitorId } from "./visitor-id";

const UA = "Mozilla/5.0";
const id = (address: string, { salt = "salt", day = 20150517, user_agent = UA } = {}) =>
  importVisitorId(salt, day, address, user_agent);

describe("importVisitorId", () => {
  it("is 96 bits in hex", () => {
    expect(id("198.18.0.1")).toMatch(/^[0-9a-f]{24}$/);
  });

  it.each([
    ["one /64", "2001:db8:1:2:a:b:c:d", "2001:db8:1:2::1"],
    ["another spelling", "2001:0DB8:0001:0002:0:0:0:1", "2001:db8:1:2::1"],
    ["zeros in the first half", "2001:db8::1", "2001:db8:0:0:ffff::"],
    ["IPv4 as IPv6", "::ffff:198.18.0.1", "198.18.0.1"],
  ])("is the same for %s", (_, a, b) => {
    expect(id(a)).toBe(id(b));
  });

  it.each([
    ["IPv4 address", id("198.18.0.2")],
    ["IPv4 as IPv6", id("::ffff:198.18.0.2")],
    ["/64", id("2001:db8:1:3::1")],
    ["host name", id("client.example.net")],
    ["broken address", id("2001:zz::1")],
    ["day", id("198.18.0.1", { day: 20150518 })],
    ["salt", id("198.18.0.1", { salt: "other" })],
    ["user agent", id("198.18.0.1", { user_agent: "Opera" })],
  ])("differs by %s", (_, other) => {
    expect(other).not.toBe(id("198.18.0.1"));
    expect(other).not.toBe(id("2001:db8:1:2::1"));
  });
});

describe("importSessionId", () => {
  it("is the same UUID for the same visitor and moment", () => {
    const made = importSessionId("salt", "v", 1);
    expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(importSessionId("salt", "v", 1)).toBe(made);
    expect(
      new Set([made, importSessionId("salt", "v", 2), importSessionId("salt", "w", 1), importSessionId("x", "v", 1)])
        .size,
    ).toBe(4);
  });
});
