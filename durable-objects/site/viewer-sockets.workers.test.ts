import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { Frame } from "../../protocol/frame";
import { AUDIT_WAITING } from "../../protocol/limits";
import { AuditTrail } from "../audit-trail";
import { batchOf, freshSites, view, watching } from "./site.fixture";

afterEach(() => {
  vi.useRealTimers();
});

const freshSite = freshSites(env);
const watch = watching(env);

const hasEvent = (path: string) => (frame: Frame) => frame.type === "visitor_update" && frame.data.event.page === path;
const hasFeed = (path: string) => (frame: Frame) =>
  frame.type === "delta" && frame.data.feed?.some((item) => item.path === path) === true;

test("VIEWER-7 after eviction the first event is told to programs of single messages, and nothing of before is", async () => {
  const { stub, object, facts } = freshSite();
  const viewer = await watch(stub, facts, { messages: ["visitor_update", "session_activity"] });
  await stub.ingest(batchOf(facts, "t1", [view(0, "/before")], "ann"));
  await viewer.next(hasEvent("/before"));
  await evictDurableObject(object);
  await stub.ingest(batchOf(facts, "t2", [view(0, "/after")], "bob"));
  expect(await viewer.next(hasEvent("/after"))).toMatchObject({
    data: { events: 1, stats: { total_active: 2, total_today: 2 } },
  });
  await viewer.next((f) => f.type === "session_activity" && f.data.current_page === "/after");
  expect(viewer.frames.filter(hasEvent("/before"))).toHaveLength(1);
  expect(viewer.frames.filter((f) => f.type === "session_activity")).toHaveLength(2);
  // The second is the one with which the room began anew.
  await viewer.next((f) => f.type === "snapshot" && f !== viewer.frames[1]);
});

test("VIEWER-11 whose message came to nothing is told so, and the socket goes on", async () => {
  const { stub, object, facts } = freshSite();
  const viewer = await watch(stub, facts, { messages: ["delta"] });
  const run = (sql: string) => runInDurableObject(object, (_site, ctx) => void ctx.storage.sql.exec(sql));
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  await run("ALTER TABLE audit_waiting RENAME TO away");
  viewer.socket.send(JSON.stringify({ type: "track_dashboard_action", action: "a", details: {} }));
  expect(await viewer.next((f) => f.type === "error")).toMatchObject({ data: { code: "unavailable" } });
  await run("ALTER TABLE away RENAME TO audit_waiting");
  expect(log.mock.calls.map(([line]) => JSON.parse(line).event)).toEqual(["viewer_message_failed"]);
  log.mockRestore();
  viewer.socket.send(JSON.stringify({ type: "request_detailed_stats", id: "next" }));
  expect(await viewer.next((f) => f.type === "detailed_stats")).toMatchObject({ data: { id: "next" } });
});

test("VIEWER-7 an object that wakes to look at rights says nothing where nobody is left; what time brings it tells", async () => {
  const { stub, object, facts } = freshSite();
  // The next noon: no day begins within the half hour that this goes on.
  const minute = Math.ceil(Date.now() / 86_400_000) * 86_400_000 + 43_200_000;
  vi.useFakeTimers({ toFake: ["Date"], now: minute + 1_000 });
  const viewer = await watch(stub, facts);
  await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
  vi.setSystemTime(minute + 2_000);
  await viewer.next(hasFeed("/a"));
  /** Sleeps, and wakes by the alarm so many seconds later. */
  const wakes = async (second: number) => {
    await evictDurableObject(object);
    vi.setSystemTime(minute + second * 1_000);
    const before = viewer.frames.length;
    await runDurableObjectAlarm(object);
    // An answer comes after whatever was said before it.
    viewer.socket.send(JSON.stringify({ type: "request_detailed_stats", id: `${second}` }));
    await viewer.next((f) => f.type === "detailed_stats" && f.data.id === `${second}`);
    return viewer.frames.slice(before).filter(({ type }) => type !== "detailed_stats");
  };
  // The flush, the snapshot after it, the look at rights: after that no timer keeps the object awake.
  for (const second of [12, 24, 46]) {
    vi.setSystemTime(minute + second * 1_000);
    await runDurableObjectAlarm(object);
  }
  await wakes(60.1);
  // The visitor counts as here for 75 s.
  const fell = await wakes(77);
  expect(fell).toContainEqual(expect.objectContaining({ type: "snapshot", data: expect.objectContaining({ now: 0 }) }));
  // A sign of life is forgotten in the next sleep: that it was the last one is told all the same.
  vi.setSystemTime(minute + 400_000);
  const told = viewer.frames.length;
  await stub.ingest({ ...batchOf(facts, "t1", [], "ann"), ping: true });
  const isBack = (now: number) => (f: Frame) =>
    viewer.frames.indexOf(f) >= told && (f.type === "snapshot" || f.type === "delta") && f.data.now === now;
  await viewer.next(isBack(1));
  await wakes(480);
  await viewer.next(isBack(0));
  // The session's end, and the snapshot after it.
  for (const second of [1_900, 2_300]) {
    await evictDurableObject(object);
    vi.setSystemTime(minute + second * 1_000);
    await runDurableObjectAlarm(object);
  }
  for (const second of [2_400, 2_430, 2_460, 3_000]) expect(await wakes(second)).toEqual([]);
});

test("VIEWER-8 a minute that closes while the object sleeps is told by the alarm, once", async () => {
  const { stub, object, facts } = freshSite();
  const minute = Math.ceil(Date.now() / 60_000) * 60_000;
  vi.useFakeTimers({ toFake: ["Date"], now: minute + 1_000 });
  const taker = await watch(stub, facts, { messages: ["aggregates"] });
  await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
  const isClosed = (window: string, path: string) => (f: Frame) =>
    f.type === "aggregates" && f.data.window === window && path in f.data.routes;
  // The flush, the snapshot after it, the look at rights: after that nothing else waits.
  for (const after of [12_000, 24_000, 46_000]) {
    vi.setSystemTime(minute + after);
    await runDurableObjectAlarm(object);
  }
  await taker.next(isClosed("5s", "/a"));
  const alarm = await runInDurableObject(object, (_site, ctx) => ctx.storage.getAlarm());
  expect((alarm ?? 0) - minute).toBe(60_000);
  await evictDurableObject(object);
  vi.setSystemTime(minute + 60_100);
  await runDurableObjectAlarm(object);
  expect(await taker.next(isClosed("60s", "/a"))).toMatchObject({
    data: { at: new Date(minute).toISOString(), events: 1, users: 1 },
  });
  await evictDurableObject(object);
  vi.setSystemTime(minute + 75_000);
  await stub.ingest(batchOf(facts, "t2", [view(0, "/b")], "bob"));
  vi.setSystemTime(minute + 77_000);
  await taker.next(isClosed("1s", "/b"));
  expect(taker.frames.filter((f) => f.type === "aggregates").map(({ data }) => data.window)).toEqual([
    "1s",
    "5s",
    "60s",
    "1s",
  ]);
});

test("VIEWER-12 after eviction frames are gone: a resume is answered by the whole picture with a greater number", async () => {
  const { stub, object, facts } = freshSite();
  const stays = await watch(stub, facts);
  await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
  const first = await stays.next(hasFeed("/a"));
  const seen = "seq" in first ? (first.seq ?? 0) : 0;
  const warm = await watch(stub, facts, { seen });
  await stub.ingest(batchOf(facts, "t1", [view(1, "/b")], "ann"));
  await warm.next(hasFeed("/b"));
  expect(warm.frames.some((f) => f.type === "snapshot")).toBe(false);
  await evictDurableObject(object);
  const cold = await watch(stub, facts, { seen });
  expect(await cold.next((f) => f.type === "snapshot")).toMatchObject({ data: { active: 1 } });
  const numbers = cold.frames.flatMap((f) => ("seq" in f && f.seq !== undefined ? [f.seq] : []));
  expect(Math.min(...numbers)).toBeGreaterThan(seen + 1);
});

test("VIEWER-12 who comes back as the only one hears of a count that fell by time alone", async () => {
  const { stub, facts } = freshSite();
  const start = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  const leaves = await watch(stub, facts, { messages: ["delta"] });
  await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
  const told = await leaves.next(hasFeed("/a"));
  const seen = "seq" in told ? (told.seq ?? 0) : 0;
  vi.setSystemTime(start + 60_000);
  leaves.socket.close(1000, "done");
  await leaves.closed;
  vi.setSystemTime(start + 80_000);
  const back = await watch(stub, facts, { messages: ["delta"], seen });
  expect(await back.next((f) => f.type === "delta" && f.data.now === 0)).toMatchObject({ seq: seen + 1 });
  expect(back.frames.some((f) => f.type === "snapshot")).toBe(false);
});

test("VIEWER-10 an action names the site's own room, or none", async () => {
  const { stub, facts, site_id } = freshSite();
  const [actor, other] = [await watch(stub, facts), await watch(stub, facts)];
  const act = (action: string, room: string) =>
    actor.socket.send(JSON.stringify({ type: "track_dashboard_action", action, room }));
  act("foreign", "site:foreign");
  act("own", `building:${site_id}`);
  await actor.next((f) => f.type === "error" && f.data.code === "not_in_room");
  await other.next((f) => f.type === "dashboard_action");
  const told = other.frames.flatMap((f) => (f.type === "dashboard_action" ? [f.data.action] : []));
  expect(told).toEqual(["own"]);
});

test("VIEWER-10 an action is one row, whatever D1 answers, also over an eviction", async () => {
  const { stub, object, facts, site_id } = freshSite();
  const [actor, other] = [await watch(stub, facts), await watch(stub, facts)];
  actor.socket.send(JSON.stringify({ type: "track_dashboard_action", action: "a", details: { n: 1 } }));
  await other.next((f) => f.type === "dashboard_action");
  await evictDurableObject(object);
  let writes = 0;
  await runInDurableObject(object, (site) => {
    const lossy = {
      batch: (statements: D1PreparedStatement[]) => env.DB.batch(statements),
      prepare: (sql: string) => {
        const statement = env.DB.prepare(sql);
        if (!sql.startsWith("INSERT INTO audit")) return statement;
        // Written, and the answer is lost.
        const run = async (...values: unknown[]) => {
          await statement.bind(...values).run();
          writes++;
          throw new Error("Network connection lost.");
        };
        return { bind: (...values: unknown[]) => ({ run: () => run(...values) }) };
      },
    };
    Reflect.set(site, "env", { ...env, DB: lossy });
  });
  await runDurableObjectAlarm(object);
  expect(writes).toBe(1);
  await runInDurableObject(object, (site) => {
    Reflect.set(site, "env", env);
  });
  await runDurableObjectAlarm(object);
  const rows = await env.DB.prepare("SELECT action, details, user_id, org_id FROM audit WHERE site_id = ?")
    .bind(site_id)
    .all();
  expect(rows.results).toEqual([{ action: "a", details: '{"n":1}', user_id: "u", org_id: "o" }]);
  await runInDurableObject(object, (_site, ctx) => {
    expect(new AuditTrail(ctx.storage.sql).waits()).toBe(false);
  });
});

test("VIEWER-10 what waits for D1 is bounded, and all of it is written when D1 is back", async () => {
  const { object } = freshSite();
  const org_id = crypto.randomUUID();
  await runInDurableObject(object, async (_site, ctx) => {
    const trail = new AuditTrail(ctx.storage.sql);
    const row = { org_id, site_id: "s", user_id: "u", action: "x", details: "{}" };
    for (let i = 0; i < AUDIT_WAITING; i++) expect(trail.add({ ...row, at: i, id: `${i}` })).toBe(true);
    expect(trail.add({ ...row, at: 0, id: "over" })).toBe(false);
    await trail.flush(env.DB);
    expect(trail.waits()).toBe(false);
  });
  const stored = await env.DB.prepare("SELECT count(*) AS n FROM audit WHERE org_id = ?").bind(org_id).first();
  expect(stored).toEqual({ n: AUDIT_WAITING });
});

test("VIEWER-10 what D1 refuses is set aside alone", async () => {
  const { object } = freshSite();
  const org_id = crypto.randomUUID();
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  await runInDurableObject(object, async (_site, ctx) => {
    const trail = new AuditTrail(ctx.storage.sql);
    const row = { org_id, site_id: "s", user_id: "u", action: "x" };
    for (let i = 0; i < 9; i++) trail.add({ ...row, at: i, id: `${i}`, details: i === 4 ? "no JSON" : "{}" });
    await trail.flush(env.DB);
    expect(trail.waits()).toBe(false);
    const aside = ctx.storage.sql.exec("SELECT row ->> 'id' AS id FROM audit_set_aside").toArray();
    expect(aside).toEqual([{ id: "4" }]);
  });
  const told = log.mock.calls.map(([line]) => JSON.parse(line));
  log.mockRestore();
  expect(told).toEqual([{ level: "error", event: "audit_refused", what: "set_aside" }]);
  const stored = await env.DB.prepare("SELECT id FROM audit WHERE org_id = ? ORDER BY at").bind(org_id).all();
  expect(stored.results.map(({ id }) => id)).toEqual(["0", "1", "2", "3", "5", "6", "7", "8"]);
});

test("VIEWER-10 actions that D1 does not take hold up no flush of events, and are tried again", async () => {
  const { stub, object, facts } = freshSite();
  const [actor, other] = [await watch(stub, facts), await watch(stub, facts)];
  actor.socket.send(JSON.stringify({ type: "track_dashboard_action", action: "a", details: {} }));
  await other.next((f) => f.type === "dashboard_action");
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  await env.DB.exec("ALTER TABLE audit RENAME TO audit_away");
  await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
  await runDurableObjectAlarm(object);
  await env.DB.exec("ALTER TABLE audit_away RENAME TO audit");
  const told = log.mock.calls.map(([line]) => JSON.parse(line).event);
  log.mockRestore();
  expect(told).toEqual(["audit_not_written"]);
  expect(await stub.status()).toMatchObject({ flush: { batches: 1, failures: 0 }, errors: { flush: 0 } });
  // The alarm that this set.
  expect(await runDurableObjectAlarm(object)).toBe(true);
  await runInDurableObject(object, (_site, ctx) => {
    expect(new AuditTrail(ctx.storage.sql).waits()).toBe(false);
  });
});

test("VIEWER-7 with very many viewers a frame names few sessions, so that sends stay bounded", async () => {
  const { stub, facts } = freshSite();
  const viewers = await Promise.all(
    Array.from({ length: 400 }, () => watch(stub, facts, { messages: ["session_activity"] })),
  );
  await Promise.all(viewers.map(({ next }) => next((f) => f.type === "snapshot")));
  await Promise.all(
    Array.from({ length: 60 }, (_, i) => stub.ingest(batchOf(facts, `t${i}`, [view(0, `/${i}`)], `ua${i}`))),
  );
  const first = viewers[0];
  if (!first) throw new Error("There are 400.");
  await first.next((f) => f.type === "session_activity" && f.seq !== undefined && f.data.current_page !== "/0");
  const perFrame = new Map<number, number>();
  let open = 0;
  for (const frame of first.frames) {
    if (frame.type !== "session_activity") continue;
    open++;
    if (frame.seq === undefined) continue;
    perFrame.set(frame.seq, open);
    open = 0;
  }
  expect(Math.max(...perFrame.values())).toBeLessThanOrEqual(5);
});
