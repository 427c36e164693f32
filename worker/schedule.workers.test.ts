import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createEventsTable, eventsTable } from "../durable-objects/site/sinks/events-table";
import { siteStub } from "./ingest/site-stub";
import { dayTables } from "./reports/day-tables";
import { runSchedule } from "./schedule";
import { addOneTimeToken } from "./store/one-time-tokens";
import { harness } from "./workers.fixture";

const { makeTenant, signIn } = harness(env, createExecutionContext);

test("the schedule forgets sessions and one-time tokens that have ended, and no others", async () => {
  const tenant = await makeTenant();
  await signIn(tenant);
  const session = await env.DB.prepare("SELECT expires_at FROM user_sessions").first<{ expires_at: number }>();
  const ends = session?.expires_at ?? 0;
  await env.DB.prepare("DELETE FROM one_time_tokens").run();
  await addOneTimeToken(env, "ticket", tenant, 1_000);
  await addOneTimeToken(env, "ticket", tenant, 2_000);
  const left = async () => [
    await env.DB.prepare("SELECT COUNT(*) AS n FROM one_time_tokens").first("n"),
    await env.DB.prepare("SELECT COUNT(*) AS n FROM user_sessions").first("n"),
  ];
  await runSchedule(env, 1_500);
  expect(await left()).toEqual([1, 1]);
  await runSchedule(env, ends);
  expect(await left()).toEqual([0, 1]);
  await runSchedule(env, ends + 1);
  expect(await left()).toEqual([0, 0]);
});

/** An object in which something waits and whose alarm was lost; answers how to see whether it has one again. */
async function withoutAlarm(site_id: string) {
  const site = { site_id, org_id: "o", time_zone: "UTC", session_timeout_ms: 1_800_000, rate_limit: 1, leaves: 1 };
  const object = env.SITE.getByName(site_id);
  await siteStub(env, site_id).dropped({ site, reason: "bot", count: 1, example: "", at: Date.now() });
  await runInDurableObject(object, (_, state) => state.storage.deleteAlarm());
  return () => runInDurableObject(object, (_, state) => state.storage.getAlarm());
}

test("once an hour day tables past their time are dropped, and what waits in an object without alarm is written", async () => {
  const tenant = await makeTenant();
  const now = Date.UTC(2026, 10, 20, 12, 0, 30);
  const kept = eventsTable(now - 30 * 86_400_000);
  const old = eventsTable(now - 31 * 86_400_000);
  for (const table of [kept, old]) await env.DB.prepare(createEventsTable(table)).run();
  const armed = await withoutAlarm(tenant.site_id);
  await runSchedule(env, now + 6 * 60_000);
  expect(await armed()).toBeNull();
  await runSchedule(env, now);
  expect(await armed()).not.toBeNull();
  const tables = await dayTables(env.DB);
  expect(tables).toContain(kept);
  expect(tables).not.toContain(old);
});

test("alerts that are due are told by the schedule, and forgotten after 90 days", async () => {
  const { site_id } = await makeTenant();
  const now = Date.UTC(2026, 10, 20, 12, 0, 30);
  const DAY = 86_400_000;
  await env.DB.prepare(
    `INSERT INTO alert_rules (id, site_id, name, rule, level, cooldown_s, webhook_url, webhook_secret, own_origin, created_at)
     VALUES ('r', ?, 'Busy', '{}', 'info', 60, 'http://127.0.0.1:9/', 's', 'https://stats.example', 0)`,
  )
    .bind(site_id)
    .run();
  const add = env.DB.prepare(
    `INSERT INTO alert_log (site_id, at, rule_id, name, level, message, details, next_try_at) VALUES (?, ?, 'r', 'Busy', 'info', '', '{}', ?)`,
  );
  await env.DB.batch([add.bind(site_id, now - 91 * DAY, null), add.bind(site_id, now - 89 * DAY, 1)]);
  const log = async () => {
    const { results } = await env.DB.prepare(
      "SELECT at, tries, next_try_at FROM alert_log WHERE site_id = ? ORDER BY at",
    )
      .bind(site_id)
      .all();
    return results;
  };
  // Not the hour's turn: only what is due is told.
  await runSchedule(env, now + 6 * 60_000);
  const told = { at: now - 89 * DAY, tries: expect.stringContaining('"ok":false'), next_try_at: null };
  expect(await log()).toEqual([{ at: now - 91 * DAY, tries: "[]", next_try_at: null }, told]);
  await runSchedule(env, now);
  expect(await log()).toEqual([told]);
});

test("alerts are told to the end also where the rest of the hour fails", async () => {
  const { site_id } = await makeTenant();
  const now = Date.UTC(2026, 10, 20, 13, 0, 30);
  await env.DB.prepare(
    `INSERT INTO alert_rules (id, site_id, name, rule, level, cooldown_s, webhook_url, webhook_secret, own_origin, created_at)
     VALUES ('r2', ?, 'Busy', '{}', 'info', 60, 'http://127.0.0.1:9/', 's', 'https://stats.example', 0)`,
  )
    .bind(site_id)
    .run();
  await env.DB.prepare(
    `INSERT INTO alert_log (site_id, at, rule_id, name, level, message, details, next_try_at) VALUES (?, ?, 'r2', 'Busy', 'info', '', '{}', 1)`,
  )
    .bind(site_id, now)
    .run();
  const DB = new Proxy(env.DB, {
    get(db, name: keyof D1Database) {
      if (name !== "prepare") return db[name].bind(db);
      return (sql: string) => {
        if (sql.includes("sqlite_master")) throw new Error("D1 is away.");
        return db.prepare(sql);
      };
    },
  });
  await expect(runSchedule({ ...env, DB }, now)).rejects.toThrow("D1 is away.");
  const left = env.DB.prepare("SELECT next_try_at FROM alert_log WHERE site_id = ?").bind(site_id);
  expect(await left.first("next_try_at")).toBeNull();
});

test("VIEWER-10 what members did is forgotten after 90 days, in bounded steps", async () => {
  const [ann, bob] = [await makeTenant(), await makeTenant()];
  const now = Date.UTC(2026, 10, 20, 14, 0, 30);
  const DAY = 86_400_000;
  const past = 5_003;
  await env.DB.prepare(
    `INSERT INTO audit (org_id, at, id, user_id, action)
     SELECT iif(value % 2, ?1, ?2), ?3 - value, value, 'u', 'a' FROM json_each(?4)`,
  )
    .bind(ann.org_id, bob.org_id, now - 90 * DAY, JSON.stringify([...Array(past + 1).keys()]))
    .run();
  const left = async () => Number(await env.DB.prepare("SELECT count(*) AS n FROM audit").first("n"));
  expect(await left()).toBe(past + 1);
  await runSchedule(env, now);
  expect(await left()).toBe(past + 1 - 5_000);
  await runSchedule(env, now);
  const kept = await env.DB.prepare("SELECT at FROM audit").all();
  expect(kept.results).toEqual([{ at: now - 90 * DAY }]);
});

test("a table that cannot be dropped keeps no other table and no row past its time", async () => {
  const { org_id, site_id } = await makeTenant();
  const now = Date.UTC(2026, 10, 20, 15, 0, 30);
  const past = now - 400 * 86_400_000;
  const [stays, goes] = [eventsTable(past), eventsTable(past + 86_400_000)];
  for (const table of [stays, goes]) await env.DB.prepare(createEventsTable(table)).run();
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO alert_log (site_id, at, rule_id, name, level, message, details) VALUES (?, ?, 'r3', 'Busy', 'info', '', '{}')`,
    ).bind(site_id, past),
    env.DB.prepare("INSERT INTO audit (org_id, at, id, user_id, action) VALUES (?, ?, 'old', 'u', 'a')").bind(
      org_id,
      past,
    ),
    env.DB.prepare("INSERT INTO window_hours (site_id, at, points) VALUES (?, ?, '[]')").bind(site_id, past),
  ]);
  const DB = new Proxy(env.DB, {
    get(db, name: keyof D1Database) {
      if (name !== "prepare") return db[name].bind(db);
      return (sql: string) => {
        if (sql.includes(`DROP TABLE IF EXISTS ${stays}`)) throw new Error("It cannot be dropped.");
        return db.prepare(sql);
      };
    },
  });
  await expect(runSchedule({ ...env, DB }, now)).rejects.toThrow("It cannot be dropped.");
  const left = (table: string, by: string, id: string) =>
    env.DB.prepare(`SELECT COUNT(*) AS n FROM ${table} WHERE ${by} = ?`).bind(id).first("n");
  expect(await left("alert_log", "site_id", site_id)).toBe(0);
  expect(await left("audit", "org_id", org_id)).toBe(0);
  expect(await left("window_hours", "site_id", site_id)).toBe(0);
  expect(await dayTables(env.DB)).toContain(stays);
  expect(await dayTables(env.DB)).not.toContain(goes);
  await runSchedule(env, now);
  expect(await dayTables(env.DB)).not.toContain(stays);
});

test("objects without alarm are woken also where retention fails, which is told", async () => {
  const armed = await withoutAlarm((await makeTenant()).site_id);
  await env.DB.prepare("ALTER TABLE window_hours RENAME TO away").run();
  await expect(runSchedule(env, Date.UTC(2026, 10, 20, 13, 0, 30))).rejects.toThrow("window_hours");
  await env.DB.prepare("ALTER TABLE away RENAME TO window_hours").run();
  expect(await armed()).not.toBeNull();
});

test("objects without alarm are woken and alerts are told also where what has ended cannot be forgotten", async () => {
  const [waiting, { site_id }] = [await makeTenant(), await makeTenant()];
  const now = Date.UTC(2026, 10, 20, 15, 0, 30);
  const armed = await withoutAlarm(waiting.site_id);
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO alert_rules (id, site_id, name, rule, level, cooldown_s, webhook_url, webhook_secret, own_origin, created_at)
       VALUES ('r3', ?, 'Busy', '{}', 'info', 60, 'http://127.0.0.1:9/', 's', 'https://stats.example', 0)`,
    ).bind(site_id),
    env.DB.prepare(
      `INSERT INTO alert_log (site_id, at, rule_id, name, level, message, details, next_try_at) VALUES (?, ?, 'r3', 'Busy', 'info', '', '{}', 1)`,
    ).bind(site_id, now),
    env.DB.prepare("ALTER TABLE one_time_tokens RENAME TO away"),
  ]);
  await expect(runSchedule(env, now)).rejects.toThrow("one_time_tokens");
  await env.DB.prepare("ALTER TABLE away RENAME TO one_time_tokens").run();
  expect(await armed()).not.toBeNull();
  const left = env.DB.prepare("SELECT next_try_at FROM alert_log WHERE site_id = ?").bind(site_id);
  expect(await left.first("next_try_at")).toBeNull();
});
