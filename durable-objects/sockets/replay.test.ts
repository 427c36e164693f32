import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REPLAY_BYTES, REPLAY_FRAMES } from "../../protocol/limits";
import { ROOM_MESSAGES } from "../../protocol/room-messages";
import { Beat, type Told } from "./beat";
import { Replay } from "./replay";

const delta = (at: number, padding = 0): Told => ({
  type: "delta",
  data: { at, sessions_gone: padding > 0 ? ["x".repeat(padding)] : [] },
});
const stats: Told = { type: "stats:updated", data: { total_active: 1, total_today: 2, pages_visited: {} } };

describe("Beat", () => {
  const beat = new Beat("site:a", 7, [stats, delta(1)]);

  test("VIEWER-7 the last message that a viewer takes has the number", () => {
    const read = (takes: string[]) =>
      beat.textsFor(new Set(ROOM_MESSAGES.filter((kind) => takes.includes(kind)))).map((text) => JSON.parse(text));
    expect(read(["delta"])).toEqual([{ ...delta(1), room: "site:a", seq: 7 }]);
    expect(read(["stats:updated"])).toEqual([{ ...stats, room: "site:a", seq: 7 }]);
    expect(read(["delta", "stats:updated"])).toEqual([
      { ...stats, room: "site:a" },
      { ...delta(1), room: "site:a", seq: 7 },
    ]);
    expect(read(["aggregates"])).toEqual([]);
  });

  test("what it was made of may change afterwards", () => {
    const told = { type: "delta" as const, data: { at: 1, sessions_gone: ["a"] } };
    const made = new Beat("r", 1, [told]);
    told.data.sessions_gone.push("b");
    expect(made.textsFor(new Set(["delta"])).join()).not.toContain('"b"');
  });
});

describe("Replay", () => {
  test("VIEWER-12 whatever it holds, it gives exactly what was missed or nothing", () => {
    const padding = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: Math.floor(REPLAY_BYTES / 3) }));
    fc.assert(
      fc.property(fc.array(padding, { maxLength: 60 }), fc.integer({ min: -3, max: 70 }), (paddings, ago) => {
        const replay = new Replay();
        replay.restart(100);
        const beats = paddings.map((size, i) => new Beat("r", 101 + i, [delta(i, size)]));
        for (const beat of beats) replay.add(beat);
        const seq = 100 + beats.length - ago;
        const missed = beats.filter((beat) => beat.seq > seq);
        const length = missed.reduce((sum, beat) => sum + beat.length, 0);
        const held = ago >= 0 && ago <= beats.length && length <= REPLAY_BYTES;
        expect(replay.since(seq, Number.POSITIVE_INFINITY)).toEqual(held ? missed : null);
      }),
    );
  });

  test("VIEWER-12 it is bounded by number and by bytes", () => {
    const replay = new Replay();
    replay.restart(0);
    for (let i = 1; i <= REPLAY_FRAMES + 10; i++) replay.add(new Beat("r", i, [delta(i)]));
    expect(replay.since(9, Number.POSITIVE_INFINITY)).toBeNull();
    expect(replay.since(10, Number.POSITIVE_INFINITY)).toHaveLength(REPLAY_FRAMES);
    for (let i = 1; i <= 10; i++)
      replay.add(new Beat("r", REPLAY_FRAMES + 10 + i, [delta(i, Math.floor(REPLAY_BYTES / 5))]));
    const seqs = Array.from({ length: 20 }, (_, i) => REPLAY_FRAMES + i);
    const held = Math.max(...seqs.map((seq) => replay.since(seq, Number.POSITIVE_INFINITY)?.length ?? 0));
    expect(held).toBe(4);
  });

  test("VIEWER-12 what is longer than a whole picture is not replayed, and nothing before a new beginning", () => {
    const replay = new Replay();
    expect(replay.since(5, 1_000)).toBeNull();
    replay.restart(5);
    replay.add(new Beat("r", 6, [delta(1, 500)]));
    replay.add(new Beat("r", 7, [delta(1, 500)]));
    expect(replay.since(5, 1_000)).toBeNull();
    expect(replay.since(6, 1_000)).toHaveLength(1);
    expect(replay.since(7, 0)).toEqual([]);
    expect(replay.since(8, 1_000)).toBeNull();
    replay.restart(9);
    expect(replay.since(7, 9_000)).toBeNull();
    replay.clear();
    replay.add(new Beat("r", 10, [delta(1)]));
    expect(replay.since(9, 9_000)).toBeNull();
  });
});
