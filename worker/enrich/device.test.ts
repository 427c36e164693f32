import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BROWSERS } from "./browsers.fixture";
import { type Device, type DeviceHints, deviceOf } from "./device";
import { judge } from "./facts.fixture";

const cellsOf = ({ device, browser, browser_version, os }: Device) =>
  [device, browser, browser_version, os].join(" | ");

const BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)";
const LINUX = `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/142.0.0.0 Safari/537.36`;
const WINDOWS = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/142.0.0.0 Safari/537.36`;
const OPERA = `${WINDOWS} OPR/127.0.0.0`;
const EDGE = `${WINDOWS} Edg/142.0.0.0`;
const ANDROID = `Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/142.0.0.0 Mobile Safari/537.36`;

/** What the hints add to a user agent. */
const HINTED: readonly [cells: string, userAgent: string, hints: DeviceHints][] = [
  ["tablet | Chrome | 142 | Android", LINUX, { mobile: "?0", platform: '"Android"' }],
  ["mobile | Chrome | 142 | Android", LINUX, { mobile: "?1", platform: '"Android"' }],
  ["desktop | Chrome | 142 | Linux", LINUX, { mobile: "?0", platform: '"Linux"' }],
  ["desktop | Chrome | 142 | Chrome OS", LINUX, { mobile: "?0", platform: '"Chrome OS"' }],
  ["desktop | Chrome | 142 | Windows", WINDOWS, { mobile: "?0", platform: '"Windows"' }],
  ["desktop | Chrome | 142 | Windows", WINDOWS, { mobile: null, platform: "nonsense" }],
  ["mobile | Chrome | 142 | Android", ANDROID, { mobile: "?1", platform: '"Android"' }],
  ["mobile | Chrome | 142 | Android", ANDROID, {}],
  ["desktop | Chrome | 142 | Windows", WINDOWS, { brands: '"Google Chrome";v="142", "Chromium";v="142"' }],
  ["desktop | Brave | 142 | Windows", WINDOWS, { brands: '"Chromium";v="142", "Brave";v="142", "Not_A Brand";v="99"' }],
  ["mobile | DuckDuckGo | 5 | Android", ANDROID, { brands: '"Chromium";v="142", "DuckDuckGo";v="5"' }],
  ["desktop | Vivaldi | 7 | Windows", WINDOWS, { brands: '"Chromium";v="142", "Vivaldi";v="7.6"' }],
  ["desktop | Opera GX | 126 | Windows", OPERA, { brands: '"Opera GX";v="126", "Chromium";v="142"' }],
  ["desktop | Opera | 127 | Windows", OPERA, { brands: '"Opera";v="127", "Chromium";v="142"' }],
  ["desktop | Edge | 142 | Windows", EDGE, { brands: '"Microsoft Edge";v="142", "Chromium";v="142"' }],
  ["desktop | Chrome | 142 | Windows", WINDOWS, { brands: '"Not;A Brand";v="8", "Brave";v="", "Chromium"' }],
];

describe("deviceOf", () => {
  test("the table of browsers", () => {
    const { share, wrong } = judge(
      BROWSERS,
      ({ cells }) => cells.slice(0, 4).join(" | "),
      ({ cells }) => cellsOf(deviceOf(cells[4] ?? "")),
    );
    console.log(`Browsers: ${share}`);
    expect(wrong).toEqual([]);
    expect(BROWSERS.length).toBeGreaterThan(400);
  });

  test.each(HINTED)("%s by its hints", (cells, userAgent, hints) => {
    expect(cellsOf(deviceOf(userAgent, hints))).toBe(cells);
  });

  test("hints of one visitor do not reach the next with the same user agent", () => {
    expect(deviceOf(LINUX, { mobile: "?1", platform: '"Android"' })).toMatchObject({ device: "mobile", os: "Android" });
    expect(deviceOf(LINUX)).toMatchObject({ device: "desktop", os: "Linux" });
  });

  test.each([[""], ["   "], ["nonsense"], ["Invented/7.1 (by someone) Like/1"]])("unknown: %j", (userAgent) => {
    expect(deviceOf(userAgent)).toEqual({
      device: "desktop",
      browser: "Unknown",
      browser_version: "Unknown",
      os: "Unknown",
    });
  });

  test("an identifier behind a browser's own words says nothing of the device", () => {
    expect(deviceOf(`${LINUX} 3cc9be27-bb10-46c4-a206-dfbb11b70000`)).toEqual(deviceOf(LINUX));
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
