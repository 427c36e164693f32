import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BODY_BYTES_KEY } from "../../protocol/limits";
import {
  CHUNK_LINES,
  ImportRequest,
  type ImportRow,
  ROW_TEXT,
  type ShortChunks,
} from "../../worker/import/import-request";
import { type Chunk, ChunkCutter } from "./chunks";

const row = (n: number, path = `/${n}`): ImportRow => ({
  at: Date.UTC(2015, 4, 17),
  ip: "198.18.0.1",
  user_agent: "UA",
  path,
  referrer: "",
  status: 200,
});

/** Cuts a file whose every line is a page view. */
function cut(lines: readonly string[], known: ShortChunks = [], ended = true): Chunk[] {
  const cutter = new ChunkCutter(known);
  const chunks = lines.flatMap((line, i) => cutter.add(line, row(Number(line)), ended || i < lines.length - 1));
  return [...chunks, ...cutter.end()];
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}`);
const sizes = (chunks: readonly Chunk[]) => chunks.map(({ lines }) => lines);

describe("a file", () => {
  it("is cut by lines, and named by the hash of them", () => {
    const chunks = cut(numbers(0, 2 * CHUNK_LINES + 5));
    expect(sizes(chunks)).toEqual([CHUNK_LINES, CHUNK_LINES, 5]);
    const last = createHash("sha256")
      .update(numbers(2 * CHUNK_LINES, 2 * CHUNK_LINES + 5).join("\n"))
      .digest("hex");
    expect(chunks[2]?.chunk).toBe(last);
    expect(chunks.flatMap(({ rows }) => rows)).toHaveLength(2 * CHUNK_LINES + 5);
  });

  it("is cut before a body becomes too large", () => {
    const cutter = new ChunkCutter([]);
    const wide = { ...row(0, `/${"ä".repeat(ROW_TEXT.path - 1)}`), referrer: "x".repeat(ROW_TEXT.referrer) };
    const chunks = [...numbers(0, 400).flatMap((line) => cutter.add(line, wide)), ...cutter.end()];
    expect(chunks.length).toBeGreaterThan(1);
    for (const chunk of chunks) {
      expect(Buffer.byteLength(JSON.stringify(chunk))).toBeLessThan(BODY_BYTES_KEY);
      expect(ImportRequest.safeParse(chunk).success).toBe(true);
    }
    expect(chunks.flatMap(({ rows }) => rows)).toHaveLength(400);
  });

  it("of nothing has no chunk", () => {
    expect(cut([])).toEqual([]);
  });
});

describe("a file that has grown", () => {
  it("is cut again where it ended", () => {
    const before = cut(numbers(0, 2_300));
    expect(sizes(cut(numbers(0, 5_000), before))).toEqual([2_000, 300, 2_000, 700]);
  });

  it("keeps a last line apart that was still being written", () => {
    const first = cut([...numbers(0, 10), "1"], [], false);
    expect(sizes(first)).toEqual([10, 1]);
    expect(sizes(cut(numbers(0, 14), first))).toEqual([10, 4]);
  });

  it("is the same file without its last line end", () => {
    const before = cut(numbers(0, 10));
    expect(cut(numbers(0, 10), before, false)).toEqual(before);
  });

  it("counts each line once, however often it was imported on the way", () => {
    const ends = fc.array(fc.integer({ min: 1, max: 4_500 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(ends, (all) => {
        const applied = new Map<string, Chunk>();
        for (const end of all.toSorted((a, b) => a - b)) {
          const short = [...applied.values()].filter(({ lines }) => lines < CHUNK_LINES);
          for (const chunk of cut(numbers(0, end), short)) applied.set(chunk.chunk, chunk);
        }
        const paths = [...applied.values()].flatMap(({ rows }) => rows.map(({ path }) => path));
        expect(paths).toHaveLength(Math.max(...all));
        expect(new Set(paths).size).toBe(paths.length);
      }),
      { numRuns: 30 },
    );
  });
});
