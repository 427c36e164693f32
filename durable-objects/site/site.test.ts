import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AE_BLOBS, AE_DOUBLES, AE_LIMITS } from "../../protocol/analytics-engine";
import type { Dimensions } from "../../protocol/ingest";
import { addressPrefix } from "../pure/address-prefix";
import { COUNTS, flushBackoff, frameDelay, frameInterval } from "../pure/cadence";
import { dailyId } from "./identity";
import { addSeq, emptyMarks, hasSeq } from "./model/marks";
import { dataPoint } from "./sinks/analytics-engine";
import { jsonChunks } from "./sinks/json-chunks";

const dimensions: Dimensions = {
  country: "AT",
  region: null,
  city: null,
  latitude: null,
  longitude: null,
  device: "desktop",
  browser: "Firefox",
  browser_version: "140",
  os: "Linux",
  source: "Google",
  channel: "Organic search",
  referrer: "",
  campaign: "",
  medium: "",
  language: "",
};

describe("visitor ids", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:0DB8:0000:0000:ffff::", "2001:db8:0:0"],
    ["::1", "0:0:0:0"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
  ])("VISITOR-2 %s counts as %s", (address, prefix) => {
    expect(addressPrefix(address)).toBe(prefix);
  });

  test("VISITOR-2 another salt, site, agent or network is another id", () => {
    const salt = new Uint8Array(32).fill(1);
    const base = dailyId(salt, "s", "2001:db8::1", "ua");
    expect(dailyId(salt, "s", "2001:db8::ffff", "ua")).toBe(base);
    const others = [
      dailyId(new Uint8Array(32).fill(2), "s", "2001:db8::1", "ua"),
      dailyId(salt, "t", "2001:db8::1", "ua"),
      dailyId(salt, "s", "2001:db8:0:1::1", "ua"),
      dailyId(salt, "s", "2001:db8::1", "ub"),
    ];
    expect(new Set([base, ...others]).size).toBe(5);
  });
});

describe("marks", () => {
  test("COUNT-2 ranges of seq hold exactly what was added, disjoint and joined", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 80 }), (seqs) => {
        const marks = emptyMarks();
        for (const seq of seqs) addSeq(marks, seq);
        for (let seq = 0; seq <= 61; seq++) expect(hasSeq(marks, seq)).toBe(seqs.includes(seq));
        marks.seq.forEach(([first, last], i) => {
          expect(first).toBeLessThanOrEqual(last);
          const next = marks.seq[i + 1];
          if (next) expect(next[0]).toBeGreaterThan(last + 1);
        });
      }),
    );
  });
});

describe("cadence", () => {
  test.each([
    [1, 1_000, 100],
    [400, 1_000, 100],
    [1_000, 1_000, 250],
    [2_000, 1_000, 500],
    [10_000, 1_000, 500],
    [10, 20_000, 100],
    [100, 32 * 1_024, 390.625],
    [1_000, 32 * 1_024, 500],
  ])("VIEWER-4 with %i viewers and frames of %i bytes one every %d ms", (viewers, bytes, interval) => {
    expect(frameInterval({ viewers, bytes })).toBe(interval);
  });

  test.each([
    [1, 100],
    [200, 100],
    [1_000, 500],
    [10_000, 2_500],
  ])("COUNTER-4 %i streams hear of the counter every %i ms", (viewers, interval) => {
    expect(frameInterval({ viewers, bytes: 80 }, COUNTS)).toBe(interval);
  });

  test("VIEWER-4 the first change is told at once, the next waits for the rest of the interval", () => {
    const one = { viewers: 1, bytes: 1_000 };
    expect(frameDelay(0, 10_000, one)).toBe(0);
    expect(frameDelay(10_000, 10_030, one)).toBe(70);
    // The clock was set back by ten seconds.
    expect(frameDelay(10_000, 0, one)).toBe(100);
  });

  test("COUNT-5 a failing flush is tried again for ever, at least every 30 s", () => {
    expect([1, 2, 3, 9, 1_000].map(flushBackoff)).toEqual([2_000, 4_000, 8_000, 30_000, 30_000]);
  });
});

describe("sinks", () => {
  test("chunks hold all rows in order, each below the limit, whatever the characters", () => {
    const row = fc.array(fc.string({ unit: "binary", maxLength: 60 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const chunks = jsonChunks(rows, 400);
        expect(chunks.flatMap((chunk) => JSON.parse(chunk))).toEqual(rows);
        for (const chunk of chunks) {
          const alone = JSON.parse(chunk).length === 1;
          expect(alone || new TextEncoder().encode(chunk).length <= 400).toBe(true);
        }
      }),
    );
  });

  test("a data point stays within the documented limits, whatever the event", () => {
    const text = fc.string({ unit: "binary", maxLength: 20_000 });
    fc.assert(
      fc.property(text, text, text, (site, name, path) => {
        const event = { n: 0, at: 0, type: "custom" as const, name, path, page_url: "" };
        const point = dataPoint(site, event, { ...dimensions, source: name });
        if (!point) throw new Error("A custom event is a data point.");
        const bytes = (s: string) => new TextEncoder().encode(s).length;
        expect(point.indexes.every((index) => bytes(index) <= AE_LIMITS.index_bytes)).toBe(true);
        expect(point.blobs).toHaveLength(AE_BLOBS.length);
        expect(point.doubles).toHaveLength(AE_DOUBLES.length);
        expect(point.blobs.reduce((sum, blob) => sum + bytes(blob), 0)).toBeLessThanOrEqual(AE_LIMITS.blob_bytes);
      }),
      { numRuns: 60 },
    );
  });

  test("other events are no data points, and no point holds who it was", () => {
    const event = { n: 0, at: 0, path: "/", page_url: "" };
    expect(dataPoint("s", { ...event, type: "click" }, dimensions)).toBeNull();
    expect(dataPoint("s", { ...event, type: "pageview" }, dimensions)?.blobs).toEqual([
      "pageview",
      "",
      "/",
      "Google",
      "Organic search",
      "",
      "AT",
      "desktop",
      "Firefox",
      "Linux",
    ]);
  });
});
