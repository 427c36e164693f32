/// <reference path="./d3-geo.d.ts" />
import { geoEqualEarth } from "d3-geo";
import { describe, expect, test } from "vitest";
import { MIDDLE } from "./equal-earth";
import { ORIGIN, SCALE } from "./world";
import { HEIGHT, placeOnMap, SHAPE_LIST, SPOT_LIST, spotOf, WIDTH } from "./world-map";

const reference = geoEqualEarth().rotate([-MIDDLE, 0]).scale(SCALE).translate([ORIGIN.x, ORIGIN.y]);

describe("placeOnMap", () => {
  test.each([
    ["Vienna", 16.37, 48.21],
    ["Cape Town", 18.42, -33.92],
    ["Auckland", 174.76, -36.85],
    ["Anadyr, beyond 180°", -177.5, 64.7],
    ["Honolulu", -157.86, 21.31],
    ["San Francisco", -122.42, 37.77],
  ])("agrees with d3-geo: %s", (_place, longitude, latitude) => {
    const { x, y } = placeOnMap(longitude, latitude);
    const [referenceX, referenceY] = reference([longitude, latitude]);
    expect(x).toBeCloseTo(referenceX, 3);
    expect(y).toBeCloseTo(referenceY, 3);
    expect(x > 0 && x < WIDTH && y > 0 && y < HEIGHT).toBe(true);
  });
});

describe("countries", () => {
  test("every code is a region that Intl knows, and drawn once", () => {
    const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
    const codes = [...SHAPE_LIST, ...SPOT_LIST].map((shape) => shape.country);
    expect(codes.filter((code) => !names.of(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual(expect.arrayContaining(["AT", "US", "GB", "RU", "RS", "SG", "MT", "HK", "XK"]));
  });
});

describe("spotOf", () => {
  const nowhere = { latitude: null, longitude: null, country: null };
  test("is the place itself where it is known", () => {
    expect(spotOf({ latitude: 48.21, longitude: 16.37, country: "US" })).toEqual(placeOnMap(16.37, 48.21));
  });
  test.each([
    ["AT", 14.1, 47.6],
    ["US", -99, 39.5],
    ["FR", 2.5, 46.6],
    ["SG", 103.8, 1.4],
  ])("is near the middle of %s without one", (country, longitude, latitude) => {
    const middle = placeOnMap(longitude, latitude);
    const spot = spotOf({ ...nowhere, country });
    expect(Math.hypot((spot?.x ?? 0) - middle.x, (spot?.y ?? 0) - middle.y)).toBeLessThan(8);
  });
  test("is nowhere without a country", () => {
    expect(spotOf(nowhere)).toBeUndefined();
    expect(spotOf({ ...nowhere, country: "T1" })).toBeUndefined();
  });
});
