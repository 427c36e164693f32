import { expect, test, vi } from "vitest";
import { Beat } from "../../durable-objects/sockets/beat";
import { frameHead } from "./frame-head";

const data = { events: [{ page: '/a","seq":1,' }], text: '{"type":"snapshot","room":"site:other","seq":3,' };
const written = (room: string, type: string) =>
  new Beat(room, 41, [
    { type: "alert", data },
    { type, data },
  ]).textsFor(new Set(["delta"]));

test("STREAM-2 a frame as objects write it is not read in full", () => {
  const read = vi.spyOn(JSON, "parse");
  for (const type of ["delta", "snapshot", "issue:created"]) {
    const text = written("site:6f1c-Ab_9", type).at(-1) ?? "";
    expect(frameHead(text)).toEqual({ type, room: "site:6f1c-Ab_9", seq: 41 });
  }
  expect(read).not.toHaveBeenCalled();
  read.mockRestore();
});

test("STREAM-2 any other frame is, and says the same", () => {
  expect(frameHead(written('site:"\\ü', "delta").at(-1) ?? "")).toEqual({ type: "delta", room: 'site:"\\ü', seq: 41 });
  expect(frameHead('{"seq":2,"room":"org:a","data":{},"type":"delta"}')).toEqual({
    type: "delta",
    room: "org:a",
    seq: 2,
  });
  expect(frameHead(' {"type":"delta","room":"org:a","seq":12345678901234567890,"data":{}}')).toBeNull();
});

test("STREAM-2 what has no number is no message", () => {
  expect(frameHead(written("site:a", "delta")[0] ?? "")).toBeNull();
  for (const text of ['{"type":"pong"}', '{"type":"hello","seq":{"site:a":3}}', "[]", '"seq"']) {
    expect([text, frameHead(text)]).toEqual([text, null]);
  }
});
