import { env, exports } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";

const TOKEN = `ff_reader_${"x".repeat(43)}`;

beforeAll(async () => {
  await env.DB.batch([
    env.DB.prepare("INSERT INTO organizations (id, name, created_at) VALUES ('o', 'O', 0)"),
    env.DB.prepare(
      "INSERT INTO sites (id, org_id, name, domain, domains, time_zone, created_at) VALUES ('s', 'o', 'S', 's.example', '[]', 'Europe/Vienna', 0)",
    ),
    env.DB.prepare(
      "INSERT INTO api_keys (id, org_id, name, token_hash, scopes, created_by, created_at) VALUES ('reader', 'o', 'R', ?, '[\"read\"]', 'u', 0)",
    ).bind(createHash("sha256").update(TOKEN).digest("hex")),
    env.DB.prepare(
      "INSERT INTO rollups (site_id, dimension, day, hour, value, page_views, visitors) VALUES ('s', 'total', 20250517, 9, '', 3, 2), ('s', 'page', 20250517, 9, '/a', 1, 1), ('s', 'page', 20250517, 9, '/b', 2, 1)",
    ),
  ]);
});

const ask = (what: string, query: string, headers: Record<string, string> = { Authorization: `Bearer ${TOKEN}` }) =>
  exports.default.fetch(`https://footfall.example/api/v1/stats/${what}?${query}`, { headers });

describe("GET /api/v1/stats", () => {
  it.each([
    ["aggregate", "&metrics=visitors,page_views", { data: [{ visitors: 2, page_views: 3 }] }],
    [
      "timeseries",
      "&interval=day&metrics=visitors,page_views",
      { interval: "day", data: [{ date: "2025-05-17", visitors: 2, page_views: 3 }] },
    ],
    [
      "breakdown",
      "&dimension=page&metrics=page_views",
      {
        data: [
          { value: "/b", page_views: 2 },
          { value: "/a", page_views: 1 },
        ],
      },
    ],
  ])("%s answers plainly", async (what, more, expected) => {
    const reply = await ask(what, `site=s&from=2025-05-17&to=2025-05-17${more}`);
    expect(reply.status).toBe(200);
    const range = { from: "2025-05-17", to: "2025-05-17", timezone: "Europe/Vienna" };
    expect(await reply.json()).toEqual({ ...range, ...expected });
  });

  it.each([
    ["a period nobody knows", "aggregate", "site=s&period=1h", "period"],
    ["a day that is none", "aggregate", "site=s&from=2025-02-30", "from"],
    ["an end before the beginning", "aggregate", "site=s&from=2025-05-17&to=2025-05-16", "to"],
    ["a metric nobody knows", "aggregate", "site=s&metrics=visitors,fun", "metrics.1"],
    ["another time zone", "aggregate", "site=s&timezone=UTC", "timezone"],
    ["no dimension", "breakdown", "site=s", "dimension"],
    ["a dimension nobody knows", "breakdown", "site=s&dimension=shoe", "dimension"],
    ["too many rows", "breakdown", "site=s&dimension=page&limit=1001", "limit"],
    ["a filter", "aggregate", "site=s&filters=page:/a", "filters"],
    ["no site", "aggregate", "period=7d", "site"],
  ])("refuses %s", async (_, what, query, field) => {
    const reply = await ask(what, query);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ success: false, error: { fields: { [field]: expect.any(String) } } });
  });

  it("is for those who may read the site", async () => {
    expect((await ask("aggregate", "site=s", {})).status).toBe(401);
    expect((await ask("aggregate", "site=other")).status).toBe(404);
  });
});
