import { env, exports } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { CHUNK_LINES, type ImportRequest, type ImportRow } from "./import-request";

const ORIGIN = "https://footfall.example";
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const START = Date.UTC(2015, 4, 17, 10);

const token = (name: string) => `ff_${name}_${"x".repeat(43)}`;

beforeAll(async () => {
  const statements = [
    env.DB.prepare("INSERT INTO organizations (id, name, created_at) VALUES ('o', 'O', 0), ('p', 'P', 0)"),
    ...["one", "two", "foreign"].map((id) =>
      env.DB.prepare(
        "INSERT INTO sites (id, org_id, name, domain, domains, created_at) VALUES (?1, ?2, ?1, ?3, ?4, 0)",
      ).bind(id, id === "foreign" ? "p" : "o", `${id}.example`, JSON.stringify([`${id}.example`])),
    ),
    ...[
      ["all", null, ["ingest", "read"]],
      ["readonly", null, ["read"]],
      ["only", "one", ["ingest"]],
    ].map(([name, site, scopes]) =>
      env.DB.prepare(
        "INSERT INTO api_keys (id, org_id, site_id, name, token_hash, scopes, created_by, created_at) VALUES (?1, 'o', ?2, ?1, ?3, ?4, 'u', 0)",
      ).bind(
        name,
        site,
        createHash("sha256")
          .update(token(String(name)))
          .digest("hex"),
        JSON.stringify(scopes),
      ),
    ),
  ];
  await env.DB.batch(statements);
});

interface Asking {
  site?: string;
  key?: string | null;
}

function ask(method: string, body: unknown, { site = "one", key = "all" }: Asking = {}): Promise<Response> {
  return exports.default.fetch(`${ORIGIN}/api/v1/import?site=${site}`, {
    method,
    headers: { "Content-Type": "application/json", ...(key !== null && { Authorization: `Bearer ${token(key)}` }) },
    ...(method === "POST" && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

const row = (minute: number, path: string, more: Partial<ImportRow> = {}): ImportRow => ({
  at: START + minute * 60_000,
  ip: "198.18.0.1",
  user_agent: CHROME,
  path,
  referrer: "",
  status: 200,
  ...more,
});
const chunk = (name: string, rows: ImportRow[], lines = rows.length): ImportRequest => ({
  chunk: createHash("sha256").update(name).digest("hex"),
  lines,
  rows,
});

describe("POST /api/v1/import", () => {
  it("adds a chunk once, goes on with its sessions in the next, and shows them in stats", async () => {
    const first = chunk("a", [row(0, "/"), row(10, "/a"), row(11, "/", { ip: "198.18.0.2" })]);
    const reply = await ask("POST", first);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({
      success: true,
      data: { applied: true, visitors: 2, sessions: 2, page_views: 3, excluded: 0 },
    });
    const again = await ask("POST", first);
    expect(await again.json()).toMatchObject({ success: true, data: { applied: false, page_views: 0, sessions: 0 } });
    const next = await ask("POST", chunk("b", [row(39, "/b")]));
    expect(await next.json()).toMatchObject({ data: { applied: true, visitors: 0, sessions: 0, page_views: 1 } });

    const stats = await exports.default.fetch(
      `${ORIGIN}/api/v1/stats/aggregate?site=one&period=all&metrics=visitors,sessions,page_views,bounce_rate,session_duration`,
      { headers: { Authorization: `Bearer ${token("all")}` } },
    );
    expect(await stats.json()).toMatchObject({
      from: "2015-05-17",
      data: [{ visitors: 2, sessions: 2, page_views: 4, bounce_rate: 0.5, session_duration: (39 * 60_000) / 2 }],
    });
    const { results } = await env.DB.prepare(
      "SELECT entry_page, exit_page, page_views, id_mode FROM sessions WHERE site_id = 'one' ORDER BY page_views DESC",
    ).all();
    expect(results).toEqual([
      { entry_page: "/", exit_page: "/b", page_views: 3, id_mode: "import" },
      { entry_page: "/", exit_page: "/", page_views: 1, id_mode: "import" },
    ]);
  });

  it("adds it once also when it comes many times at once", async () => {
    const same = chunk("c", [row(0, "/"), row(1, "/a")]);
    const replies = await Promise.all(Array.from({ length: 6 }, () => ask("POST", same, { site: "two" })));
    const applied = await Promise.all(
      replies.map(async (r) => (await r.json<{ data: { applied: boolean } }>()).data.applied),
    );
    expect(applied.filter(Boolean)).toHaveLength(1);
    const sum = "SELECT sum(page_views) AS n FROM rollups WHERE site_id = 'two' AND dimension = 'total'";
    expect(await env.DB.prepare(sum).first("n")).toBe(2);
  });

  it("takes a full chunk", async () => {
    const rows = Array.from({ length: CHUNK_LINES }, (_, i) =>
      row(i % 600, `/page/${i}`, { ip: `198.18.1.${i % 200}` }),
    );
    const reply = await ask("POST", chunk("full", rows), { site: "two" });
    expect(await reply.json()).toMatchObject({ data: { applied: true, visitors: 200, page_views: CHUNK_LINES } });
  });

  it("leaves live state alone", async () => {
    const live = await env.SITE.getByName("one").openRollups();
    expect(live).toEqual([]);
  });

  it.each([
    ["no key", chunk("x", []), { key: null }, 401],
    ["an unknown key", chunk("x", []), { key: "unknown" }, 401],
    ["a key that may only read", chunk("x", []), { key: "readonly" }, 403],
    ["a key of another site", chunk("x", []), { key: "only", site: "two" }, 404],
    ["a site of another organization", chunk("x", []), { site: "foreign" }, 404],
    ["an unknown site", chunk("x", []), { site: "none" }, 404],
    ["no site", chunk("x", []), { site: "" }, 400],
    ["no JSON", "{", {}, 400],
    ["a chunk without a hash", { chunk: "x", rows: [] }, {}, 400],
    ["a path that is none", chunk("x", [row(0, "page")]), {}, 400],
    ["a time in the future", chunk("x", [row(0, "/", { at: Date.now() + 3 * 86_400_000 })]), {}, 400],
    ["too large a body", " ".repeat(1_100_000), {}, 413],
  ])("refuses %s", async (_, body, asking, status) => {
    const reply = await ask("POST", body, asking);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ success: false });
  });
});

describe("GET /api/v1/import", () => {
  it("tells where files ended, to a key for that site", async () => {
    const short = chunk("short", [row(0, "/")], 17);
    await ask("POST", short, { key: "only" });
    const reply = await ask("GET", null, { key: "only" });
    expect(await reply.json()).toMatchObject({ data: expect.arrayContaining([{ chunk: short.chunk, lines: 17 }]) });
    expect((await ask("GET", null, { key: null })).status).toBe(401);
    expect((await ask("GET", null, { key: "only", site: "two" })).status).toBe(404);
  });
});
