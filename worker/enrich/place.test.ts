import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { demoPlace, NO_PLACE, placeOfCf } from "./place";

const AUSTIN = {
  country: "US",
  region: "Texas",
  city: "Austin",
  latitude: "30.27130",
  longitude: "-97.74260",
  timezone: "America/Chicago",
  asn: 395747,
  colo: "DFW",
};

describe("placeOfCf", () => {
  test("what Cloudflare sends", () => {
    expect(placeOfCf(AUSTIN)).toEqual({
      country: "US",
      region: "Texas",
      city: "Austin",
      latitude: 30.2713,
      longitude: -97.7426,
      time_zone: "America/Chicago",
    });
  });

  test.each([
    ["country", "XX", null],
    ["country", "T1", null],
    ["country", "usa", null],
    ["country", 7, null],
    ["city", "", null],
    ["city", "São Paulo", "São Paulo"],
    ["city", "a\u202Eb", "ab"],
    ["region", null, null],
    ["latitude", "91", null],
    ["latitude", "", null],
    ["latitude", "north", null],
    ["latitude", 48.1, 48.1],
    ["latitude", Number.NaN, null],
    ["longitude", "-180.0", -180],
    ["longitude", "181", null],
  ])("%s %j is %j and the rest stays", (field, value, expected) => {
    expect(placeOfCf({ ...AUSTIN, [field]: value })).toEqual({ ...placeOfCf(AUSTIN), [field]: expected });
  });

  test.each([["<b>"], [""], [3]])("time zone %j is null", (timezone) => {
    expect(placeOfCf({ ...AUSTIN, timezone }).time_zone).toBeNull();
  });

  test.each([[undefined], [null], ["US"], [7], [{}], [[]]])("nothing is known of %j", (cf) => {
    expect(placeOfCf(cf)).toEqual(NO_PLACE);
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(Object.keys(placeOfCf(value))).toEqual(Object.keys(placeOfCf(AUSTIN)));
        expect(Object.keys(placeOfCf({ ...AUSTIN, city: value, latitude: value }))).toHaveLength(6);
      }),
    );
  });
});

describe("demoPlace", () => {
  const seeds = Array.from({ length: 5_000 }, (_, at) => `visitor ${at}`);

  test("the same seed is always at the same place", () => {
    for (const seed of ["", "a", "2001:db8::1"]) expect(demoPlace(seed)).toEqual(demoPlace(seed));
    expect(demoPlace("a")).toEqual(placeOfCf({ ...demoPlace("a"), timezone: demoPlace("a").time_zone }));
  });

  test("many seeds reach every city, as often as its weight says", () => {
    const counts = new Map<string, number>();
    for (const seed of seeds) {
      const { city } = demoPlace(seed);
      counts.set(city ?? "", (counts.get(city ?? "") ?? 0) + 1);
    }
    expect(counts.size).toBe(26);
    expect((counts.get("New York") ?? 0) / seeds.length).toBeCloseTo(0.12, 1);
    expect(counts.get("Auckland") ?? 0).toBeLessThan(counts.get("London") ?? 0);
  });

  test("time zones exist", () => {
    const zones = new Set(seeds.map((seed) => demoPlace(seed).time_zone ?? ""));
    for (const timeZone of zones) expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow();
  });
});
