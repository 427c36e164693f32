import { describe, expect, test } from "vitest";
import { readCookie, sessionCookie } from "./cookie";

const TOKEN = "a-b_".repeat(10).concat("xyz");

test.each<[string, string | null]>([
  [`footfall_session=${TOKEN}`, TOKEN],
  [`a=b; footfall_session=${TOKEN}; c=d`, TOKEN],
  [`a=b;footfall_session=${TOKEN}`, TOKEN],
  [`not_footfall_session=${TOKEN}`, null],
  [`footfall_session=${TOKEN}x`, null],
  ["footfall_session=", null],
  ["", null],
])("the cookie header %s holds %s", (header, token) => {
  const headers = header === "" ? {} : { Cookie: header };
  expect(readCookie(new Request("https://x.test", { headers }))).toBe(token);
});

describe("the session cookie", () => {
  test.each([
    ["https://stats.example", true],
    ["http://stats.example", true],
    ["https://localhost:8787", true],
    ["http://localhost:8787", false],
    ["http://127.0.0.1:8787", false],
    ["http://192.168.1.5:8787", false],
    ["http://[::1]:8787", false],
    ["http://127.0.0.1.evil.example", true],
  ])("on %s is secure: %s", (url, secure) => {
    const cookie = sessionCookie(new Request(url), TOKEN, 60);
    expect(cookie.endsWith("; Secure")).toBe(secure);
    expect(cookie.startsWith(`footfall_session=${TOKEN}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax`)).toBe(true);
  });
});
