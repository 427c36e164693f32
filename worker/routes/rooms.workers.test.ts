import { createExecutionContext, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { orgStub } from "../../durable-objects/org/stub";
import { CLOSE } from "../../protocol/close-codes";
import { JOINS_PER_MINUTE, RIGHTS_INTERVAL, ROOMS_PER_SOCKET } from "../../protocol/limits";
import { holdClock } from "../hold-clock.fixture";
import { bearer, harness } from "../workers.fixture";
import { type Listener, roomsWorld } from "./rooms.fixture";

const { ask, makeKey, signIn } = harness(env, createExecutionContext);
const { orgObject, open, ticketBy, addSite, addGroup, visit, world } = roomsWorld(env, createExecutionContext);

describe("ROOM-1 who holds a socket", () => {
  test("rooms of one site: that site, which does not join others and stays", async () => {
    const { cookie, site_id, org } = await world();
    const socket = await open(cookie, [`building:${site_id}`]);
    expect(await socket.next((f) => f.type === "hello")).toMatchObject({ data: { rooms: [`site:${site_id}`] } });
    await socket.next((f) => f.type === "snapshot");
    socket.say({ type: "subscribe", rooms: [org] });
    expect(await socket.next((f) => f.type === "error")).toMatchObject({ data: { code: "use_org" } });
    await socket.join(`site:${site_id}`, `heatmap:${site_id}`);
    socket.say({ type: "unsubscribe", data: { rooms: [`site:${site_id}`] } });
    socket.say({ type: "sing" });
    await socket.next((f) => f.data?.code === "unknown_message");
    const before = socket.frames.length;
    await visit(site_id);
    await socket.join(`heatmap:${site_id}`);
    expect(socket.frames.slice(before).filter((f) => f.room === `site:${site_id}`)).toEqual([]);
    await socket.join(`site:${site_id}`);
    expect(socket.frames.at(-1)).toMatchObject({ type: "snapshot", data: { now: 1 } });
  });

  test("all others: the organization; rooms are joined and left at any time", async () => {
    const { cookie, org_id, site_id, org } = await world();
    const group = await addGroup(org_id);
    const inGroup = await addSite(org_id, group);
    const socket = await open(cookie);
    expect((await socket.next((f) => f.type === "hello")).data.rooms).toEqual([]);
    await socket.join(org, `group:${group}`, `site:${site_id}`, `heatmap:${org_id}`);
    const ofOrg = socket.frames.find((f) => f.room === org);
    expect(ofOrg?.data.sites.map((s: { site_id: string }) => s.site_id).sort()).toEqual([site_id, inGroup].sort());
    expect(socket.frames.find((f) => f.room === `heatmap:${org_id}`)?.data).toMatchObject({ cells: [] });
    await visit(inGroup);
    await socket.next((f) => f.room === `group:${group}` && f.data.sites?.[0]?.report?.now === 1);
    await visit(site_id);
    await socket.next((f) => f.room === `site:${site_id}` && f.data.now === 1);
    await socket.next(
      (f) => f.room === org && f.data.sites?.some((s: { report: { now: number } }) => s.report?.now === 1),
    );
    expect(
      socket.frames
        .filter((f) => f.room === `group:${group}`)
        .flatMap((f) => (f.data.sites ?? []).map((s: { site_id: string }) => s.site_id)),
    ).not.toContain(site_id);

    socket.say({ type: "unsubscribe", rooms: [org, `site:${site_id}`] });
    await socket.settle();
    const before = socket.frames.length;
    await visit(site_id);
    await visit(inGroup);
    await socket.next((f) => f.room === `group:${group}` && f.data.sites?.[0]?.report?.now === 2);
    expect(new Set(socket.frames.slice(before).map((f) => f.room))).toEqual(new Set([`group:${group}`]));
    socket.picture(org);
    socket.picture(`group:${group}`);
  });

  test("a site of which nothing is known has an empty picture, which its first event fills", async () => {
    const { cookie, site_id, org } = await world();
    const socket = await open(cookie, [org, `site:${site_id}`]);
    expect(await socket.next((f) => f.type === "snapshot" && f.room === `site:${site_id}`)).toMatchObject({
      data: { now: 0, first_event_at: null },
    });
    await visit(site_id);
    await socket.next((f) => f.room === `site:${site_id}` && f.data.now === 1);
  });

  test("a second one on the same organization's socket gets a picture of its own, the first misses nothing", async () => {
    const { cookie, site_id, org } = await world();
    const room = `site:${site_id}`;
    await visit(site_id);
    const one = await open(cookie, [org, room]);
    await one.next((f) => f.room === room && f.data.now === 1);
    await visit(site_id);
    await one.next((f) => f.room === room && f.data.now === 2);
    const two = await open(cookie, [room, org]);
    const first = await two.next((f) => f.room === room);
    expect(first).toMatchObject({ type: "snapshot", data: { now: 2 } });
    await visit(site_id);
    await Promise.all([one, two].map((s) => s.next((f) => f.room === room && f.data.now === 3)));
    for (const socket of [one, two]) {
      const seqs = socket.frames.filter((f) => f.room === room && f.seq !== undefined).map((f) => f.seq ?? 0);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      expect((seqs.at(-1) ?? 0) - (seqs[0] ?? 0)).toBe(seqs.length - 1);
    }
  });
});

test("ROOM-1 a room that is named many times, by whatever name, is joined once and has one picture", async () => {
  holdClock();
  const { cookie, site_id, org } = await world();
  const room = `site:${site_id}`;
  const names = Array.from({ length: 20 }, (_, i) => (i % 2 ? room : `building:${site_id}`));
  const pictures = ({ frames }: Listener) => frames.flatMap((f) => (f.type === "snapshot" ? [f.room] : []));
  const one = await open(cookie, names);
  expect((await one.next((f) => f.type === "hello")).data.rooms).toEqual([room]);
  one.say({ type: "sing" });
  await one.next((f) => f.data?.code === "unknown_message");
  expect(pictures(one)).toEqual([room]);
  const wide = await open(cookie, [org, org, org]);
  expect((await wide.next((f) => f.type === "hello")).data.rooms).toEqual([org]);
  wide.say({ type: "subscribe", rooms: [...names, ...names] });
  await wide.next((f) => f.type === "snapshot" && f.room === room);
  await wide.settle();
  expect(pictures(wide)).toEqual([org, room]);
  expect(wide.frames.filter((f) => f.data?.code === "rate_limited")).toEqual([]);
});

test("ROOM-2 who joins a site while its events flow begins with a picture and misses nothing", async () => {
  const { cookie, site_id, org } = await world();
  const room = `site:${site_id}`;
  await visit(site_id);
  const first = await open(cookie, [org, room]);
  await first.next((f) => f.room === room && f.data.now === 1);
  let flowing = true;
  const flow = (async () => {
    while (flowing) await visit(site_id);
  })();
  const others = [];
  for (let i = 0; i < 12; i++) {
    const socket = await open(cookie, [org]);
    socket.say({ type: "subscribe", rooms: [room] });
    others.push(socket);
    await scheduler.wait(40);
  }
  flowing = false;
  await flow;
  await visit(site_id);
  const { now } = (await (await open(cookie, [room])).next((f) => f.type === "snapshot")).data;
  for (const socket of [first, ...others]) {
    await socket.next((f) => f.room === room && f.data.now === now);
    const told = socket.frames.filter((f) => f.room === room && (f.type === "snapshot" || f.type === "delta"));
    expect(told[0]?.type).toBe("snapshot");
    for (const [i, frame] of told.entries()) {
      if (frame.type === "delta") expect(frame.seq).toBe((told[i - 1]?.seq ?? 0) + 1);
    }
  }
});

test("ROOM-2 alerts of a site reach its room, its group and its organization; those of a site that went elsewhere nobody", async () => {
  const { cookie, org_id, site_id, org } = await world();
  const group = await addGroup(org_id);
  const inGroup = await addSite(org_id, group);
  const socket = await open(cookie, [org, `group:${group}`, `site:${inGroup}`, `site:${site_id}`]);
  for (const room of [org, `group:${group}`]) await socket.next((f) => f.room === room);
  const alertOf = (site: string) => ({
    site_id: site,
    since: 1,
    run: `of ${site}`,
    first: 0,
    report: null,
    frames: [
      {
        type: "alert",
        text: JSON.stringify({ type: "alert", room: `site:${site}`, data: { of: site } }),
      },
    ],
  });
  const object = orgStub(env, org_id);
  for (const site of ["elsewhere", inGroup, site_id]) await object.hear(alertOf(site));
  await socket.next((f) => f.type === "alert" && f.room === `site:${site_id}`);
  await socket.settle();
  const alerts = socket.frames.filter((f) => f.type === "alert").map((f) => [f.room, f.data.of]);
  expect(alerts).toEqual([
    [`site:${inGroup}`, inGroup],
    [org, inGroup],
    [`group:${group}`, inGroup],
    [`site:${site_id}`, site_id],
    [org, site_id],
  ]);
});

describe("ROOM-3 rights", () => {
  test("two organizations side by side: no frame, no room and no word of the other", async () => {
    const [ann, bob] = [await world(), await world()];
    const group = await addGroup(bob.org_id);
    const [hers, his] = [
      await open(ann.cookie, [ann.org]),
      await open(bob.cookie, [bob.org, `site:${bob.site_id}`, bob.org]),
    ];
    await hers.next((f) => f.type === "snapshot");
    for (const [i, room] of [
      bob.org,
      `group:${group}`,
      `site:${bob.site_id}`,
      `heatmap:${bob.org_id}`,
      "site:nosuch",
      "org:nosuch",
      "nothing",
      "site:a,b",
    ].entries()) {
      hers.say({ type: "subscribe", rooms: [room] });
      const refusal = await hers.next((f) => f.type === "error" && f.data.rooms?.[0] === room);
      expect(refusal.data).toEqual({ code: "not_allowed", message: expect.any(String), rooms: [room] });
      expect(refusal.data.message, String(i)).toBe(hers.frames.find((f) => f.type === "error")?.data.message);
    }
    await his.next((f) => f.room === `site:${bob.site_id}` && f.type === "snapshot");
    await Promise.all([visit(ann.site_id), visit(bob.site_id), visit(bob.site_id)]);
    await his.next((f) => f.room === bob.org && f.data.sites?.[0]?.report?.now === 2);
    await hers.next((f) => f.room === ann.org && f.data.sites?.[0]?.report?.now === 1);
    const heard = JSON.stringify(hers.frames.filter((f) => f.type !== "error"));
    for (const secret of [bob.org_id, bob.site_id, group]) expect(heard).not.toContain(secret);
  });

  test("a foreign room at the upgrade closes with 4403, as one that does not exist", async () => {
    const [ann, bob] = [await world(), await world()];
    const closings = [];
    for (const room of [bob.org, "org:nosuch", `heatmap:${bob.org_id}`, `group:nosuch`, "whatever"]) {
      closings.push(await (await open(ann.cookie, [ann.org, room])).closed);
    }
    expect(new Set(closings.map(({ code }) => code))).toEqual(new Set([CLOSE.notAllowed]));
    expect(new Set(closings.map(({ reason }) => reason)).size).toBe(1);
    expect((await (await open("", [ann.org], {})).closed).code).toBe(CLOSE.notSignedIn);
    const many = Array.from({ length: ROOMS_PER_SOCKET + 1 }, (_, i) => `site:s${i}`);
    expect((await (await open(ann.cookie, many)).closed).code).toBe(CLOSE.unreadable);
  });

  test("a key of one site sees that site alone, one that may not read nothing, a ticket all rooms", async () => {
    const ann = await world();
    const other = await addSite(ann.org_id);
    const socket = await open("", [], bearer(await makeKey(ann, ["read"], ann.site_id)));
    await socket.join(`site:${ann.site_id}`, `heatmap:${ann.site_id}`);
    for (const room of [ann.org, `site:${other}`, `heatmap:${ann.org_id}`]) {
      socket.say({ type: "subscribe", rooms: [room] });
      await socket.next((f) => f.data?.code === "not_allowed" && f.data.rooms[0] === room);
    }
    expect((await (await open("", [], bearer(await makeKey(ann, ["ingest"])))).closed).code).toBe(CLOSE.notAllowed);
    const all = await open("", [], bearer(await makeKey(ann, ["read"])));
    await all.join(ann.org, `site:${other}`);

    const reply = await ask("/api/realtime/ticket", { method: "POST", headers: bearer(ann.token) });
    const { ticket } = (await reply.json<{ data: { ticket: string } }>()).data;
    const offer = { "Sec-WebSocket-Protocol": `footfall.v1, ${ticket}` };
    const byTicket = await open("", [ann.org, `site:${other}`], offer);
    await byTicket.next((f) => f.type === "snapshot" && f.room === ann.org);
    await byTicket.join(`heatmap:${ann.org_id}`);
    expect((await (await open("", [ann.org], offer)).closed).code).toBe(CLOSE.notSignedIn);
  });

  test("rooms and joins of one socket are bounded", async () => {
    holdClock();
    const ann = await world();
    const sites = await Promise.all(Array.from({ length: ROOMS_PER_SOCKET + 2 }, () => addSite(ann.org_id)));
    const socket = await open(ann.cookie);
    const rooms = sites.map((id) => `heatmap:${id}`);
    socket.say({ type: "subscribe", rooms });
    const full = await socket.next((f) => f.data?.code === "too_many_rooms");
    expect(full.data.rooms).toEqual(rooms.slice(ROOMS_PER_SOCKET));
    for (let i = 0; i < 4; i++) socket.say({ type: "subscribe", rooms: rooms.slice(0, ROOMS_PER_SOCKET) });
    const late = await socket.next((f) => f.data?.code === "too_many_joins");
    expect(late.data.rooms.length).toBeGreaterThan(0);
    expect(JOINS_PER_MINUTE).toBeLessThan(ROOMS_PER_SOCKET * 5);
  });
});

/** The alarm of both objects after some time, milliseconds. */
async function later(ann: { org_id: string; site_id: string }, ms = 31_000): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  await runDurableObjectAlarm(orgObject(ann.org_id));
  await runDurableObjectAlarm(env.SITE.getByName(ann.site_id));
}

describe("ROOM-4 rights that end", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function sockets() {
    const ann = await world();
    const key = await makeKey(ann, ["read"]);
    const second = await signIn(ann);
    const ways: Record<string, Record<string, string>> = {
      session: { Cookie: ann.cookie },
      other: { Cookie: second.cookie },
      token: bearer(ann.token),
      key: bearer(key),
      ticket: { Cookie: ann.cookie },
      token_ticket: bearer(ann.token),
    };
    const opened: { by: string; held: "org" | "site"; socket: Listener }[] = [];
    for (const [by, headers] of Object.entries(ways)) {
      for (const [held, room] of [
        ["org", ann.org],
        ["site", `site:${ann.site_id}`],
      ] as const) {
        const shown = by.endsWith("ticket")
          ? { "Sec-WebSocket-Protocol": `footfall.v1, ${await ticketBy(headers)}` }
          : headers;
        const socket = await open("", [room], shown);
        await socket.next((f) => f.type === "snapshot");
        opened.push({ by, held, socket });
      }
    }
    const codes = (ways: string[]) =>
      Promise.all(opened.filter(({ by }) => ways.includes(by)).map(async ({ socket }) => (await socket.closed).code));
    return { ann, codes, opened };
  }

  test("a session that was logged out, a revoked key, then the membership, for sockets of both objects", async () => {
    const { ann, codes, opened } = await sockets();
    await later(ann);
    expect(await ask("/api/auth/logout", { method: "POST", headers: { Cookie: ann.cookie } })).toMatchObject({
      status: 204,
    });
    await env.DB.prepare("UPDATE api_keys SET revoked_at = 1 WHERE org_id = ?").bind(ann.org_id).run();
    await later(ann);
    expect(await codes(["session", "ticket", "key"])).toEqual(Array(6).fill(CLOSE.notSignedIn));
    await visit(ann.site_id);
    vi.setSystemTime(Date.now() + 1_000);
    for (const { by, held, socket } of opened) {
      if (by === "session" || by === "ticket" || by === "key") continue;
      await socket.next((f) => (held === "site" ? f.data.now === 1 : f.data.sites?.[0]?.report?.now === 1));
    }
    await env.DB.prepare("DELETE FROM memberships WHERE org_id = ?").bind(ann.org_id).run();
    await later(ann);
    expect(await codes(["other", "token", "token_ticket"])).toEqual(Array(6).fill(CLOSE.notAllowed));
  });

  test("a site that is deleted, or moved to another organization, and a group", async () => {
    const { ann, opened } = await sockets();
    const bob = await world();
    const group = await addGroup(ann.org_id);
    const inGroup = await addSite(ann.org_id, group);
    const socket = await open(ann.cookie);
    await socket.join(ann.org, `site:${ann.site_id}`, `group:${group}`);
    await env.DB.batch([
      env.DB.prepare("UPDATE sites SET org_id = ? WHERE id = ?").bind(bob.org_id, ann.site_id),
      env.DB.prepare("UPDATE sites SET group_id = NULL WHERE id = ?").bind(inGroup),
      env.DB.prepare("DELETE FROM site_groups WHERE id = ?").bind(group),
    ]);
    await later(ann);
    const lost = await socket.next((f) => f.data?.code === "not_allowed");
    expect(lost.data.rooms.sort()).toEqual([`site:${ann.site_id}`, `group:${group}`].sort());
    for (const { held, socket } of opened)
      if (held === "site") expect((await socket.closed).code).toBe(CLOSE.notAllowed);
    await socket.next((f) => f.room === ann.org && f.data.sites?.length === 1 && f.data.sites[0].site_id === inGroup);
    const before = socket.frames.length;
    await visit(ann.site_id);
    vi.setSystemTime(Date.now() + 1_000);
    await visit(inGroup);
    vi.setSystemTime(Date.now() + 1_000);
    await socket.next((f) => f.room === ann.org && f.data.sites?.[0]?.report?.now === 1);
    expect(JSON.stringify(socket.frames.slice(before))).not.toContain(ann.site_id);

    await env.DB.prepare("UPDATE sites SET deleted_at = 1 WHERE id = ?").bind(inGroup).run();
    await later(ann);
    await socket.next((f) => f.room === ann.org && f.type === "snapshot" && f.data.sites.length === 0);
  });

  test("are looked at in time by an organization's object whose clock was set back", async () => {
    const ann = await world();
    const start = Date.now();
    vi.setSystemTime(start + 3_600_000);
    await open(ann.cookie, [ann.org]);
    vi.setSystemTime(start);
    await open(ann.cookie, [ann.org]);
    const alarm = await runInDurableObject(orgObject(ann.org_id), (_, state) => state.storage.getAlarm());
    expect(alarm).toBe(start + RIGHTS_INTERVAL);
  });

  test("are looked at by each alarm of an organization's object, also after one that took its time", async () => {
    const ann = await world();
    const socket = await open(ann.cookie, [ann.org]);
    await socket.next((f) => f.type === "snapshot");
    const object = orgObject(ann.org_id);
    const alarmInTime = async () => {
      const at = await runInDurableObject(object, (_, state) => state.storage.getAlarm());
      vi.setSystemTime(at ?? 0);
      await runDurableObjectAlarm(object);
    };
    await runInDurableObject(object, (_, { storage }) => {
      const setAlarm = storage.setAlarm.bind(storage);
      vi.spyOn(storage, "setAlarm").mockImplementationOnce(async (at) => {
        await setAlarm(at);
        vi.setSystemTime(Date.now() + 5);
      });
    });
    await alarmInTime();
    await env.DB.prepare("DELETE FROM memberships WHERE org_id = ?").bind(ann.org_id).run();
    await alarmInTime();
    expect((await socket.closed).code).toBe(CLOSE.notAllowed);
  });

  test("a token's socket ends with the token, as one by a ticket that the token asked for", async () => {
    const { ann, codes, opened } = await sockets();
    await later(ann, 3_601_000);
    expect(await codes(["token", "token_ticket"])).toEqual(Array(4).fill(CLOSE.notSignedIn));
    await visit(ann.site_id);
    vi.setSystemTime(Date.now() + 1_000);
    for (const { by, held, socket } of opened) {
      if (!by.startsWith("token"))
        await socket.next((f) => (held === "site" ? f.data.now : f.data.sites?.[0]?.report?.now) === 1);
    }
  });
});

interface Detailed {
  now: number;
  connections: number;
  summary: { total_active: number };
  today: { page_views: number; events: number };
}

describe("ROOM-2 what the organization sees", () => {
  test("numbers are the sum of the sites' own at a quiet moment, through the eviction of every object", async () => {
    const ann = await world();
    const sites = [ann.site_id, ...(await Promise.all([1, 2, 3].map(() => addSite(ann.org_id))))];
    const socket = await open(ann.cookie, [ann.org]);
    await socket.next((f) => f.type === "snapshot");
    const quiet = async () => {
      const reply = await ask(`/api/analytics/detailed?org=${ann.org_id}`, { headers: { Cookie: ann.cookie } });
      const { now, connections, summary, today } = (await reply.json<{ data: Detailed }>()).data;
      const rest = {
        now,
        connections,
        active: summary.total_active,
        page_views: today.page_views,
        events: today.events,
      };
      const told = () => Object.fromEntries(Object.keys(rest).map((field) => [field, sum(field)]));
      await socket.next(() => JSON.stringify(told()) === JSON.stringify(rest), JSON.stringify(rest));
    };
    const sum = (field: string) =>
      [...socket.picture(ann.org).values()].reduce(
        (total, { report }) => total + (report?.[field] ?? report?.today[field] ?? 0),
        0,
      );
    for (const [i, site] of sites.entries()) for (let n = 0; n <= i; n++) await visit(site, 3);
    await quiet();
    expect(sum("now")).toBe(10);
    await evictDurableObject(orgObject(ann.org_id));
    for (const site of sites) await visit(site);
    await quiet();
    for (const site of sites) await evictDurableObject(env.SITE.getByName(site));
    for (const site of sites) await visit(site);
    await quiet();
    await evictDurableObject(orgObject(ann.org_id));
    for (const site of sites) await evictDurableObject(env.SITE.getByName(site));
    for (const site of sites) await visit(site);
    await quiet();
    expect(sum("now")).toBe(22);
  });

  test("a count falls there too when its time has come, though the site's object sleeps", async () => {
    const ann = await world();
    const socket = await open(ann.cookie, [ann.org]);
    await socket.next((f) => f.type === "snapshot");
    const start = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: start });
    try {
      await visit(ann.site_id);
      await socket.next((f) => f.data.sites?.[0]?.report?.now === 1);
      const site = env.SITE.getByName(ann.site_id);
      const nextAlarm = () => runInDurableObject(site, (_, state) => state.storage.getAlarm());
      for (let at = await nextAlarm(); at !== null && at < start + 78_000; at = await nextAlarm()) {
        vi.setSystemTime(at);
        await runDurableObjectAlarm(site);
      }
      await socket.next(
        (f) => f.type === "delta" && f.data.sites?.[0]?.report?.now === 0 && f.data.sites[0].report.active === 1,
      );
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("VIEWER-10 what is done on a dashboard of an organization", () => {
  test("is told to the others in its rooms, each once, and is one row, also where D1 was away", async () => {
    const ann = await world();
    const [actor, both, elsewhere] = [
      await open(ann.cookie, [ann.org, `site:${ann.site_id}`]),
      await open(ann.cookie, [ann.org, `site:${ann.site_id}`]),
      await open(ann.cookie, [`heatmap:${ann.org_id}`]),
    ];
    await Promise.all([actor, both, elsewhere].map((one) => one.next((f) => f.type === "snapshot")));
    actor.say({ type: "track_dashboard_action", action: "sorted", details: { by: "name" } });
    const shown = await both.next((f) => f.type === "dashboard_action");
    expect(shown).toMatchObject({
      room: ann.org,
      data: { action: "sorted", details: { by: "name" }, user_id: ann.user_id },
    });
    await Promise.all([actor, both, elsewhere].map((one) => one.settle()));
    const count = (one: Listener) => one.frames.filter((f) => f.type === "dashboard_action").length;
    expect([actor, both, elsewhere].map(count)).toEqual([0, 1, 0]);

    const object = orgObject(ann.org_id);
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    await runInDurableObject(object, (org) => {
      const refuses = (sql: string) => {
        if (sql.startsWith("INSERT INTO audit")) throw new Error("D1 is overloaded.");
        return env.DB.prepare(sql);
      };
      const batch = (statements: D1PreparedStatement[]) => env.DB.batch(statements);
      Reflect.set(org, "env", { ...env, DB: { batch, prepare: refuses } });
    });
    for (const { socket } of [actor, both, elsewhere]) socket.close(1000);
    await Promise.all([actor, both, elsewhere].map(({ closed }) => closed));
    await runDurableObjectAlarm(object);
    expect(log).toHaveBeenCalledWith(expect.stringContaining("audit_not_written"));
    log.mockRestore();
    await runInDurableObject(object, (org) => {
      Reflect.set(org, "env", env);
    });
    expect(await runDurableObjectAlarm(object)).toBe(true);
    const rows = await env.DB.prepare("SELECT action, details, user_id, site_id FROM audit WHERE org_id = ?")
      .bind(ann.org_id)
      .all();
    expect(rows.results).toEqual([{ action: "sorted", details: '{"by":"name"}', user_id: ann.user_id, site_id: "" }]);
    expect(await runDurableObjectAlarm(object)).toBe(false);
  });
});
