import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { AlertRuleReply, LoggedAlert } from "../../protocol/alerts";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, makeKey, signIn } = harness(env, createExecutionContext);

let ann: Tenant;
let as: Record<string, string>;
beforeEach(async () => {
  ann = await makeTenant();
  as = bearer((await signIn(ann)).token);
});

/** Somebody of the same organization. */
async function member(role: "viewer" | "editor" | "admin") {
  const other = await makeTenant(role);
  await env.DB.prepare("UPDATE memberships SET org_id = ? WHERE user_id = ?").bind(ann.org_id, other.user_id).run();
  return bearer((await signIn({ ...other, org_id: ann.org_id })).token);
}

const RULE = { metric: "visitors", above: 50 };
const send = (method: string, path: string, body?: object, headers = as) => ask(path, { method, body, headers });
const create = (more: object = {}, headers = as) =>
  send("POST", "/api/alerts", { site: ann.site_id, name: "Busy", rule: RULE, ...more }, headers);
const list = (headers = as) => ask(`/api/alerts?site=${ann.site_id}`, { headers });

async function dataOf(response: Response): Promise<AlertRuleReply> {
  const { data }: { data: AlertRuleReply } = await response.json();
  return data;
}

describe("rules", () => {
  test("are made with defaults, read, listed, changed and deleted", async () => {
    const made = await create();
    expect(made.status).toBe(201);
    const rule = await dataOf(made);
    expect(rule).toEqual({
      id: expect.stringMatching(/^[a-z2-7]{10}$/),
      site: ann.site_id,
      name: "Busy",
      rule: { metric: "visitors", above: 50, window: "60s" },
      level: "warning",
      cooldown_s: 900,
      webhook_url: null,
      email: null,
      enabled: true,
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const path = `/api/alerts/${rule.id}`;
    expect(await dataOf(await ask(path, { headers: as }))).toEqual(rule);
    expect(await (await list()).json()).toEqual({
      success: true,
      data: [rule],
      default_rule: null,
      email_ready: false,
    });

    const patch = { name: "Quiet", rule: { metric: "silence", above: 600 }, level: "critical", enabled: false };
    expect(await dataOf(await send("PATCH", path, patch))).toEqual({ ...rule, ...patch });
    expect((await send("DELETE", path)).status).toBe(204);
    expect((await ask(path, { headers: as })).status).toBe(404);
    expect((await send("DELETE", path)).status).toBe(404);
  });

  test("stand above the default, which is listed as long as it holds", async () => {
    const setup = { name: "Many visitors", level: "info", cooldown_s: 3600, rule: { metric: "visitors", above: 10 } };
    expect(await (await list()).json()).toMatchObject({ data: [], default_rule: setup });
    await create({ rule: { metric: "silence", above: 60 } });
    expect(await (await list()).json()).toMatchObject({ default_rule: setup });
    await create({ enabled: false });
    expect(await (await list()).json()).toMatchObject({ default_rule: null });
  });

  test("are at most twenty", async () => {
    for (let i = 0; i < 20; i++) expect((await create()).status).toBe(201);
    const refused = await create();
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ error: { code: "conflict", message: expect.stringContaining("20") } });
  });

  test.each([
    [{ rule: { metric: "visitors" } }, "rule.above"],
    [{ rule: { metric: "sales", above: 1 } }, "rule.metric"],
    [{ name: "" }, "name"],
    [{ level: "loud" }, "level"],
    [{ cooldown_s: 0 }, "cooldown_s"],
    [{ email: "nobody" }, "email"],
    [{ webhook_url: "http://127.0.0.1/" }, "webhook_url"],
    [{ webhook_url: "http://[::ffff:10.0.0.1]/" }, "webhook_url"],
    [{ webhook_url: "https://stats.example/api/events" }, "webhook_url"],
  ])("%o is refused at its field", async (more, field) => {
    const response = await create(more);
    expect(response.status).toBe(400);
    const { error }: { error: { fields: Record<string, string> } } = await response.json();
    expect(Object.keys(error.fields)).toEqual([field]);
  });

  test("an address is refused when it is changed too, and what was stays", async () => {
    const rule = await dataOf(await create({ webhook_url: "https://hooks.example.com/x" }));
    const response = await send("PATCH", `/api/alerts/${rule.id}`, { webhook_url: "http://169.254.169.254/" });
    expect(response.status).toBe(400);
    expect(await dataOf(await ask(`/api/alerts/${rule.id}`, { headers: as }))).toEqual(rule);
  });

  test("with a webhook have a secret, which a change keeps", async () => {
    const rule = await dataOf(await create({ webhook_url: "https://hooks.example.com/x" }));
    expect(rule.webhook_secret).toMatch(/^[\w-]{43}$/);
    const changed = await dataOf(await send("PATCH", `/api/alerts/${rule.id}`, { name: "New" }));
    expect(changed).toEqual({ ...rule, name: "New" });
  });
});

describe("who may do what", () => {
  const HOOK = { webhook_url: "https://hooks.example.com/services/secret", email: "ann@example.com" };

  test("viewers and editors read rules without secrets, and change nothing", async () => {
    const rule = await dataOf(await create(HOOK));
    for (const role of ["viewer", "editor"] as const) {
      const headers = await member(role);
      const { webhook_secret: _, ...rest } = rule;
      const shown = { ...rest, webhook_url: "https://hooks.example.com/…", email: "…@example.com" };
      expect(await dataOf(await ask(`/api/alerts/${rule.id}`, { headers }))).toEqual(shown);
      expect(await (await list(headers)).json()).toMatchObject({ data: [shown] });
      expect((await create({}, headers)).status).toBe(403);
      expect((await send("PATCH", `/api/alerts/${rule.id}`, { name: "x" }, headers)).status).toBe(403);
      expect((await send("DELETE", `/api/alerts/${rule.id}`, undefined, headers)).status).toBe(403);
    }
    expect(await dataOf(await ask(`/api/alerts/${rule.id}`, { headers: as }))).toEqual(rule);
  });

  test("admins manage, and keys of scope admin, also those of this site alone", async () => {
    for (const headers of [
      await member("admin"),
      bearer(await makeKey(ann, ["admin"])),
      bearer(await makeKey(ann, ["admin"], ann.site_id)),
    ]) {
      const rule = await dataOf(await create(HOOK, headers));
      expect(rule.webhook_secret).toBeDefined();
      expect((await send("DELETE", `/api/alerts/${rule.id}`, undefined, headers)).status).toBe(204);
    }
  });

  test("another tenant finds nothing, and neither does a key of another site", async () => {
    const rule = await dataOf(await create());
    const bob = await makeTenant();
    for (const headers of [bearer((await signIn(bob)).token), bearer(await makeKey(ann, ["admin"], bob.site_id))]) {
      expect((await create({}, headers)).status).toBe(404);
      expect((await ask(`/api/alerts/${rule.id}`, { headers })).status).toBe(404);
      expect((await send("PATCH", `/api/alerts/${rule.id}`, { name: "x" }, headers)).status).toBe(404);
      expect((await send("DELETE", `/api/alerts/${rule.id}`, undefined, headers)).status).toBe(404);
      expect((await list(headers)).status).toBe(404);
      expect((await ask(`/api/alerts/log?site=${ann.site_id}`, { headers })).status).toBe(404);
    }
    expect(await dataOf(await ask(`/api/alerts/${rule.id}`, { headers: as }))).toEqual(rule);
  });

  test("a key that only sends reads no rules", async () => {
    const headers = bearer(await makeKey(ann, ["ingest"]));
    expect((await list(headers)).status).toBe(403);
  });
});

describe("the log", () => {
  const read = async (query = "") => {
    const response = await ask(`/api/alerts/log?site=${ann.site_id}${query}`, { headers: as });
    const body: { data: LoggedAlert[]; next_cursor: string | null } = await response.json();
    return body;
  };
  const add = (at: number, rule_id: string) =>
    env.DB.prepare(
      `INSERT INTO alert_log (site_id, at, rule_id, name, level, message, details)
       VALUES (?, ?, ?, 'Busy', 'info', 'Many.', '{"metric":"visitors","visitors_last_minute":11,"value":11,"limit":10}')`,
    ).bind(ann.site_id, at, rule_id);

  test("is empty at first", async () => {
    expect(await read()).toEqual({ success: true, data: [], next_cursor: null });
  });

  test("has alerts newest first, page by page, none twice and none left out", async () => {
    const times = [1_000, 2_000, 2_000, 2_000, 3_000, 4_000, 5_000];
    await env.DB.batch(times.map((at, i) => add(at, `r${i}`)));
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof read>> = await read(`&limit=2${cursor ? `&cursor=${cursor}` : ""}`);
      expect(page.data.length).toBeLessThanOrEqual(2);
      ids.push(...page.data.map(({ rule_id }) => rule_id));
      cursor = page.next_cursor;
    } while (cursor);
    expect(ids).toEqual(["r6", "r5", "r4", "r3", "r2", "r1", "r0"]);
    expect((await read("&limit=1")).data).toEqual([
      {
        id: "5000-r6",
        rule_id: "r6",
        name: "Busy",
        level: "info",
        message: "Many.",
        at: "1970-01-01T00:00:05.000Z",
        details: { metric: "visitors", visitors_last_minute: 11, value: 11, limit: 10 },
        tries: [],
        next_try_at: null,
      },
    ]);
  });

  test.each(["&limit=0", "&limit=201", "&limit=x", "&cursor=x", "&cursor=W10"])("%s is refused", async (query) => {
    const response = await ask(`/api/alerts/log?site=${ann.site_id}${query}`, { headers: as });
    expect(response.status).toBe(400);
  });
});
