import { expect, test } from "vitest";
import { markText } from "../../protocol/mark";
import { readMark } from "./read-mark";

test("VIEWER-5 a mark is read in whatever way it is written", () => {
  const mark = { type: "mark", data: { at: 262_144 } };
  expect(markText(262_144)).toBe(JSON.stringify(mark));
  for (const text of [
    markText(262_144),
    JSON.stringify(mark, null, 4),
    ' {"data":{"at":262144.0},"type":"mark"}\n',
    '{"type":"mark","data":{"at":2.62144e5,"more":1}}',
  ])
    expect(readMark(text), text).toBe(262_144);
});

test.each<string | ArrayBuffer>([
  "",
  "mark",
  '"mark"',
  "{}",
  '{"type":"mark"}',
  '{"type":"mark","data":{"at":1}',
  '{"type":"mark","data":{"at":}}',
  '{"type":"mark","data":{"at":"1"}}',
  '{"type":"marks","data":{"at":1}}',
  '{"type":"subscribe","data":{"at":1},"rooms":["mark"]}',
  `${markText(1)}${" ".repeat(1_000)}`,
  new ArrayBuffer(8),
])("VIEWER-5 %s is no mark", (message) => expect(readMark(message)).toBeNull());
