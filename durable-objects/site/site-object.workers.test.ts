import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { AE_LIMITS } from "../../protocol/analytics-engine";
import type { SiteEvent } from "../../protocol/event";
import type { Frame } from "../../protocol/frame";
import { SESSION_TIMEOUT, SNAPSHOT_INTERVAL_JOURNALED } from "../../protocol/limits";
import { DailyIdentity } from "./identity";
import { limitedD1, limitedDataset } from "./limits.fixture";
import type { Marks } from "./model/marks";
import { eventsTable } from "./sinks/events-table";
import { batchOf, dimensions, freshSites, view, watching } from "./site.fixture";
import { SiteStore } from "./store";
import type { SiteStub } from "./stub";

const freshSite = freshSites(env);
const watch = watching(env);

async function storedEvents(site_id: string): Promise<number> {
  const row = await env.DB.prepare(`SELECT COUNT(*) AS n FROM ${eventsTable(Date.now())} WHERE site_id = ?`)
    .bind(site_id)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

async function total(stub: SiteStub, key: "events" | "page_views" | "sessions" | "visitors") {
  const rows = await stub.openRollups();
  return rows.filter((r) => r.dimension === "total").reduce((sum, r) => sum + r[key], 0);
}

describe("counting once", () => {
  test("COUNT-6 ten copies of one batch at once count once", async () => {
    const { stub, facts, site_id } = freshSite();
    const batch = batchOf(facts, "t", [view(0), view(1, "/a"), view(2, "/a", "click")]);
    const replies = await Promise.all(Array.from({ length: 10 }, () => stub.ingest(batch)));
    expect(replies.map((r) => (r.ok ? r.count : -1)).sort((a, b) => b - a)).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(new Set(replies.map((r) => (r.ok ? r.session_id : "refused"))).size).toBe(1);
    await stub.flush();
    expect(await storedEvents(site_id)).toBe(3);
    expect(await total(stub, "events")).toBe(3);
  });

  test("COUNT-6 thousands of marks that are saved at once are all read back", async () => {
    const { object } = freshSite();
    const idsTo = (count: number) => new Set(Array.from({ length: count }, (_, i) => i));
    await runInDurableObject(object, (_, state) => {
      const store = new SiteStore(state.storage.sql);
      for (const [count, saved, last] of [
        [500, 0, 9],
        [3_500, 500, 20],
        [3_500, 3_500, 30],
        [4_000, 3_500, 40],
      ] as const) {
        const marks: Marks = { seq: [[0, last]], ids: idsTo(count) };
        store.saveMarks("s:x", marks, saved, Date.now());
        expect(store.marks("s:x")).toEqual(marks);
      }
    });
  });

  test("LEAF-7 a Worker of older code, which says nothing of leaves, changes nothing and writes nothing", async () => {
    const { stub, object, facts } = freshSite();
    const newer = { ...facts, leaves: 3 };
    // As it comes over RPC.
    const older: typeof facts = JSON.parse(JSON.stringify({ ...facts, leaves: undefined }));
    let seq = 0;
    const sendAs = (by: typeof facts) => stub.ingest(batchOf(by, "t", [view(seq++)]));
    expect((await sendAs(older)).leaves).toBe(1);
    expect((await sendAs(newer)).leaves).toBe(3);
    const stored = () =>
      runInDurableObject(object, (_, { storage }) => {
        const [row] = storage.sql.exec("SELECT value FROM meta WHERE name = 'facts'").toArray();
        return JSON.parse(String(row?.value));
      });
    const written = vi.spyOn(SiteStore.prototype, "setMeta");
    onTestFinished(() => written.mockRestore());
    await sendAs(older);
    await sendAs(newer);
    expect(written.mock.calls.filter(([name]) => name === "facts")).toEqual([]);
    expect(await stored()).toEqual(newer);
  });

  test("COUNT-1 an acknowledged event is read by session before and after the flush, and after eviction", async () => {
    const { stub, object, facts } = freshSite();
    const reply = await stub.ingest(batchOf(facts, "t", [view(0), view(1, "/a")]));
    if (!reply.ok || reply.session_id === null) throw new Error("Not taken.");
    const before = await stub.sessionTail(reply.session_id);
    expect(before.events.map((e) => e.n)).toEqual([0, 1]);
    await evictDurableObject(object);
    const evicted = await stub.sessionTail(reply.session_id);
    expect(evicted.events.map((e) => e.n)).toEqual([0, 1]);
    expect(evicted.session?.page_views).toBe(2);
    await stub.flush();
    expect((await stub.sessionTail(reply.session_id)).events).toEqual([]);
  });

  test("COUNT-4 a commit whose answer is lost is not written again", async () => {
    const { stub, object, facts, site_id } = freshSite();
    await stub.ingest(batchOf(facts, "t", [view(0), view(1)]));
    await runInDurableObject(object, async (site) => {
      const real = env.DB;
      const lossy = {
        prepare: (sql: string) => real.prepare(sql),
        batch: async (statements: D1PreparedStatement[]) => {
          await real.batch(statements);
          throw new Error("Network connection lost.");
        },
      };
      Reflect.set(site, "env", { ...env, DB: lossy });
      await expect(site.flush()).rejects.toThrow("Network connection lost");
      Reflect.set(site, "env", env);
    });
    await stub.ingest(batchOf(facts, "t", [view(2)]));
    await stub.flush();
    expect(await storedEvents(site_id)).toBe(3);
  });

  test("COUNT-5 while D1 refuses, events are taken; the alarm writes them when it is back", async () => {
    const { stub, object, facts, site_id } = freshSite();
    await runInDurableObject(object, (site) => {
      const refusing = {
        prepare: (sql: string) => env.DB.prepare(sql),
        batch: () => Promise.reject(new Error("D1 is overloaded.")),
      };
      Reflect.set(site, "env", { ...env, DB: refusing });
    });
    expect(await stub.ingest(batchOf(facts, "t", [view(0)]))).toMatchObject({ ok: true, count: 1 });
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await stub.ingest(batchOf(facts, "t", [view(1)]))).toMatchObject({ ok: true, count: 1 });
    await runInDurableObject(object, (site) => {
      Reflect.set(site, "env", env);
    });
    expect(await runDurableObjectAlarm(object)).toBe(true);
    expect(await storedEvents(site_id)).toBe(2);
  });

  test("a batch that was cut before a crash is written under its own number, once", async () => {
    const { stub, object, facts, site_id } = freshSite();
    await stub.ingest(batchOf(facts, "t", [view(0)]));
    await runInDurableObject(object, async (site) => {
      const lossy = {
        prepare: (sql: string) => env.DB.prepare(sql),
        batch: () => Promise.reject(new Error("Network connection lost.")),
      };
      Reflect.set(site, "env", { ...env, DB: lossy });
      await expect(site.flush()).rejects.toThrow();
    });
    await evictDurableObject(object);
    await stub.ingest(batchOf(facts, "t", [view(1)]));
    await stub.flush();
    expect(await storedEvents(site_id)).toBe(2);
    const { results } = await env.DB.prepare("SELECT batch, events FROM flush_log WHERE object = ? ORDER BY batch")
      .bind(object.id.toString())
      .all();
    // Each flush removes the rows before its own: two numbers were used, one for each batch.
    expect(results).toEqual([{ batch: 2, events: 1 }]);
  });

  test("COUNT-4 a lost answer does not lose what sessions became meanwhile", async () => {
    const { stub, object, facts, site_id } = freshSite();
    await stub.ingest(batchOf(facts, "t", [view(0)], "ann"));
    await runInDurableObject(object, async (site) => {
      const lossy = {
        prepare: (sql: string) => env.DB.prepare(sql),
        batch: async (statements: D1PreparedStatement[]) => {
          await env.DB.batch(statements);
          throw new Error("Network connection lost.");
        },
      };
      Reflect.set(site, "env", { ...env, DB: lossy });
      await expect(site.flush()).rejects.toThrow("Network connection lost");
      Reflect.set(site, "env", env);
    });
    await stub.ingest(batchOf(facts, "u", [view(0, "/b")], "bob"));
    await stub.flush();
    const { results } = await env.DB.prepare("SELECT entry_page FROM sessions WHERE site_id = ? ORDER BY entry_page")
      .bind(site_id)
      .all();
    expect(results).toEqual([{ entry_page: "/" }, { entry_page: "/b" }]);
  });

  test("COUNT-7 what D1 refuses for its data is set aside, and the rest flows", async () => {
    const { stub, object, facts, site_id } = freshSite();
    for (let i = 0; i < 3; i++) await stub.ingest(batchOf(facts, `a${i}`, [view(0)], `a${i}`));
    await runInDurableObject(object, (_, state) => {
      state.storage.sql.exec(`UPDATE batches SET few = replace(few, '"pageview"', 'null') WHERE n = 2`);
    });
    await stub.flush();
    expect(await storedEvents(site_id)).toBe(2);
    const aside = await runInDurableObject(object, (_, state) =>
      state.storage.sql.exec<{ body: string }>("SELECT body FROM set_aside").toArray(),
    );
    expect(aside).toHaveLength(1);
    await stub.ingest(batchOf(facts, "b", [view(0)], "b"));
    await stub.flush();
    expect(await storedEvents(site_id)).toBe(3);
  });

  test("COUNT-7 a session that D1 refuses costs neither events nor other sessions", async () => {
    const { stub, object, facts, site_id } = freshSite();
    for (const name of ["a", "b", "c"]) await stub.ingest(batchOf(facts, name, [view(0, `/${name}`)], name));
    await runInDurableObject(object, (_, state) => {
      state.storage.sql.exec(
        `UPDATE batches SET entries = replace(entries, '"id_mode":"daily"', '"id_mode":"?"') WHERE n = 2`,
      );
    });
    await evictDurableObject(object);
    await stub.flush();
    expect(await storedEvents(site_id)).toBe(3);
    const { results } = await env.DB.prepare("SELECT entry_page FROM sessions WHERE site_id = ? ORDER BY entry_page")
      .bind(site_id)
      .all();
    expect(results).toEqual([{ entry_page: "/a" }, { entry_page: "/c" }]);
    const aside = await runInDurableObject(object, (_, state) =>
      state.storage.sql.exec("SELECT COUNT(*) AS n FROM set_aside").one(),
    );
    expect(aside).toEqual({ n: 0 });
  });

  test("COUNT-8 a sender that names a session of before meets none of its rows", async () => {
    const { stub, facts, site_id } = freshSite();
    const long = Date.now() - 2 * 3_600_000;
    const reply = await stub.ingest(batchOf(facts, "t", [{ ...view(0), at: long }]));
    if (!reply.ok || reply.session_id === null) throw new Error("Not taken.");
    await stub.flush();
    const named = { kind: "visitor" as const, session_id: reply.session_id };
    await stub.ingest({ ...batchOf(facts, "t", [view(0)]), sender: named, body_hash: "h" });
    await stub.flush();
    expect(await storedEvents(site_id)).toBe(2);
  });

  test("COUNT-5 traffic does not make a refusing D1 be asked more often", async () => {
    const { stub, object, facts } = freshSite();
    let calls = 0;
    await runInDurableObject(object, (site) => {
      const refusing = {
        prepare: (sql: string) => env.DB.prepare(sql),
        batch: () => {
          calls++;
          return Promise.reject(new Error("D1 is overloaded."));
        },
      };
      Reflect.set(site, "env", { ...env, DB: refusing });
    });
    await stub.ingest(batchOf(facts, "t", [view(0)]));
    await runDurableObjectAlarm(object);
    const many = Array.from({ length: 90 }, (_, i) => view(i));
    for (let i = 0; i < 15; i++) await stub.ingest({ ...batchOf(facts, `many-${i}`, many), rate: null });
    const alarm = await runInDurableObject(object, (_, state) => state.storage.getAlarm());
    expect(alarm).toBeGreaterThan(Date.now() + 500);
    expect(calls).toBe(1);
  });
});

describe("daily ids", () => {
  test("VISITOR-2 a salt serves its day and the next, and is destroyed within 48 h", async () => {
    const { object } = freshSite();
    await runInDurableObject(object, (_, state) => {
      const store = new SiteStore(state.storage.sql);
      const identity = new DailyIdentity(store);
      const noon = Date.UTC(2026, 10, 20, 12);
      const hour = 3_600_000;
      const idsAt = (now: number) => identity.idsOf("s", "192.0.2.1", "ua", now, "UTC");
      const first = idsAt(noon);
      expect(first.yesterday()).toBeNull();
      expect(idsAt(noon + hour).today).toBe(first.today);
      expect(idsAt(noon + 24 * hour).yesterday()).toBe(first.today);
      expect(idsAt(noon + 24 * hour).today).not.toBe(first.today);
      identity.expire(noon + 48 * hour - 1);
      expect(store.salt(20261120)).toBeNull();
      expect(store.salt(20261121)).not.toBeNull();
    });
  });
});

describe("limits that the local server does not enforce", () => {
  test("a flush of large and many events stays within them, and loses nothing", async () => {
    const { stub, object, facts, site_id } = freshSite();
    const database = limitedD1(env.DB);
    const dataset = limitedDataset();
    await runInDurableObject(object, (site) => {
      Reflect.set(site, "env", { ...env, DB: database, AE: dataset });
    });
    const large = (seq: number): SiteEvent => ({
      ...view(seq, `/large/${seq}`),
      detail: { event_data: { text: "\u00e9\u4e2d".repeat(3_000) } },
    });
    const trusted = (tab: string, events: SiteEvent[]) => ({ ...batchOf(facts, tab, events, tab), rate: null });
    for (let i = 0; i < 6; i++) {
      const events = Array.from({ length: 60 }, (_, j) => large(i * 60 + j));
      expect(await stub.ingest(trusted("t", events))).toMatchObject({ ok: true, count: 60 });
    }
    // Below the number at which a flush begins by itself: all of it is one invocation.
    for (let i = 0; i < 540; i += 90) {
      const events = Array.from({ length: 90 }, (_, j) => view(j, `/many/${i + j}`));
      expect(await stub.ingest(trusted(`many-${i}`, events))).toMatchObject({ ok: true, count: 90 });
    }
    await stub.flush();
    expect(await storedEvents(site_id)).toBe(360 + 540);
    expect(dataset.points.length).toBe(AE_LIMITS.points_per_invocation);
  });
});

describe("LIVE-6 after eviction", () => {
  test("the picture is the same, from the journal alone and from a snapshot with a tail", async () => {
    const { stub, object, facts } = freshSite();
    await stub.ingest(batchOf(facts, "t1", [view(0), view(1, "/a")], "ann"));
    await stub.ingest(batchOf(facts, "t2", [view(0, "/b"), view(1, "/b", "error")], "bob"));
    const same = async () => {
      const { at: _at, ...before } = await stub.picture(facts, {});
      await evictDurableObject(object);
      const { at: _later, ...after } = await stub.picture(facts, {});
      expect(after).toEqual(before);
      return before;
    };
    expect(await same()).toMatchObject({ now: 2, connections: 2, today: { page_views: 3, visitors: 2, errors: 1 } });
    await stub.flush();
    await stub.ingest(batchOf(facts, "t1", [view(2, "/c")], "ann"));
    expect(await same()).toMatchObject({ now: 2, today: { page_views: 4, visitors: 2 } });
    const repeat = await stub.ingest(batchOf(facts, "t1", [view(2, "/c")], "ann"));
    expect(repeat).toMatchObject({ ok: true, count: 0 });
  });

  test("hours are those of the time zone in which events were counted, whatever the owner chose since", async () => {
    const { stub, object, facts } = freshSite();
    // Half a day ahead of the other one: no hour of theirs is the same.
    const moved = { ...facts, time_zone: "Pacific/Kiritimati" };
    await stub.ingest(batchOf(facts, "t1", [view(0)], "ann"));
    await stub.openSession(
      facts,
      "named",
      { user_id: null, page_url: "", path: "/", referrer: "", dimensions, context: {} },
      { by: "address", route: "events", address: "192.0.2.1" },
      Date.now(),
    );
    await stub.ingest(batchOf(moved, "t2", [view(0)], "bob"));
    // An isolate that has not heard of it yet.
    await stub.ingest(batchOf(facts, "t3", [view(0)], "cem"));
    await stub.picture(moved, {});
    const before = await stub.openRollups();
    await evictDurableObject(object);
    expect(await stub.openRollups()).toEqual(before);
    expect(new Set(before.map(({ day, hour }) => `${day} ${hour}`)).size).toBeGreaterThan(1);
  });

  test("a session that D1 has is not written again after a sleep, and one that changed since is", async () => {
    const { stub, object, facts } = freshSite();
    await stub.ingest(batchOf(facts, "t1", [view(0)], "ann"));
    await stub.ingest(batchOf(facts, "t2", [view(0)], "bob"));
    expect(await stub.unstoredSessions()).toHaveLength(2);
    await runDurableObjectAlarm(object);
    await evictDurableObject(object);
    expect(await stub.unstoredSessions()).toEqual([]);
    await stub.ingest(batchOf(facts, "t1", [view(1, "/b")], "ann"));
    await evictDurableObject(object);
    expect(await stub.unstoredSessions()).toMatchObject([{ current_page: "/b" }]);
  });

  test("a session that ended and is in D1 is gone after a sleep, also where the snapshot is from before its end", async () => {
    const { stub, object, facts: anywhere } = freshSite();
    const start = Date.now();
    // Where it is noon: half an hour later must be the same day.
    const west = new Date(start).getUTCHours() - 12;
    const facts = { ...anywhere, time_zone: `Etc/GMT${west < 0 ? west : `+${west}`}` };
    vi.useFakeTimers({ toFake: ["Date"], now: start });
    try {
      await stub.ingest(batchOf(facts, "t1", [view(0)], "ann"));
      vi.setSystemTime(start + SNAPSHOT_INTERVAL_JOURNALED + 60_000);
      await runDurableObjectAlarm(object);
      vi.setSystemTime(start + SESSION_TIMEOUT + 60_000);
      await runDurableObjectAlarm(object);
      await evictDurableObject(object);
      expect(await stub.picture(facts, {})).toMatchObject({ active: 0, today: { sessions: 1 } });
      expect(await stub.unstoredSessions()).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("open sockets stay, and get the next change", async () => {
    const { stub, object, facts, site_id } = freshSite();
    const { frames, next } = await watch(stub, facts);
    await next((f) => f.type === "snapshot");
    await evictDurableObject(object);
    await stub.ingest(batchOf(facts, "t1", [view(0, "/after")], "ann"));
    const frame = await next((f) => (f.type === "delta" || f.type === "snapshot") && f.data.now === 1);
    expect(frame.type === "snapshot" && frame.room).toBe(`site:${site_id}`);
    const numbers = frames.flatMap((f) => ("seq" in f ? [f.seq] : []));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe("viewers", () => {
  test("VIEWER-2 first hello, one snapshot, then deltas that add up to the picture", async () => {
    const { stub, facts } = freshSite();
    const { frames, next } = await watch(stub, facts);
    await next((f) => f.type === "user_connected");
    expect(frames.map((f) => f.type)).toEqual(["hello", "snapshot", "user_connected"]);
    await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
    const first = await next((f) => f.type === "delta");
    expect(first).toMatchObject({ data: { now: 1, pages: [{ value: "/a", visitors: 1 }], feed: [{ path: "/a" }] } });
    await stub.ingest(batchOf(facts, "t2", [view(0, "/b")], "bob"));
    const second = await next((f) => f.type === "delta" && f.data.now === 2);
    expect(second).toMatchObject({ data: { sessions: [{ current_page: "/b" }] } });
  });

  test("VIEWER-2 somebody who comes later leaves no gap in the numbers of the others", async () => {
    const { stub, facts } = freshSite();
    const early = await watch(stub, facts);
    await early.next((f) => f.type === "snapshot");
    await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
    await early.next((f) => f.type === "delta" && f.data.now === 1);
    // Changes that nobody was told yet, just before somebody comes.
    await Promise.all(["u", "v", "w"].map((tab) => stub.ingest(batchOf(facts, tab, [view(0, "/a")], "ann"))));
    const late = await watch(stub, facts);
    await late.next((f) => f.type === "snapshot");
    await stub.ingest(batchOf(facts, "t2", [view(0, "/b")], "bob"));
    const isSecond = (f: Frame) => f.type === "delta" && f.data.now === 2;
    await Promise.all([early.next(isSecond), late.next(isSecond)]);
    expect(late.frames.slice(0, 2).map((f) => f.type)).toEqual(["hello", "snapshot"]);
    for (const { frames } of [early, late]) {
      const numbers = frames.flatMap((f) => ("seq" in f ? [f.seq] : []));
      expect(numbers.slice(1).map((n, i) => n - (numbers[i] ?? 0))).toEqual(numbers.slice(1).map(() => 1));
    }
  });

  // Well below the ten seconds after which the alarm tells what no timer did.
  test("VIEWER-4 a tab that closes soon does not hold up what happens before", { timeout: 8_000 }, async () => {
    const { stub, object, facts } = freshSite();
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    /** In the object, whose timers they are. */
    const passes = (ms: number) => runInDurableObject(object, () => void vi.advanceTimersByTime(ms));
    const { frames, next } = await watch(stub, facts);
    await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
    await passes(100);
    await next((f) => f.type === "delta" && f.data.now === 1);
    const left = Date.now();
    await stub.ingest(batchOf(facts, "t1", [view(1, "/a", "leave")], "ann"));
    await passes(100);
    // The frame that tells of the leave has gone out, and the end of its grace is being waited for.
    await next((f) => f.type === "delta" && f.data.today?.events === 2);
    await stub.ingest(batchOf(facts, "t2", [view(0, "/b")], "bob"));
    await passes(100);
    // The grace of the leave is a second: had the frame waited for its end, it would tell of one visitor.
    await passes(1_000);
    await next((f) => f.type === "delta" && f.data.now === 1 && f.data.at > left + 900);
    expect(frames.some((f) => f.type === "delta" && f.data.now === 2)).toBe(true);
  });

  test("VIEWER-6 what is no message closes the socket with 4400", async () => {
    const { stub, facts } = freshSite();
    const { socket, closed } = await watch(stub, facts);
    socket.send("not json");
    expect((await closed).code).toBe(4400);
  });

  test("VIEWER-4 after eviction somebody who leaves is told as leaving, and a newcomer's picture goes to all", async () => {
    const { stub, object, facts } = freshSite();
    const [stays, leaves] = [await watch(stub, facts), await watch(stub, facts)];
    await stays.next((f) => f.type === "user_connected" && f.data.total_dashboards === 2);
    await evictDurableObject(object);
    leaves.socket.close(1000, "done");
    expect(await stays.next((f) => f.type === "user_disconnected")).toMatchObject({ data: { total_dashboards: 1 } });
    await evictDurableObject(object);
    const before = stays.frames.length;
    const late = await watch(stub, facts);
    await late.next((f) => f.type === "snapshot");
    await stays.next((f) => f.type === "snapshot" && stays.frames.indexOf(f) >= before);
  });

  test("VIEWER-4 many who come and go at once are told of as one", async () => {
    const { stub, facts } = freshSite();
    const stays = await watch(stub, facts);
    const others = await Promise.all(Array.from({ length: 20 }, () => watch(stub, facts)));
    await stays.next((f) => f.type === "user_connected" && f.data.total_dashboards === 21);
    for (const { next } of others) await next((f) => f.type === "user_connected" && f.data.total_dashboards === 21);
    for (const { socket } of others) socket.close(1000, "done");
    await stays.next((f) => f.type === "user_disconnected" && f.data.total_dashboards === 1);
    // One that tells of itself, and those of each interval of frames; not one for each that came or went.
    expect(stays.frames.filter((f) => f.type === "user_connected").length).toBeLessThan(20);
    expect(stays.frames.filter((f) => f.type === "user_disconnected").length).toBeLessThan(20);
  });

  test("VIEWER-2 a number that rose only for a newcomer and fell again is told again", async () => {
    const { stub, facts } = freshSite();
    const early = await watch(stub, facts);
    await stub.ingest(batchOf(facts, "t1", [view(0, "/a")], "ann"));
    await early.next((f) => f.type === "delta" && f.data.now === 1);
    const late = await watch(stub, facts);
    expect(await late.next((f) => f.type === "snapshot")).toMatchObject({ data: { now: 1 } });
    await stub.ingest(batchOf(facts, "t1", [view(1, "/b")], "ann"));
    // The number is the one that was last told, and is told all the same.
    await late.next((f) => f.type === "delta" && f.data.now === 1 && f.data.connections === 1);
  });

  test("somebody who leaves is subtracted once", async () => {
    const { stub, facts } = freshSite();
    const [stays, leaves] = [await watch(stub, facts), await watch(stub, facts)];
    await stays.next((f) => f.type === "user_connected" && f.data.total_dashboards === 2);
    leaves.socket.close(1000, "done");
    await leaves.closed;
    const told = await stays.next((f) => f.type === "user_disconnected");
    expect(told).toMatchObject({ data: { total_dashboards: 1 } });
  });

  test("VIEWER-6 an unknown message is answered, too many close with 4429", async () => {
    const { stub, facts } = freshSite();
    const { socket, next, closed } = await watch(stub, facts);
    socket.send('{"type":"sing"}');
    expect(await next((f) => f.type === "error")).toMatchObject({ data: { code: "unknown_message" } });
    for (let i = 0; i < 60; i++) socket.send('{"type":"unsubscribe","rooms":[]}');
    expect((await closed).code).toBe(4429);
  });

  test("a close is answered", async () => {
    const { stub, facts } = freshSite();
    const { socket, closed } = await watch(stub, facts);
    socket.close(1000, "done");
    expect((await closed).code).toBe(1000);
  });
});
