import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Heard } from "./socket.ts";
import type { Stream, StreamMessage } from "./stream.ts";
import { until } from "./wait-for.ts";
import { BROWSER, type World } from "./world.ts";

const Frame = z.strictObject({
  type: z.string(),
  room: z.string(),
  seq: z.number().int().nonnegative(),
  data: z.record(z.string(), z.unknown()),
});
const Sites = z.object({ sites: z.array(z.object({ site_id: z.string() })) });
const frameOf = ({ data, id }: StreamMessage) => {
  const frame = Frame.parse(data);
  expect(id).toBe(String(frame.seq));
  return frame;
};
const framesOf = ({ messages }: Stream) => messages.map(frameOf);
const mentions = (path: string) => (message: StreamMessage | Heard) => JSON.stringify(message.data).includes(path);

export function memberStreams(the: () => World): void {
  describe("a member's stream", () => {
    test("tells what a socket of the same room is told, with its number as id", async () => {
      const { addSite, stream, view, visit } = the();
      const site = await addSite();
      const [reader, viewer] = [
        await stream(`/api/realtime/stats?site=${site.id}`),
        view(`rooms=site:${site.id}&messages=delta`),
      ];
      expect(reader.status).toBe(200);
      expect(reader.headers.get("content-type")).toMatch(/^text\/event-stream/);
      expect(reader.headers.get("cache-control")).toMatch(/no-store|no-cache/);
      expect(frameOf(await reader.next())).toMatchObject({
        type: "snapshot",
        room: `site:${site.id}`,
        data: { now: 0 },
      });
      expect(reader.retry()).toBe(3_000);
      await viewer.next("snapshot");
      for (let i = 0; i < 3; i++) {
        const path = `/${randomUUID()}`;
        await visit(site, path);
        await Promise.all([
          reader.next((m) => frameOf(m).type === "delta" && mentions(path)(m)),
          viewer.next((m) => m.type === "delta" && mentions(path)(m)),
        ]);
      }
      const frames = framesOf(reader);
      expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, i) => (frames[0]?.seq ?? 0) + i));
      const told = frames.filter(({ type }) => type === "delta");
      expect(told.length).toBeGreaterThan(0);
      expect(viewer.heard.filter(({ type }) => type === "delta").slice(-told.length)).toEqual(told);
    });

    test("that comes back with the last id it saw gets what followed, nothing missed and nothing twice", async () => {
      const { addSite, stream, visit } = the();
      const site = await addSite();
      const address = `/api/realtime/stats?site=${site.id}`;
      const stays = await stream(address);
      await stays.next();
      const leaves = await stream(address);
      await leaves.next();
      const [seen, missed, after] = [0, 1, 2].map(() => `/${randomUUID()}`);
      await visit(site, seen);
      const last = await leaves.next(mentions(seen ?? ""));
      leaves.close();
      await leaves.ended;
      await visit(site, missed);
      await stays.next(mentions(missed ?? ""));
      const back = await stream(address, { "last-event-id": last.id ?? "" });
      await back.next(mentions(missed ?? ""));
      await visit(site, after);
      await Promise.all(
        [back, stays].map((one) => one.next((m) => frameOf(m).type === "delta" && mentions(after ?? "")(m))),
      );
      const frames = framesOf(back);
      const [first] = frames;
      const from = first?.type === "snapshot" ? first.seq : Number(last.id);
      const deltas = frames.filter(({ type }) => type === "delta");
      expect(deltas.map(({ seq }) => seq)).toEqual(deltas.map((_, i) => from + 1 + i));
      const end = deltas.at(-1)?.seq ?? 0;
      expect(deltas).toEqual(framesOf(stays).filter(({ seq }) => seq > from && seq <= end));
      // What is no number of this server is no reason to refuse.
      const odd = await stream(address, { "last-event-id": "nonsense" });
      expect(frameOf(await odd.next()).type).toBe("snapshot");
    });

    test("of a group and of an organization tells of each site that changes", async () => {
      const { addSite, stream, visit, org, post, asOwner } = the();
      const made = await post("/api/groups", { name: "Streams" }, asOwner);
      const group = z.object({ data: z.object({ id: z.string() }) }).parse(made.body).data.id;
      const [inside, outside] = [await addSite({ group_id: group }), await addSite()];
      const [ofOrg, ofGroup] = [
        await stream(`/api/realtime/stats?org=${org}`),
        await stream(`/api/realtime/stats?group=${group}`),
      ];
      expect(frameOf(await ofOrg.next())).toMatchObject({ type: "snapshot", room: `org:${org}` });
      expect(frameOf(await ofGroup.next())).toMatchObject({ type: "snapshot", room: `group:${group}` });
      await visit(outside);
      await visit(inside);
      const changed = (reader: Stream) =>
        framesOf(reader)
          .filter(({ type }) => type === "delta")
          .flatMap(({ data }) => Sites.parse(data).sites.map(({ site_id }) => site_id));
      // One frame may tell of both.
      await until(
        async () => [...new Set(changed(ofOrg))],
        (ids) => ids.includes(inside.id) && ids.includes(outside.id),
      );
      await ofGroup.next((m) => frameOf(m).type === "delta" && mentions(inside.id)(m));
      expect(ofGroup.messages.some(mentions(outside.id))).toBe(false);
    });

    test.each(["issues", "heatmap"])("%s begins with a whole picture of any room", async (kind) => {
      const { stream, org } = the();
      for (const of of ["site=demo", `org=${org}`]) {
        const reader = await stream(`/api/realtime/${kind}?${of}`);
        expect(reader.headers.get("content-type")).toMatch(/^text\/event-stream/);
        expect(frameOf(await reader.next()).type).toBe("snapshot");
        expect(reader.retry()).toBe(3_000);
      }
    });

    test("of nothing, or of two things, is 400 with what is needed", async () => {
      const { call, cookie } = the();
      for (const kind of ["stats", "issues", "heatmap"]) {
        const reply = await call(`/api/realtime/${kind}`, { headers: { cookie } });
        expect(reply).toMatchObject({ status: 400, body: { success: false, error: { code: "invalid" } } });
      }
      expect((await call("/api/realtime/weather?site=demo", { headers: { cookie } })).status).toBe(404);
    });
  });

  test("a program without sockets and streams reads the same by asking again", async () => {
    const { addSite, visit, call, asReader, org } = the();
    const site = await addSite();
    const path = `/${randomUUID()}`;
    const session_id = await visit(site, path);
    const read = (address: string, of = `site=${site.id}`) =>
      call(`${address}?${of}`, { headers: { ...asReader, "user-agent": BROWSER } }).then(({ status, body }) => {
        expect([address, status]).toEqual([address, 200]);
        return body;
      });
    const summary = { total_active: 1, total_today: 1, pages_visited: { [path]: 1 } };
    expect(await read("/api/analytics/summary")).toEqual({
      success: true,
      data: { summary, generated_at: expect.any(String) },
    });
    expect(await read("/api/analytics/sessions")).toMatchObject({
      success: true,
      data: {
        sessions: [
          {
            session_id,
            current_page: path,
            journey: [path],
            duration: 0,
            country: expect.any(String),
            device: "desktop",
            last_activity: expect.stringMatching(/Z$/),
          },
        ],
        total_count: 1,
      },
    });
    expect(await read("/api/analytics/detailed")).toMatchObject({ data: { summary, now: 1, per_page: { [path]: 1 } } });
    expect(await read("/api/aggregates", `site=${site.id}&window=60s`)).toMatchObject({
      data: { window: "60s", current: expect.any(Object), closed: expect.any(Array) },
    });
    for (const address of ["/api/analytics/summary", "/api/analytics/detailed", "/api/aggregates", "/api/status"]) {
      await read(address, `org=${org}`);
    }
    expect(await read("/api/events")).toMatchObject({ data: [{ event_type: "pageview", session_id }] });
  });
}
