import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Heard, Socket } from "./socket.ts";
import { until } from "./wait-for.ts";
import type { World } from "./world.ts";

const Summary = z.object({ data: z.object({ summary: z.record(z.string(), z.unknown()) }) });
const numbersOf = (heard: readonly Heard[]) => heard.flatMap(({ seq }) => seq ?? []);
const mentions = (text: string) => (message: Heard) => JSON.stringify(message.data).includes(text);
const isOf = (type: string, text: string) => (message: Heard) => message.type === type && mentions(text)(message);

/** The same message with its fields at the top level and in `data`. */
const bothForms = ({ type, ...fields }: { type: string }): object[] => [
  { type, ...fields },
  { type, data: fields },
];

export function viewerSocket(the: () => World): void {
  const summaryOf = async (site: string) =>
    Summary.parse((await the().call(`/api/analytics/summary?site=${site}`, { headers: the().asReader })).body).data
      .summary;

  /** True if it still hears and answers. */
  const isOpen = async (viewer: Socket) => {
    viewer.say({ type: "ping" });
    return (await viewer.next("pong")).type === "pong";
  };

  describe("a viewer's socket is told", () => {
    test("who it is and the whole picture, then every visit in each of the ways there are", async () => {
      const { addSite, view, visit, org, user } = the();
      const site = await addSite();
      const room = `site:${site.id}`;
      const viewer = view(`rooms=${room}`);
      const joined = await viewer.next("user_connected");
      expect(joined).toMatchObject({ room, data: { total_dashboards: 1, connected_at: expect.any(String) } });
      expect(z.iso.datetime().safeParse(joined.data["connected_at"]).success).toBe(true);
      const [hello, snapshot] = viewer.heard;
      expect(hello).toMatchObject({
        type: "hello",
        data: { protocol: 1, user_id: user, org_id: org, rooms: [room], seq: { [room]: snapshot?.seq } },
      });
      expect(snapshot).toMatchObject({ type: "snapshot", room, seq: expect.any(Number), data: { now: 0 } });

      const path = `/${randomUUID()}`;
      const session_id = await visit(site, path);
      const update = await viewer.next(isOf("visitor_update", path));
      expect(update).toMatchObject({
        room,
        data: {
          event: {
            type: "pageview",
            page: path,
            session_id,
            country: expect.any(String),
            metadata: { device: "desktop" },
          },
          stats: { total_active: 1, total_today: 1, pages_visited: { [path]: 1 } },
        },
      });
      expect(update.data["stats"]).toEqual(await summaryOf(site.id));
      expect((await viewer.next(isOf("session_activity", session_id))).data).toEqual({
        session_id,
        current_page: path,
        journey: [path],
        duration: 0,
      });
      expect((await viewer.next("stats:updated")).data).toEqual(update.data["stats"]);
      expect(await viewer.next(isOf("delta", path))).toMatchObject({ room, data: { now: 1 } });
      const second = await viewer.next((m) => m.type === "aggregates" && m.data["window"] === "1s");
      expect(second).toMatchObject({
        room,
        data: { window: "1s", events: 1, users: 1, errors: 0, error_rate: 0, routes: { [path]: 1 } },
      });
      const five = await viewer.next((m) => m.type === "aggregates" && m.data["window"] === "5s");
      expect(five.data).toMatchObject({ events: 1, users: 1, routes: { [path]: 1 } });
      const numbers = numbersOf(viewer.heard);
      expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
      expect(viewer.broken).toEqual([]);
    });

    test("all dashboards get each update, and each other's coming and going", async () => {
      const { addSite, view, visit } = the();
      const site = await addSite();
      const room = `site:${site.id}`;
      const viewers = [
        view(`rooms=${room}`),
        view(`rooms=building:${site.id}`),
        view(`rooms=${room},heatmap:${site.id}`),
      ];
      await Promise.all(viewers.map((viewer) => viewer.next("snapshot")));
      const [first] = viewers;
      await first?.next((m) => m.type === "user_connected" && m.data["total_dashboards"] === 3);
      const path = `/${randomUUID()}`;
      await visit(site, path);
      const told = await Promise.all(viewers.map((viewer) => viewer.next(isOf("visitor_update", path))));
      expect(told.map(({ data }) => data)).toEqual([told[0]?.data, told[0]?.data, told[0]?.data]);
      const deltas = await Promise.all(viewers.map((viewer) => viewer.next(isOf("delta", path))));
      expect(new Set(deltas.map(({ seq, room: of }) => `${of} ${seq}`)).size).toBe(1);
      viewers[2]?.close();
      expect(await first?.next("user_disconnected")).toMatchObject({ room, data: { total_dashboards: 2 } });
    });

    test("what many do at once in at most ten frames a second, exact at each", async () => {
      const { addSite, view, visit } = the();
      const site = await addSite();
      const viewer = view(`rooms=site:${site.id}&messages=delta`);
      await viewer.next("snapshot");
      const begun = Date.now();
      for (let round = 0; round < 6; round++) {
        await Promise.all(Array.from({ length: 10 }, (_, i) => visit(site, `/${round}-${i}`)));
      }
      const last = await viewer.next((m) => m.type === "delta" && m.data["now"] === 60);
      const deltas = viewer.heard.filter(({ type }) => type === "delta");
      // The clock of this process and of the server are one; a frame may leave a little early by rounding.
      expect(deltas.length).toBeLessThanOrEqual((Date.now() - begun) / 100 + 2);
      expect(deltas.length).toBeLessThan(60);
      const now = deltas.flatMap(({ data }) => (typeof data["now"] === "number" ? data["now"] : []));
      expect(now).toEqual([...now].sort((a, b) => a - b));
      expect(last.data).toMatchObject({ active: 60 });
      expect(await summaryOf(site.id)).toMatchObject({ total_active: 60, total_today: 60 });
    });

    test("an alert when more than ten come in a minute, in the words of the rule", async () => {
      const { addSite, view, visit } = the();
      const site = await addSite();
      const viewer = view(`rooms=site:${site.id}`);
      await viewer.next("snapshot");
      for (let i = 0; i < 10; i++) await visit(site);
      expect(viewer.heard.some(({ type }) => type === "alert")).toBe(false);
      await visit(site);
      expect(await viewer.next("alert")).toMatchObject({
        room: `site:${site.id}`,
        data: {
          level: "info",
          message: "High visitor activity detected!",
          details: { visitors_last_minute: 11 },
        },
      });
    });
  });

  describe("a viewer's socket asks", () => {
    test("for details of what it filters, in either form, and is answered alone", async () => {
      const { addSite, view, visit } = the();
      const site = await addSite();
      const [asker, other] = [view(`rooms=site:${site.id}`), view(`rooms=site:${site.id}`)];
      await Promise.all([asker.next("snapshot"), other.next("snapshot")]);
      const page = `/${randomUUID()}`;
      await visit(site, page);
      await visit(site, "/elsewhere");
      for (const message of bothForms({ type: "request_detailed_stats", ...{ filter: { page } } })) {
        asker.say(message);
        const { data } = await asker.next("detailed_stats");
        expect(data).toMatchObject({ filter: { page }, now: 1, per_page: { [page]: 1 } });
      }
      const third = view(`rooms=site:${site.id}`);
      await third.next("snapshot");
      third.say({ type: "request_detailed_stats" });
      expect((await third.next("detailed_stats")).data).toMatchObject({
        now: 2,
        per_page: { [page]: 1, "/elsewhere": 1 },
      });
      third.say({ type: "request_detailed_stats", filter: { country: "XX" } });
      expect((await third.next("detailed_stats")).data).toMatchObject({ now: 0, per_page: {} });
      expect(await isOpen(other)).toBe(true);
      expect(other.heard.some(({ type }) => type === "detailed_stats")).toBe(false);
    });

    test("to show what it did to the others, in either form", async () => {
      const { addSite, view, user } = the();
      const site = await addSite();
      const [actor, other] = [view(`rooms=site:${site.id}`), view(`rooms=site:${site.id}`)];
      await Promise.all([actor.next("snapshot"), other.next("snapshot")]);
      for (const value of ["India", "Austria"]) {
        const fields = { action: "filter_applied", details: { filterType: "country", value } };
        const [flat, inData] = bothForms({ type: "track_dashboard_action", ...fields });
        actor.say((value === "India" ? flat : inData) ?? {});
        expect((await other.next("dashboard_action")).data).toMatchObject({ ...fields, user_id: user });
      }
      expect(await isOpen(actor)).toBe(true);
      expect(actor.heard.some(({ type }) => type === "dashboard_action")).toBe(false);
    });

    test("to leave its room and to join it again, in either form and by either name", async () => {
      const { addSite, view, visit } = the();
      const site = await addSite();
      const viewer = view(`rooms=site:${site.id}&messages=delta`);
      await viewer.next("snapshot");
      await viewer.next("hello");
      for (const name of [`site:${site.id}`, `building:${site.id}`]) {
        for (const form of [0, 1]) {
          viewer.say(bothForms({ type: "unsubscribe", ...{ rooms: [name] } })[form] ?? {});
          expect((await viewer.next("hello")).data).toMatchObject({ rooms: [] });
          const told = viewer.heard.length;
          const path = `/${randomUUID()}`;
          await visit(site, path);
          expect(await isOpen(viewer)).toBe(true);
          viewer.say(bothForms({ type: "subscribe", ...{ rooms: [name] } })[form] ?? {});
          // A socket may ask for two whole pictures a second.
          const answer = await viewer.next(({ type }) => type === "snapshot" || type === "error");
          if (answer.type === "error") {
            const wait = z.object({ code: z.literal("rate_limited"), retry_after_ms: z.number() }).parse(answer.data);
            await new Promise((done) => setTimeout(done, wait.retry_after_ms));
            viewer.say({ type: "subscribe", rooms: [name] });
          }
          const snapshot = answer.type === "error" ? await viewer.next("snapshot") : answer;
          expect(snapshot.room).toBe(`site:${site.id}`);
          expect(mentions(path)(snapshot)).toBe(true);
          expect(viewer.heard.slice(told).filter(({ type }) => type === "delta")).toEqual([]);
          await viewer.next((m) => m.type === "hello" && mentions(site.id)(m));
        }
      }
    });

    test("for what it missed, in either form: nothing missed and nothing twice", async () => {
      const { addSite, view, visit } = the();
      const site = await addSite();
      const room = `site:${site.id}`;
      const stays = view(`rooms=${room}&messages=delta`);
      await stays.next("snapshot");
      for (const form of [0, 1, 2]) {
        const leaves = view(`rooms=${room}&messages=delta`);
        await leaves.next("snapshot");
        const [seen, missed, after] = [0, 1, 2].map(() => `/${randomUUID()}`);
        await visit(site, seen);
        const { seq = 0 } = await leaves.next(isOf("delta", seen ?? ""));
        if (form === 2) {
          leaves.close();
          await leaves.closed;
        } else {
          leaves.say({ type: "unsubscribe", rooms: [room] });
          await leaves.next((m) => m.type === "hello" && !mentions(room)(m));
        }
        await visit(site, missed);
        await stays.next(isOf("delta", missed ?? ""));
        const had = leaves.heard.length;
        const back = form === 2 ? view(`rooms=${room}&messages=delta&resume=${room}:${seq}`) : leaves;
        if (form < 2) back.say(bothForms({ type: "resume", ...{ rooms: { [room]: seq } } })[form] ?? {});
        // What it missed, or the whole picture where that is shorter.
        await back.next((m) => m.seq !== undefined && mentions(missed ?? "")(m));
        await visit(site, after);
        await Promise.all([back, stays].map((viewer) => viewer.next(isOf("delta", after ?? ""))));
        const frames = back.heard.slice(form === 2 ? 0 : had).filter((m) => m.seq !== undefined);
        const [first] = frames;
        const from = first?.type === "snapshot" ? (first.seq ?? 0) : seq;
        const deltas = frames.filter(({ type }) => type === "delta");
        const last = deltas.at(-1)?.seq ?? 0;
        expect(deltas).toEqual(stays.heard.filter((m) => (m.seq ?? 0) > from && (m.seq ?? 0) <= last));
        expect(numbersOf(deltas)).toEqual(deltas.map((_, i) => from + 1 + i));
      }
    });

    test("a number of long ago, or of another server, is answered by the whole picture", async () => {
      const { addSite, view } = the();
      const site = await addSite();
      const room = `site:${site.id}`;
      for (const seq of ["1", "9007199254740991"]) {
        const viewer = view(`rooms=${room}&resume=${room}:${seq}`);
        expect((await viewer.next("snapshot")).room).toBe(room);
        viewer.say({ type: "resume", rooms: { [room]: Number(seq) } });
        await viewer.next("snapshot");
      }
    });
  });

  describe("what a viewer says wrong", () => {
    test.each<[object, object]>([
      [{ type: "sing" }, { code: "unknown_message" }],
      [{ type: 7 }, { code: "unknown_message" }],
      [{ type: "subscribe" }, { code: "invalid_message", fields: { rooms: expect.any(String) } }],
      [{ type: "subscribe", data: null }, { code: "invalid_message" }],
      [{ type: "subscribe", rooms: "site:demo" }, { code: "invalid_message" }],
      [{ type: "subscribe", rooms: [7] }, { code: "invalid_message" }],
      [{ type: "subscribe", data: { rooms: ["site:of-others"] } }, { code: "use_org" }],
      [{ type: "subscribe", rooms: ["org:any"] }, { code: "use_org" }],
      [{ type: "subscribe", rooms: ["campus:any"] }, { code: "use_org" }],
      [{ type: "subscribe", rooms: ["kitchen"] }, { code: "use_org" }],
      [{ type: "unsubscribe" }, { code: "invalid_message" }],
      [{ type: "unsubscribe", rooms: {} }, { code: "invalid_message" }],
      [{ type: "resume" }, { code: "invalid_message" }],
      [{ type: "resume", rooms: ["site:demo"] }, { code: "invalid_message" }],
      [{ type: "resume", rooms: { "site:demo": -1 } }, { code: "invalid_message" }],
      [{ type: "resume", data: { rooms: { "site:of-others": 1 } } }, { code: "use_org" }],
      [{ type: "request_detailed_stats", filter: "AT" }, { code: "invalid_message" }],
      [
        { type: "request_detailed_stats", data: { filter: { page: 7 }, id: "q" } },
        { code: "invalid_message", fields: { "filter.page": expect.any(String) }, id: "q" },
      ],
      [{ type: "track_dashboard_action" }, { code: "invalid_message", fields: { action: expect.any(String) } }],
      [{ type: "track_dashboard_action", action: "a", details: [1] }, { code: "invalid_message" }],
      [{ type: "track_dashboard_action", action: "x".repeat(101) }, { code: "invalid_message" }],
    ])("%j is answered by an error, and the socket stays", async (message, error) => {
      const viewer = the().view("rooms=site:demo");
      await viewer.next("snapshot");
      viewer.say(message);
      const { data } = await viewer.next("error");
      expect(data).toMatchObject({ ...error, message: expect.stringMatching(/\w/) });
      expect(await isOpen(viewer)).toBe(true);
      expect(viewer.broken).toEqual([]);
    });

    test.each<[string, string | Uint8Array]>([
      ["no JSON", "hello"],
      ["nothing", ""],
      ["a list", "[]"],
      ["a number", "7"],
      ["null", "null"],
      ["no type", '{"rooms":[]}'],
      ["bytes", new TextEncoder().encode('{"type":"ping"}')],
      ["20 KB", JSON.stringify({ type: "subscribe", rooms: ["x".repeat(20_000)] })],
    ])("%s closes it with 4400", async (_, message) => {
      for (const query of ["rooms=site:demo", `rooms=org:${the().org}`]) {
        const viewer = the().view(query);
        await viewer.next("hello");
        viewer.say(message);
        expect(await viewer.closed).toMatchObject({ code: 4400, reason: expect.stringMatching(/./) });
      }
    });

    test("more than twenty messages a second close it with 4429; pings as they should be do not count", async () => {
      for (const query of ["rooms=site:demo", `rooms=org:${the().org}`]) {
        const pings = the().view(query);
        await pings.next("hello");
        for (let i = 0; i < 100; i++) pings.say({ type: "ping" });
        await until(
          async () => pings.heard.filter(({ type }) => type === "pong").length,
          (count) => count === 100,
        );
        const viewer = the().view(query);
        await viewer.next("hello");
        // Forty and two, of which a second that ends in between lets forty through.
        for (let i = 0; i < 60; i++) viewer.say({ type: "unsubscribe", rooms: [] });
        expect(await viewer.closed).toMatchObject({ code: 4429, reason: expect.stringMatching(/./) });
      }
    });
  });
}
