import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { batchOf, freshSites, view } from "../site/site.fixture";
import { leafStub } from "./stub";

const freshSite = freshSites(env);

describe("LEAF-1 a leaf", () => {
  test("hands a batch to the site's object, which answers as if it came directly", async () => {
    const { stub, facts, site_id } = freshSite();
    const leaf = leafStub(env, site_id, 3);
    const answer = await leaf.ingest(batchOf(facts, "t1", [view(0), view(1, "/a")], "ann"));
    expect(answer).toMatchObject({ ok: true, count: 2, session_id: expect.any(String) });
    expect(await leaf.ingest(batchOf(facts, "t1", [view(1, "/a")], "ann"))).toEqual({ ...answer, count: 0 });
    expect(await stub.ingest(batchOf(facts, "t1", [view(2, "/b")], "ann"))).toEqual({ ...answer, count: 1 });
    expect(await stub.picture(facts, {})).toMatchObject({ now: 1, today: { page_views: 3, visitors: 1, sessions: 1 } });
  });

  test("answers many that come at once, each with its own", async () => {
    const { stub, facts, site_id } = freshSite();
    const leaf = leafStub(env, site_id, 0);
    const tabs = Array.from({ length: 40 }, (_, i) => `t${i}`);
    const answers = await Promise.all(tabs.map((tab) => leaf.ingest(batchOf(facts, tab, [view(0)], tab))));
    const sessions = answers.map((answer) => (answer.ok ? answer.session_id : null));
    expect(new Set(sessions).size).toBe(40);
    expect(await stub.picture(facts, {})).toMatchObject({ now: 40, today: { page_views: 40, sessions: 40 } });
    expect((await stub.status()).ingest).toMatchObject({ requests: 40, events: 40 });
  });
});
