import fc from "fast-check";
import { expect, it } from "vitest";
import { LINE_BYTES, type Line, linesOf } from "./lines";

async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const to = from + (sizes[i % sizes.length] ?? 1);
    yield bytes.subarray(from, to);
    from = to;
  }
}

async function lines(bytes: Buffer | string, sizes: readonly number[] = [7]): Promise<Line[]> {
  const found: Line[] = [];
  for await (const line of linesOf(pieces(Buffer.from(bytes), sizes))) found.push(line);
  return found;
}

const ended = (text: string | null) => ({ text, ended: true });

it.each([
  ["", []],
  ["a\nb\n", [ended("a"), ended("b")]],
  ["a\r\nb\r\n", [ended("a"), ended("b")]],
  ["a\n\n\nb\n", [ended("a"), ended(""), ended(""), ended("b")]],
  ["a\nb", [ended("a"), { text: "b", ended: false }]],
  ["a\rb\n", [ended("a\rb")]],
  ["ä€😀\n", [ended("ä€😀")]],
])("%j", async (text, expected) => {
  expect(await lines(text, [1])).toEqual(expected);
});

it("drops lines that are too long, and goes on", async () => {
  const long = "x".repeat(LINE_BYTES + 1);
  const most = "y".repeat(LINE_BYTES);
  const found = await lines(`a\n${long}\n${most}\n${long}`, [1_000]);
  expect(found).toEqual([ended("a"), ended(null), ended(most), { text: null, ended: false }]);
});

it("takes bytes that are no UTF-8", async () => {
  expect(await lines(Buffer.from([0x61, 0xff, 0x62, 0x0a]))).toEqual([ended("a\uFFFDb")]);
});

it("finds the same lines however the bytes arrive", async () => {
  const text = fc
    .array(fc.constantFrom("a", "é", "\n", "\r\n", "bcd"), { maxLength: 60 })
    .map((parts) => parts.join(""));
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(text, sizes, async (all, cut) => {
      expect(await lines(all, cut)).toEqual(await lines(all, [1_000]));
    }),
  );
});
