import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deviceOf } from "./device";
import { PEOPLE } from "./user-agents.fixture";

describe("deviceOf", () => {
  test.each(PEOPLE)("%s", (userAgent, device, browser, browser_version, os, hints) => {
    expect(deviceOf(userAgent, hints)).toEqual({ device, browser, browser_version, os });
  });

  test("an iPad that asks for desktop sites cannot be told from a Mac", () => {
    const ipad =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15";
    expect(deviceOf(ipad)).toMatchObject({ device: "desktop", os: "macOS" });
  });

  test.each([[""], ["   "], ["nonsense"], ["Invented/7.1 (by someone) Like/1"]])("unknown: %j", (userAgent) => {
    expect(deviceOf(userAgent)).toEqual({
      device: "desktop",
      browser: "Unknown",
      browser_version: "Unknown",
      os: "Unknown",
    });
  });

  test("a version is digits alone, whatever follows the name", () => {
    const { browser, browser_version } = deviceOf("Mozilla/5.0 (X11; Linux x86_64) OPR/<script>alert(1)</script>");
    expect([browser, browser_version]).toEqual(["Opera", "Unknown"]);
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 900 }), (text) => {
        const { browser, browser_version } = deviceOf(text, { mobile: text, platform: text });
        expect(browser).not.toBe("");
        expect(browser_version).toMatch(/^(?:\d{1,5}|Unknown)$/);
      }),
    );
  });
});
