import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SESSION_TIMEOUT } from "../../protocol/limits";
import { botOf } from "../../worker/enrich/bots";
import { importChunk } from "../../worker/import/import-chunk";
import { ImportRequest } from "../../worker/import/import-request";
import { shortChunks } from "../../worker/import/import-state";
import type { Database } from "../../worker/reports/database";
import { scopeOf, sqliteDatabase } from "../../worker/reports/sqlite-database.fixture";
import { Problem } from "../problem";
import type { Client } from "./client";
import { importLog } from "./import-log";
import { summary, type Tally } from "./tally";

const NOW = Date.UTC(2026, 0, 1);
const SCOPE = scopeOf({ domain: "semicomplete.com", domains: ["semicomplete.com"] });
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** The server's side without the network. */
function clientOf(db: Database): Client {
  const importing = { db, scope: SCOPE, session_timeout_ms: SESSION_TIMEOUT, now: NOW, new_salt: "salt" };
  return {
    known: () => shortChunks(db, SCOPE),
    send: async (chunk) => {
      const reply = await importChunk(importing, ImportRequest.parse(JSON.parse(JSON.stringify(chunk))));
      if (reply === null) throw new Error("No try came through.");
      return reply;
    },
  };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function importText(db: Database, text: string): Promise<Tally> {
  return importLog({ file: "a.log", bytes: bytesOf(text), client: clientOf(db), judges: { botOf, now: NOW } });
}

const hit = (minute: number, path: string, { agent = CHROME, method = "GET", status = 200 } = {}) => {
  const time = new Date(Date.UTC(2015, 4, 17, 10, minute)).toISOString();
  return `198.18.0.1 - - [17/May/2015:${time.slice(11, 19)} +0000] "${method} ${path} HTTP/1.1" ${status} 1 "-" "${agent}"\n`;
};

async function stored(db: Database): Promise<unknown> {
  const sql = `SELECT sum(page_views) AS page_views, sum(sessions) AS sessions, sum(visitors) AS visitors, sum(bounces) AS bounces,
    sum(duration_ms) AS duration_ms FROM rollups WHERE site_id = ?1 AND dimension = 'total'`;
  return (await db.rows(sql, [SCOPE.site.id]))[0];
}

describe("a log", () => {
  const text = [
    hit(0, "/"),
    "garbage\n",
    hit(1, "/style.css"),
    hit(2, "/a"),
    hit(3, "/", { agent: "Googlebot/2.1" }),
    hit(4, "/", { agent: "Mozilla/5.0 (compatible; bingbot/2.0)" }),
    hit(5, "/", { method: "POST" }),
    hit(6, "/gone", { status: 404 }),
    hit(7, "/feed"),
    `${"x".repeat(70_000)}\n`,
    hit(50, "/b"),
  ].join("");

  it("is counted line by line", async () => {
    const db = sqliteDatabase();
    const tally = await importText(db, text);
    expect(tally).toMatchObject({
      lines: 11,
      page_views: 3,
      skipped: { request: 0, time: 0, method: 1, status: 1, "static file": 1, feed: 1, bot: 2 },
      bad: 2,
      bad_lines: [2, 10],
      first_date: "2015-05-17",
      last_date: "2015-05-17",
      added: { page_views: 3, sessions: 2, visitors: 1, excluded: 0 },
    });
    expect(await stored(db)).toEqual({ page_views: 3, sessions: 2, visitors: 1, bounces: 1, duration_ms: 120_000 });
    expect(summary(tally, "a.log", 1_234)).toBe(`Imported a.log

  Lines       11
  Days        1, 2015-05-17
  Page views  3 added
  Sessions    2 added
  Visitors    1 added (each counted once a day)
  Skipped     1 method, 1 status, 1 static file, 1 feed, 2 bot
  Bots        2
    search          2  Bingbot, Googlebot
  Bad lines   2: 2, 10
  Time        1.2 s
`);
  });

  it("adds nothing the second time, whatever its line ends", async () => {
    const db = sqliteDatabase();
    await importText(db, text);
    const before = await stored(db);
    for (const again of [text, text.replaceAll("\n", "\r\n"), text.trimEnd()]) {
      const tally = await importText(db, again);
      expect(tally).toMatchObject({
        page_views: 3,
        repeated: tally.chunks,
        added: { page_views: 0, sessions: 0, visitors: 0 },
      });
      expect(summary(tally, "a.log", 0)).toContain("0 added, 3 were imported before");
    }
    expect(await stored(db)).toEqual(before);
  });

  it("that has grown adds what is new, also where a line was being written", async () => {
    const db = sqliteDatabase();
    const whole = [...Array(30).keys()].map((i) => hit(i, `/${i}`)).join("");
    const line = hit(0, "/0").length;
    for (const length of [line, 5 * line + 40, 5 * line + 70, 12 * line - 1, whole.length]) {
      await importText(db, whole.slice(0, length));
    }
    expect(await stored(db)).toMatchObject({ page_views: 30, sessions: 1, visitors: 1 });
  });

  it.each([
    ["empty", "", /a\.log is empty/],
    ["something else", "PNG\n\u0001\u0002\n", /no access log in combined format/],
    ["long and something else", "a,b,c\n".repeat(5_000), /no access log in combined format/],
  ])("that is %s is told so", async (_, given, message) => {
    const db = sqliteDatabase();
    await expect(importText(db, given)).rejects.toThrow(Problem);
    await expect(importText(db, given)).rejects.toThrow(message);
  });
});

describe("a real log", () => {
  const path = join(import.meta.dirname, "../../../shared/data/access.log");
  const here = existsSync(path);

  it.runIf(here)("ends with the numbers that a plain count finds (needs ../shared/data/access.log)", async () => {
    const db = sqliteDatabase();
    const text = readFileSync(path, "utf8");
    const tally = await importText(db, text);
    const naive = recount(text);
    expect(tally).toMatchObject({
      lines: 10_000,
      first_date: "2015-05-17",
      last_date: "2015-05-20",
      bad: naive.bad.length,
      bad_lines: naive.bad,
    });
    expect(tally.page_views).toBe(naive.views.length);
    const skipped = Object.values(tally.skipped).reduce((sum, n) => sum + n, 0);
    expect(tally.page_views + skipped + tally.bad).toBe(10_000);
    expect(tally.added).toMatchObject({
      page_views: naive.views.length,
      sessions: naive.sessions,
      visitors: naive.visitors,
    });
    expect(await stored(db)).toMatchObject({
      page_views: naive.views.length,
      sessions: naive.sessions,
      visitors: naive.visitors,
    });
    expect(await db.rows("SELECT count(*) AS n FROM sessions", [])).toEqual([{ n: naive.sessions }]);
    expect(await db.rows("SELECT count(*) AS n FROM events_20260101", [])).toEqual([{ n: naive.views.length }]);
    const before = await stored(db);
    expect(await importText(db, text)).toMatchObject({ added: { page_views: 0, sessions: 0, visitors: 0 } });
    expect(await stored(db)).toEqual(before);
  });
});

/** The same questions asked with other means: splitting at quotes, sorting by time, one pass a visitor. */
function recount(text: string) {
  const bad: number[] = [];
  const views: { at: number; who: string }[] = [];
  const lines = text.split("\n").slice(0, -1);
  lines.forEach((line, i) => {
    const parts = line.split('"');
    if (parts.length < 7) {
      bad.push(i + 1);
      return;
    }
    const [head = "", request = "", status = ""] = parts;
    const agent = parts[5] ?? "";
    const [method, target = ""] = request.split(" ");
    const code = Number(status.trim().split(" ")[0]);
    if (method !== "GET" || !((code >= 200 && code < 300) || code === 304)) return;
    const file = target.split(/[?#]/)[0]?.split("/").at(-1)?.toLowerCase() ?? "";
    const dot = file.lastIndexOf(".");
    const assets =
      "css js png jpg jpeg gif svg ico txt pdf zip gz tgz bz2 jar rpm deb mp3 mp4 mov avi woff ttf iso ppt xml rss atom psd exe bin swf doc log conf xsl sh".split(
        " ",
      );
    if (dot >= 0 && assets.includes(file.slice(dot + 1))) return;
    if (/=(rss|atom)\d*/.test(target) || /\/(feed|rss|atom)\/?$/.test(target.split("?")[0] ?? "")) return;
    if (botOf(agent === "-" ? "" : agent) !== null) return;
    const [, day = "", month = "", year = "", time = ""] = /\[(\d+)\/(\w+)\/(\d+):(\S+) \+0000\]/.exec(head) ?? [];
    const at = Date.parse(`${day} ${month} ${year} ${time} UTC`);
    views.push({ at, who: `${day} ${head.split(" ")[0]} ${agent}` });
  });
  const byVisitor = Map.groupBy(views, ({ who }) => who);
  let sessions = 0;
  for (const visits of byVisitor.values()) {
    const times = visits.map(({ at }) => at).sort((a, b) => a - b);
    sessions += times.filter((at, i) => i === 0 || at - (times[i - 1] ?? 0) > SESSION_TIMEOUT).length;
  }
  return { bad, views, sessions, visitors: byVisitor.size };
}
