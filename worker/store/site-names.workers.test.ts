import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { harness, type Tenant } from "../workers.fixture";

/** Reads of D1 that name the table of sites. */
let reads = 0;
/** While it is set the list of all sites cannot be read. */
let away = false;
const DB = new Proxy(env.DB, {
  get(db, name: keyof D1Database) {
    if (name !== "prepare") return db[name].bind(db);
    return (sql: string) => {
      if (/from "?sites/i.test(sql)) reads++;
      if (away && sql.includes("UNION")) throw new Error("D1 is away.");
      return db.prepare(sql);
    };
  },
});
const { ask, makeTenant } = harness({ ...env, DB }, createExecutionContext);

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const MINUTE = 60_000;
let ann: Tenant;
let start = 0;
beforeEach(async () => {
  ann = await makeTenant();
  // A minute of its own for each test, which does not end during the test.
  start = (start || Math.floor(Date.now() / MINUTE) * MINUTE + 1_000) + 2 * MINUTE;
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  away = false;
  reads = 0;
});
afterEach(() => void vi.useRealTimers());

const Sent = z.object({ count: z.number() });
async function send(site: string | undefined, Origin = "") {
  const response = await ask("/api/v1/track", {
    method: "POST",
    body: {
      ...(site !== undefined && { site }),
      tab: crypto.randomUUID(),
      events: [{ event_type: "pageview", page_url: "/a", timestamp: Date.now() }],
    },
    headers: { Origin, "User-Agent": FIREFOX, "CF-Connecting-IP": "192.0.2.1" },
  });
  const { count } = Sent.parse(await response.json());
  return { status: response.status, count, dropped: response.headers.get("X-Footfall-Dropped") };
}

const UNKNOWN = { status: 201, count: 0, dropped: "unknown_site" };
const KEPT = { status: 201, count: 1, dropped: null };

/** Names that no site has, by far more than are looked for one by one. */
async function flood(by: "id" | "origin") {
  for (let i = 0; i < 300; i++) {
    const name = crypto.randomUUID();
    expect(await (by === "id" ? send(name) : send(undefined, `https://${name}.example`))).toEqual(UNKNOWN);
  }
}

describe("a flood of names that no site has", () => {
  test.each(["id", "origin"] as const)("by %s costs few reads, and sites that are there nothing", async (by) => {
    await flood(by);
    expect(reads).toBeLessThanOrEqual(101);
    // Not looked for before, from the same address.
    expect(await send(ann.site_id)).toEqual(KEPT);
    expect(await send(undefined, `https://${ann.site_id}.example`)).toEqual(KEPT);
  });

  test("a site that is added meanwhile is there within 5 s", async () => {
    await flood("id");
    const bob = await makeTenant();
    vi.setSystemTime(start + 5_000);
    expect(await send(bob.site_id)).toEqual(KEPT);
  });

  test("is over with the minute", async () => {
    await flood("id");
    vi.setSystemTime(start + MINUTE);
    const before = reads;
    expect(await send(crypto.randomUUID())).toEqual(UNKNOWN);
    expect(reads).toBe(before + 1);
  });

  test("is looked for as before where the list cannot be read", async () => {
    away = true;
    await flood("id");
    expect(await send(ann.site_id)).toEqual(KEPT);
  });
});
