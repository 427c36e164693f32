import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SESSION_TIMEOUT } from "../../protocol/limits";
import type { Database } from "../reports/database";
import { scopeOf, sqliteDatabase } from "../reports/sqlite-database.fixture";
import { importChunk } from "./import-chunk";
import type { ImportReply, ImportRow } from "./import-request";
import { shortChunks } from "./import-state";

const MINUTE = 60_000;
const START = Date.UTC(2015, 4, 17, 20, 0);
const NOW = Date.UTC(2026, 0, 1);
const SCOPE = scopeOf({ time_zone: "Europe/Vienna", domain: "example.com", domains: ["example.com"] });
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

function hit(minutes: number, path: string, more: Partial<ImportRow> = {}): ImportRow {
  return { at: START + minutes * MINUTE, ip: "198.18.0.1", user_agent: CHROME, path, referrer: "", ...more };
}

const key = (n: number) => n.toString(16).padStart(64, "0");

async function add(db: Database, n: number, rows: ImportRow[], scope = SCOPE): Promise<ImportReply> {
  const importing = { db, scope, session_timeout_ms: SESSION_TIMEOUT, now: NOW, new_salt: "salt" };
  const reply = await importChunk(importing, { chunk: key(n), rows });
  if (reply === null) throw new Error("No try came through.");
  return reply;
}

const TABLES = ["rollups", "sessions", "import_visitors", "events_20260101"];

/** Everything that a reader of the history can see. */
async function contents(db: Database): Promise<unknown[][]> {
  return Promise.all(
    TABLES.map(async (table) => {
      const exists = await db.rows("SELECT 1 FROM sqlite_master WHERE name = ?1", [table]);
      return exists.length === 0 ? [] : db.rows(`SELECT * FROM ${table} ORDER BY 1, 2, 3, 4, 5`, []);
    }),
  );
}

async function totals(db: Database): Promise<unknown> {
  const sql = `SELECT sum(visitors) AS visitors, sum(sessions) AS sessions, sum(page_views) AS page_views,
    sum(bounces) AS bounces, sum(duration_ms) AS duration_ms FROM rollups WHERE dimension = 'total'`;
  return (await db.rows(sql, []))[0];
}

describe("a chunk", () => {
  it("makes sessions by the gap of 30 minutes", async () => {
    const db = sqliteDatabase();
    const reply = await add(db, 1, [
      hit(0, "/"),
      hit(5, "/a"),
      hit(6, "/", { user_agent: FIREFOX }),
      hit(35, "/b"),
      hit(66, "/a"),
    ]);
    expect(reply).toEqual({ applied: true, visitors: 2, sessions: 3, page_views: 5, excluded: 0 });
    expect(await totals(db)).toEqual({ visitors: 2, sessions: 3, page_views: 5, bounces: 2, duration_ms: 35 * MINUTE });
    const sql =
      "SELECT entry_page, exit_page, page_views, ended_at - started_at AS ms, id_mode FROM sessions ORDER BY started_at";
    expect(await db.rows(sql, [])).toEqual([
      { entry_page: "/", exit_page: "/b", page_views: 3, ms: 35 * MINUTE, id_mode: "import" },
      { entry_page: "/", exit_page: "/", page_views: 1, ms: 0, id_mode: "import" },
      { entry_page: "/a", exit_page: "/a", page_views: 1, ms: 0, id_mode: "import" },
    ]);
  });

  it("counts in all dimensions", async () => {
    const db = sqliteDatabase();
    await add(db, 1, [hit(0, "/a?utm_campaign=may&id=1", { referrer: "https://www.google.com/" }), hit(1, "/b")]);
    const sql =
      "SELECT dimension, value, day, hour, page_views, sessions, visitors FROM rollups WHERE dimension <> 'total' ORDER BY 1, 2";
    const count = (dimension: string, value: string, page_views: number, sessions: number) => ({
      dimension,
      value,
      day: 20150517,
      hour: 22,
      page_views,
      sessions,
      visitors: 1,
    });
    expect(await db.rows(sql, [])).toEqual([
      count("browser", "Chrome", 2, 1),
      count("campaign", "may", 2, 1),
      count("channel", expect.any(String), 2, 1),
      count("device", "desktop", 2, 1),
      count("entry", "/a", 0, 1),
      count("exit", "/a", 0, 0),
      count("exit", "/b", 0, 1),
      count("os", "Windows", 2, 1),
      count("page", "/a", 1, 0),
      count("page", "/b", 1, 0),
      count("source", "Google", 2, 1),
    ]);
  });

  it("goes on with the session of an earlier chunk, and with none of another day", async () => {
    const db = sqliteDatabase();
    await add(db, 1, [hit(100, "/"), hit(110, "/a")]);
    const reply = await add(db, 2, [hit(119, "/b"), hit(121, "/c")]);
    expect(reply).toMatchObject({ visitors: 1, sessions: 1, page_views: 2 });
    expect(await totals(db)).toMatchObject({ visitors: 2, sessions: 2, bounces: 1, duration_ms: 19 * MINUTE });
    const days = await db.rows(
      "SELECT day, sum(sessions) AS n FROM rollups WHERE dimension = 'total' GROUP BY day",
      [],
    );
    expect(days).toEqual([
      { day: 20150517, n: 1 },
      { day: 20150518, n: 1 },
    ]);
  });

  it("stores page views as event rows of the day of storing, without address and user agent", async () => {
    const db = sqliteDatabase();
    await add(db, 1, [hit(0, "/a?token=1"), hit(1, "/b")]);
    expect(await db.rows("SELECT n, at, type, page_url FROM events_20260101 ORDER BY n", [])).toEqual([
      { n: 0, at: START, type: "pageview", page_url: "https://example.com/a" },
      { n: 1, at: START + MINUTE, type: "pageview", page_url: "https://example.com/b" },
    ]);
    const text = JSON.stringify(await contents(db));
    expect(text).not.toContain("198.18");
    expect(text).not.toContain("Mozilla");
  });

  it("leaves out what the site excludes", async () => {
    const db = sqliteDatabase();
    const scope = scopeOf({ excluded_paths: ["/admin*"], excluded_addresses: ["198.18.7.0/24"] });
    const rows = [hit(0, "/"), hit(1, "/admin/x"), hit(2, "/", { ip: "198.18.7.9" })];
    expect(await add(db, 1, rows, scope)).toMatchObject({ page_views: 1, excluded: 2 });
    expect(await totals(db)).toMatchObject({ page_views: 1, sessions: 1 });
  });

  it("takes lines that come late", async () => {
    const db = sqliteDatabase();
    await add(db, 1, [hit(60, "/a")]);
    expect(await add(db, 2, [hit(58, "/"), hit(20, "/x")])).toMatchObject({ sessions: 1 });
    const sql = "SELECT entry_page, exit_page, page_views FROM sessions ORDER BY started_at";
    expect(await db.rows(sql, [])).toEqual([
      { entry_page: "/x", exit_page: "/x", page_views: 1 },
      { entry_page: "/", exit_page: "/a", page_views: 2 },
    ]);
  });

  it("may hold no page view", async () => {
    const db = sqliteDatabase();
    expect(await add(db, 1, [])).toMatchObject({ applied: true, page_views: 0 });
    expect(await add(db, 1, [])).toMatchObject({ applied: false });
  });

  it("does not bring back an erased session", async () => {
    const db = sqliteDatabase();
    await add(db, 1, [hit(0, "/")]);
    await db.write([{ sql: "DELETE FROM sessions", params: [] }]);
    expect(await add(db, 2, [hit(1, "/a")])).toMatchObject({ sessions: 1, visitors: 0 });
    expect(await db.rows("SELECT entry_page, page_views FROM sessions", [])).toEqual([
      { entry_page: "/a", page_views: 1 },
    ]);
  });
});

describe("repeats", () => {
  it("of a chunk add nothing", async () => {
    const db = sqliteDatabase();
    await add(db, 1, [hit(0, "/"), hit(1, "/a")]);
    const before = await contents(db);
    expect(await add(db, 1, [hit(0, "/"), hit(1, "/a")])).toEqual({
      applied: false,
      visitors: 0,
      sessions: 0,
      page_views: 0,
      excluded: 0,
    });
    expect(await contents(db)).toEqual(before);
  });

  it("at the same time add it once, and chunks at the same time count as if one came after the other", async () => {
    const rows = [[hit(0, "/"), hit(1, "/a")], [hit(2, "/b")], [hit(3, "/a"), hit(90, "/")]];
    const db = sqliteDatabase();
    const replies = await Promise.all([0, 1, 2, 0, 1, 2].map((n) => add(db, n, rows[n] ?? [])));
    expect(replies.filter((reply) => reply.applied)).toHaveLength(3);
    expect(await totals(db)).toEqual({ visitors: 1, sessions: 2, page_views: 5, bounces: 1, duration_ms: 3 * MINUTE });
  });

  it("of the same chunk in another site are that site's own", async () => {
    const db = sqliteDatabase();
    await add(db, 1, [hit(0, "/")]);
    expect(await add(db, 1, [hit(0, "/")], scopeOf({ id: "other" }))).toMatchObject({ applied: true, visitors: 1 });
  });
});

it("any cutting of the same lines ends in the same history, repeats or not", async () => {
  const line = fc.record({
    // Logs are nearly in order: requests are written when they end.
    minutes: fc.integer({ min: 0, max: 240 }),
    late: fc.integer({ min: 0, max: 3 }),
    ip: fc.constantFrom("198.18.0.1", "198.18.0.2", "2001:db8::1"),
    user_agent: fc.constantFrom(CHROME, FIREFOX),
    path: fc.constantFrom("/", "/a", "/b?utm_source=news", "/c"),
    referrer: fc.constantFrom("", "https://www.google.com/", "https://example.org/x"),
  });
  const cuts = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 40 }), cuts, fc.boolean(), async (lines, sizes, inOrder) => {
      const rows = lines.map(({ minutes, late, ...rest }) => hit(minutes - late, rest.path, rest));
      if (inOrder) rows.sort((a, b) => a.at - b.at);
      const whole = sqliteDatabase();
      await add(whole, 0, rows);
      const cut = sqliteDatabase();
      let page_views = 0;
      let sessions = 0;
      let visitors = 0;
      for (let from = 0, i = 0; from < rows.length; i++) {
        const to = from + (sizes[i % sizes.length] ?? 1);
        const reply = await add(cut, i, rows.slice(from, to));
        await add(cut, i, rows.slice(from, to));
        page_views += reply.page_views;
        sessions += reply.sessions;
        visitors += reply.visitors;
        from = to;
      }
      expect(await contents(cut)).toEqual(await contents(whole));
      const sum = { page_views: page_views || null, sessions: sessions || null, visitors: visitors || null };
      expect(await totals(cut)).toMatchObject(sum);
    }),
    { numRuns: 150 },
  );
});

it("tells where files ended", async () => {
  const db = sqliteDatabase();
  const importing = { db, scope: SCOPE, session_timeout_ms: SESSION_TIMEOUT, now: NOW, new_salt: "salt" };
  await importChunk(importing, { chunk: key(1), lines: 2_000, rows: [hit(0, "/")] });
  await importChunk(importing, { chunk: key(2), lines: 17, rows: [hit(1, "/")] });
  expect(await shortChunks(db, SCOPE)).toEqual([{ chunk: key(2), lines: 17 }]);
});
