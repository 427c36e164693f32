import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Heard, Socket } from "./socket.ts";
import { until } from "./wait-for.ts";
import type { OwnSite, World } from "./world.ts";

const Made = z.object({ data: z.object({ id: z.string() }) });
const Sites = z.object({
  sites: z.array(
    z.object({
      site_id: z.string(),
      group_id: z.string().nullable(),
      report: z.object({ now: z.number(), active: z.number(), today: z.object({ page_views: z.number() }) }).nullable(),
    }),
  ),
});

/** Ids of the sites that messages of a room are about, since the `from`th. */
const sitesIn = (viewer: Socket, room: string, from = 0) =>
  new Set(
    viewer.heard
      .slice(from)
      .filter((m) => m.room === room)
      .flatMap(({ data }) => Sites.safeParse(data).data?.sites ?? [])
      .map(({ site_id }) => site_id),
  );
const tells = (room: string, site: OwnSite, now: number) => (m: Heard) =>
  m.room === room &&
  Sites.safeParse(m.data).data?.sites.some(({ site_id, report }) => site_id === site.id && report?.now === now) ===
    true;

export function rooms(the: () => World): void {
  const addGroup = async () =>
    Made.parse((await the().post("/api/groups", { name: `North ${randomUUID()}` }, the().asOwner)).body).data.id;

  describe("rooms", () => {
    test("an organization has all of its sites, a group its own, a site itself, a heatmap none", async () => {
      const { addSite, view, visit, org } = the();
      const group = await addGroup();
      const [inside, outside] = [await addSite({ group_id: group }), await addSite()];
      const all = view(`rooms=org:${org}`);
      const ofGroup = view(`rooms=campus:${group}`);
      const ofSite = view(`rooms=building:${inside.id}`);
      const heat = view(`rooms=heatmap:${org}`);
      const viewers = [all, ofGroup, ofSite, heat];
      const snapshots = await Promise.all(viewers.map((viewer) => viewer.next("snapshot")));
      expect(snapshots.map(({ room }) => room)).toEqual([
        `org:${org}`,
        `group:${group}`,
        `site:${inside.id}`,
        `heatmap:${org}`,
      ]);
      expect([...sitesIn(ofGroup, `group:${group}`)]).toEqual([inside.id]);
      expect([...sitesIn(all, `org:${org}`)]).toEqual(expect.arrayContaining([inside.id, outside.id, "demo"]));

      const path = `/${randomUUID()}`;
      await visit(inside, path);
      await visit(outside, path);
      await all.next(tells(`org:${org}`, inside, 1));
      await until(
        async () => [...sitesIn(all, `org:${org}`, 2)],
        (ids) => ids.includes(inside.id) && ids.includes(outside.id),
      );
      await ofGroup.next(tells(`group:${group}`, inside, 1));
      await ofSite.next((m) => m.type === "delta" && JSON.stringify(m.data).includes(path));
      expect(sitesIn(ofGroup, `group:${group}`)).not.toContain(outside.id);
      const words = (viewer: Socket) => JSON.stringify(viewer.heard);
      expect(words(ofGroup)).not.toContain(outside.id);
      expect(words(ofSite)).not.toContain(outside.id);
      expect(new Set(heat.heard.map(({ type }) => type))).toEqual(new Set(["hello", "snapshot"]));
      for (const viewer of viewers) expect(viewer.broken).toEqual([]);
    });

    test("are joined and left at any time, several on one socket, in either form and by either name", async () => {
      const { addSite, view, visit, org } = the();
      const group = await addGroup();
      const site = await addSite({ group_id: group });
      const viewer = view("");
      expect((await viewer.next("hello")).data).toMatchObject({ rooms: [] });
      viewer.say({ type: "subscribe", rooms: [`org:${org}`, `campus:${group}`] });
      viewer.say({ type: "subscribe", data: { rooms: [`building:${site.id}`, `heatmap:${org}`] } });
      const joined = [`org:${org}`, `group:${group}`, `site:${site.id}`, `heatmap:${org}`];
      await Promise.all(joined.map((room) => viewer.next((m) => m.type === "snapshot" && m.room === room)));
      const path = `/${randomUUID()}`;
      await visit(site, path);
      await viewer.next(tells(`org:${org}`, site, 1));
      await viewer.next(tells(`group:${group}`, site, 1));
      const update = await viewer.next((m) => m.type === "visitor_update" && JSON.stringify(m.data).includes(path));
      expect(update.room).toBe(`site:${site.id}`);

      viewer.say({ type: "unsubscribe", data: { rooms: [`org:${org}`, `building:${site.id}`] } });
      viewer.say({ type: "ping", data: {} });
      await viewer.next("pong");
      const from = viewer.heard.length;
      await visit(site, path);
      await viewer.next(tells(`group:${group}`, site, 2));
      expect(new Set(viewer.heard.slice(from).map(({ room }) => room))).toEqual(new Set([`group:${group}`]));
      viewer.say({ type: "unsubscribe", rooms: [`campus:${group}`] });
      // Back in a room its picture comes, with what happened meanwhile.
      const left = viewer.heard.length;
      viewer.say({ type: "subscribe", rooms: [`site:${site.id}`] });
      const isNew = (m: Heard) => viewer.heard.indexOf(m) >= left;
      const back = await viewer.next((m) => isNew(m) && m.type === "snapshot" && m.room === `site:${site.id}`);
      expect(back.data).toMatchObject({ now: 2 });
      expect(viewer.broken).toEqual([]);
    });

    test("a site that is made, moved to a group or deleted is shown so at once", async () => {
      const { addSite, view, org, url, asOwner } = the();
      const group = await addGroup();
      const [all, ofGroup] = [view(`rooms=org:${org}`), view(`rooms=group:${group}`)];
      await Promise.all([all, ofGroup].map((viewer) => viewer.next("snapshot")));
      const has = (id: string) => (m: Heard) =>
        m.type === "snapshot" && Sites.parse(m.data).sites.some(({ site_id }) => site_id === id);
      const { id } = await addSite();
      await all.next(has(id));
      const change = (method: string, body?: object) =>
        fetch(`${url}/api/sites/${id}`, {
          method,
          headers: { ...asOwner, "content-type": "application/json" },
          body: body && JSON.stringify(body),
        });
      expect((await change("PATCH", { group_id: group })).status).toBe(200);
      await ofGroup.next(has(id));
      expect((await change("DELETE")).status).toBe(204);
      const without = (m: Heard) => m.type === "snapshot" && !has(id)(m);
      for (const viewer of [all, ofGroup]) {
        await viewer.next((m) => without(m) && viewer.heard.indexOf(m) > viewer.heard.findIndex(has(id)));
      }
    });

    test("a program that knows only their sums works by those", async () => {
      const { addSite, view, visit, org, call, asReader } = the();
      const group = await addGroup();
      const [one, two] = [await addSite({ group_id: group }), await addSite({ group_id: group })];
      const viewers = [`group:${group}`, `org:${org}`].map((room) => view(`rooms=${room}&messages=stats:updated`));
      await Promise.all(viewers.map((viewer) => viewer.next("snapshot")));
      await visit(one);
      await visit(two);
      const ofGroup = await viewers[0]?.next((m) => m.type === "stats:updated" && m.data["now"] === 2);
      expect(ofGroup).toMatchObject({
        room: `group:${group}`,
        seq: expect.any(Number),
        data: { total_active: 2, total_today: 2, now: 2, connections: 2 },
      });
      const read = await call(`/api/analytics/summary?org=${org}`, { headers: asReader });
      const { total_active } = z
        .object({ data: z.object({ summary: z.object({ total_active: z.number() }) }) })
        .parse(read.body).data.summary;
      await viewers[1]?.next((m) => m.type === "stats:updated" && m.data["total_active"] === total_active);
      for (const { heard } of viewers) expect(heard.some(({ type }) => type === "delta")).toBe(false);
    });

    test("tell who asks, and who comes back, what a socket of a site does", async () => {
      const { addSite, view, visit, org } = the();
      const group = await addGroup();
      const site = await addSite({ group_id: group });
      const room = `group:${group}`;
      const stays = view(`rooms=${room}&messages=delta`);
      await stays.next("snapshot");
      await visit(site);
      await stays.next(tells(room, site, 1));
      const leaves = view(`rooms=campus:${group}&messages=delta`);
      await leaves.next("snapshot");
      await visit(site);
      const { seq = 0 } = await leaves.next(tells(room, site, 2));
      leaves.close();
      await leaves.closed;
      await visit(site);
      await stays.next(tells(room, site, 3));
      const back = view(`rooms=${room}&messages=delta&resume=${room}:${seq}`);
      await back.next(tells(room, site, 3));
      await visit(site);
      await Promise.all([back, stays].map((viewer) => viewer.next(tells(room, site, 4))));
      const frames = back.heard.filter((m) => m.seq !== undefined);
      const from = frames[0]?.type === "snapshot" ? (frames[0].seq ?? 0) : seq;
      const deltas = frames.filter(({ type }) => type === "delta");
      const last = deltas.at(-1)?.seq ?? 0;
      expect(deltas).toEqual(stays.heard.filter((m) => (m.seq ?? 0) > from && (m.seq ?? 0) <= last));

      for (const message of [
        { type: "request_detailed_stats", filter: { page: "/" } },
        { type: "request_detailed_stats", data: { filter: { page: "/" } } },
      ]) {
        back.say(message);
        expect((await back.next("detailed_stats")).data).toMatchObject({
          filter: { page: "/" },
          now: 4,
          per_page: { "/": 4 },
        });
      }
      expect(stays.heard.some(({ type }) => type === "detailed_stats")).toBe(false);
      const all = view(`rooms=org:${org}&messages=delta`);
      await all.next("snapshot");
      all.say({ type: "request_detailed_stats", filter: { country: "XX" } });
      expect((await all.next("detailed_stats")).data).toMatchObject({ now: 0 });
    });

    test("numbers of each room rise by one, frame by frame", async () => {
      const { addSite, view, visit, org } = the();
      const site = await addSite();
      const names = [`org:${org}`, `site:${site.id}`];
      const viewer = view(`rooms=${names}&messages=delta`);
      await Promise.all(names.map((room) => viewer.next((m) => m.type === "snapshot" && m.room === room)));
      for (let i = 1; i <= 5; i++) {
        await visit(site);
        await viewer.next(tells(`org:${org}`, site, i));
      }
      for (const name of names) {
        const frames = viewer.heard.filter(({ room, seq }) => room === name && seq !== undefined);
        const numbers = frames.flatMap(({ seq }) => seq ?? []);
        const start = frames.findLastIndex(({ type }) => type === "snapshot");
        expect(frames.length - start).toBeGreaterThan(1);
        const after = numbers.slice(start);
        expect(after).toEqual(after.map((_, i) => (after[0] ?? 0) + i));
      }
    });

    test("of others, or that there are none of, are refused by name, and the socket stays in its own", async () => {
      const { view, visit, addSite, org } = the();
      const viewer = view(`rooms=org:${org}`);
      await viewer.next("snapshot");
      const foreign = [
        "org:of-others",
        "campus:of-others",
        "site:of-others",
        "heatmap:of-others",
        "kitchen:1",
        "",
        "org",
      ];
      viewer.say({ type: "subscribe", rooms: foreign });
      expect((await viewer.next("error")).data).toMatchObject({
        code: "not_allowed",
        message: expect.stringMatching(/\w/),
        rooms: foreign,
      });
      for (const wrong of [
        { type: "sing" },
        { type: "subscribe" },
        { type: "resume", rooms: [] },
        { type: "unsubscribe", rooms: 7 },
      ]) {
        viewer.say(wrong);
        expect((await viewer.next("error")).data).toMatchObject({
          code: expect.stringMatching(/^(unknown|invalid)_message$/),
        });
      }
      const site = await addSite();
      await visit(site);
      await viewer.next(tells(`org:${org}`, site, 1));
    });

    test("what a viewer of the organization does is shown to the others there", async () => {
      const { view, org, user } = the();
      const [actor, other] = [view(`rooms=org:${org}`), view(`rooms=org:${org}`)];
      await Promise.all([actor.next("snapshot"), other.next("snapshot")]);
      const fields = { action: "filter_applied", details: { filterType: "country", value: "India" } };
      actor.say({ type: "track_dashboard_action", data: fields });
      expect(await other.next("dashboard_action")).toMatchObject({
        room: `org:${org}`,
        data: { ...fields, user_id: user },
      });
    });

    test("an alert of a site is told in its group and its organization too", async () => {
      const { addSite, view, visit, org } = the();
      const group = await addGroup();
      const site = await addSite({ group_id: group });
      const viewer = view(`rooms=org:${org},group:${group},site:${site.id}`);
      await viewer.next((m) => m.type === "snapshot" && m.room === `site:${site.id}`);
      for (let i = 0; i < 11; i++) await visit(site);
      const ours = (m: Heard) => m.type === "alert" && m.data["level"] === "info";
      const told = [];
      for (const room of [`org:${org}`, `group:${group}`, `site:${site.id}`]) {
        told.push((await viewer.next((m) => ours(m) && m.room === room)).data["details"]);
      }
      expect(told).toEqual(Array(3).fill(expect.objectContaining({ visitors_last_minute: 11 })));
    });

    test("many at once that are not a site's are at most fifty", async () => {
      const { view } = the();
      const many = Array.from({ length: 51 }, (_, i) => `site:s${i}`);
      expect(await view(`rooms=${many}`).closed).toMatchObject({ code: 4400 });
    });
  });
}
