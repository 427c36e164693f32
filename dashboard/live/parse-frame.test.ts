import { describe, expect, test } from "vitest";
import { PING_TEXT, PONG_TEXT } from "../../protocol/viewer-request";
import { parseFrame, parsePoll } from "./parse-frame";
import { alertOf, feedItem, helloOf, liveSession, snapshotOf, windowPoint } from "./pictures.fixture";

const picture = snapshotOf({
  sessions: [liveSession("a", { journey: [{ at: 1, type: "custom", path: "/", name: "Signup" }] })],
  feed: [feedItem(1, { name: "x" }), feedItem(0, { latitude: null, longitude: null, city: null })],
  windows: { "1s": [windowPoint(1_000)], "5s": [windowPoint(0)], "60s": [] },
  drops: [{ reason: "bot", count: 2, last_at: 5, example: "/" }],
});

describe("parseFrame", () => {
  test.each([
    ["snapshot", { type: "snapshot", room: "site:demo", seq: 3, data: picture }],
    [
      "snapshot with alerts",
      { type: "snapshot", room: "site:demo", seq: 3, data: { ...picture, alerts: [alertOf("1")] } },
    ],
    ["empty delta", { type: "delta", room: "site:demo", seq: 4, data: { at: 5 } }],
    ["delta", { type: "delta", room: "site:demo", seq: 4, data: { ...picture, sessions_gone: ["b"] } }],
    ["alert", { type: "alert", room: "site:demo", data: alertOf("1") }],
    ["hello", { type: "hello", data: helloOf() }],
    ["error", { type: "error", data: { code: "use_org", message: "No" } }],
  ])("reads what was written: %s", (_name, frame) => {
    const { site_id, ...delta } = picture;
    const expected =
      frame.type === "delta" && "now" in frame.data ? { ...frame, data: { ...delta, sessions_gone: ["b"] } } : frame;
    expect(parseFrame(JSON.stringify(frame))).toEqual(expected);
  });

  test("parts that are absent stay absent, so that a merge keeps what was", () => {
    const frame = parseFrame(JSON.stringify({ type: "delta", room: "r", seq: 1, data: { at: 5, now: 2 } }));
    expect(frame?.type === "delta" && Object.keys(frame.data)).toEqual(["at", "now"]);
  });

  test("the answer to a ping, and a type of a later version", () => {
    expect(parseFrame(PONG_TEXT)).toEqual({ type: "pong" });
    expect(parseFrame('{"type":"something_new","data":{}}')).toBeNull();
    for (const data of [
      { ...alertOf("1"), level: "loud" },
      { ...alertOf("1"), details: { metric: "mood" } },
    ]) {
      expect(parseFrame(JSON.stringify({ type: "alert", room: "r", data }))).toBeNull();
    }
    expect(PING_TEXT).toBe(JSON.stringify({ type: "ping" }));
  });

  test.each([
    ["no JSON", "{"],
    ["a text", '"hello"'],
    ["a snapshot without its numbers", '{"type":"snapshot","room":"r","seq":1,"data":{}}'],
    ["a count that is a text", JSON.stringify({ type: "delta", room: "r", seq: 1, data: { at: 1, now: "2" } })],
    [
      "a route without count",
      JSON.stringify({
        type: "delta",
        room: "r",
        seq: 1,
        data: { at: 1, windows: { "1s": [{ ...windowPoint(1), routes: [["/"]] }] } },
      }),
    ],
    [
      "an alert without numbers",
      JSON.stringify({ type: "alert", room: "r", data: { ...alertOf("1"), details: { metric: "visitors" } } }),
    ],
  ])("refuses %s", (_name, message) => {
    expect(() => parseFrame(message)).toThrow();
  });
});

test("parsePoll reads the picture out of the reply", () => {
  expect(parsePoll({ success: true, data: { snapshot: picture } })).toEqual(picture);
  expect(() => parsePoll({ success: false, error: { code: "x" } })).toThrow();
});
