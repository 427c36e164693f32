import { expect, test } from "vitest";
import { FrameReader, type ReceivedFrame } from "./frame-reader";

function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = 0x81;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

const TEXTS = ["", "a", "b".repeat(125), "c".repeat(126), `d${"e".repeat(70_000)}`, "end"];
const STREAM = Buffer.concat(TEXTS.map(frame));

test.each([1, 2, 3, 7, 1_000, 65_536, STREAM.length])("frames are the same in chunks of %d bytes", (size) => {
  const frames: ReceivedFrame[] = [];
  const reader = new FrameReader((one) => frames.push(one));
  reader.keep = true;
  const shared = Buffer.alloc(size);
  for (let at = 0; at < STREAM.length; at += size) {
    const length = STREAM.copy(shared, 0, at);
    reader.push(shared.subarray(0, length));
  }
  expect(frames.map(({ payload }) => payload?.toString())).toEqual(TEXTS);
  expect(frames.map(({ length }) => length)).toEqual(TEXTS.map((text) => text.length));
  expect(frames.map(({ start }) => start)).toEqual(TEXTS.map((text) => text.slice(0, 48)));
});

test("what is not kept is still counted", () => {
  const frames: ReceivedFrame[] = [];
  const reader = new FrameReader((one) => frames.push(one));
  reader.push(STREAM);
  expect(frames).toHaveLength(TEXTS.length);
  expect(frames.every(({ payload }) => payload === null)).toBe(true);
});
