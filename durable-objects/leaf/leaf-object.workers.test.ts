import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { GatheredResult, IngestBatch } from "../../protocol/ingest";
import { LEAF_WAITING_BYTES } from "../../protocol/limits";
import { eventsTable } from "../site/sinks/events-table";
import { batchOf, freshSites, view } from "../site/site.fixture";
import { SiteObject } from "../site/site-object";
import { SiteStore } from "../site/store";
import { LeafObject } from "./leaf-object";
import { leafStub } from "./stub";

const freshSite = freshSites(env);
type TestSite = ReturnType<typeof freshSite>;

const countOf = (answer: GatheredResult) => (answer.ok ? answer.count : answer.code);

/** Paths of the events that the object has written down, in the order of its journal. */
const journalOf = ({ object }: TestSite) =>
  runInDurableObject(object, (_, { storage }) =>
    [...new SiteStore(storage.sql).journal(0, Number.MAX_SAFE_INTEGER)].flatMap(({ entries }) =>
      entries.flatMap(({ events }) => events.map(({ path }) => path)),
    ),
  );

/** The same of what D1 has, in the order of the alphabet. */
async function storedPaths({ site_id }: TestSite): Promise<string[]> {
  const { results } = await env.DB.prepare(`SELECT page_url FROM ${eventsTable(Date.now())} WHERE site_id = ?`)
    .bind(site_id)
    .all<{ page_url: string }>();
  return results.map(({ page_url }) => new URL(page_url).pathname).sort();
}

/** While it lasts a batch with an event on `path` cannot be written. */
function refuseToStore(path: string): void {
  const append = SiteStore.prototype.append;
  const spy = vi.spyOn(SiteStore.prototype, "append").mockImplementation(function (
    this: SiteStore,
    n,
    events,
    entries,
    rows,
  ) {
    if (entries.some((entry) => entry.events.some((event) => event.path === path))) throw new Error("Made to fail.");
    return append.call(this, n, events, entries, rows);
  });
  onTestFinished(() => spy.mockRestore());
}

const { ingestAll } = SiteObject.prototype;

/** Objects of sites take nothing until they are released. Answers also how many batches each call had. */
function holdUp() {
  const calls: number[] = [];
  let held = true;
  const spy = vi.spyOn(SiteObject.prototype, "ingestAll").mockImplementation(async function (
    this: SiteObject,
    batches,
  ) {
    calls.push(batches.length);
    // A promise of the test's own cannot be waited for in an object.
    while (held) await scheduler.wait(1);
    return ingestAll.call(this, batches);
  });
  const release = () => {
    held = false;
  };
  onTestFinished(() => {
    release();
    spy.mockRestore();
  });
  return { calls, release };
}

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

  test("a refusal is the same too: what its sender may not send more often", async () => {
    const { facts, site_id } = freshSite();
    const leaf = leafStub(env, site_id, 0);
    const one = { ...facts, rate_limit: 1 };
    const at = Date.UTC(2026, 10, 21, 12, 0, 30);
    const send = (seq: number) => leaf.ingest({ ...batchOf(one, "t", [view(seq)]), received_at: at });
    expect(await send(0)).toMatchObject({ ok: true, count: 1 });
    expect(await send(1)).toEqual({ ok: false, code: "rate_limited", retry_after_s: 30, leaves: 1 });
  });
});

describe("LEAF-2 what comes while the object is busy", () => {
  test("goes over in one call, in its order, with the answers in theirs", async () => {
    const site = freshSite();
    const { calls, release } = holdUp();
    const arrived = vi.spyOn(LeafObject.prototype, "ingest");
    onTestFinished(() => arrived.mockRestore());
    const leaf = leafStub(env, site.site_id, 0);
    const paths = Array.from({ length: 30 }, (_, i) => `/${i}`);
    const sent = paths.map((path, seq) => leaf.ingest(batchOf(site.facts, `t${seq % 3}`, [view(seq, path)], "ann")));
    const twice = leaf.ingest(batchOf(site.facts, "t2", [view(29, "/29")], "ann"));
    // Behind all of these at the leaf, as calls of one stub arrive in their order.
    const last = leaf.ingest(batchOf(site.facts, "t0", [view(30, "/30"), view(31, "/31")], "ann"));
    await expect.poll(() => arrived.mock.calls.length).toBe(32);
    release();
    const answers = await Promise.all([...sent, twice, last]);
    expect(answers.map(countOf)).toEqual([...paths.map(() => 1), 0, 2]);
    expect(await journalOf(site)).toEqual([...paths, "/30", "/31"]);
    expect(calls).toEqual([1, 31]);
  });

  test("LEAF-6 is refused as overloaded beyond what a leaf holds, and what it holds is taken", async () => {
    const site = freshSite();
    const leaf = leafStub(env, site.site_id, 0);
    const { release } = holdUp();
    // Of a user agent nothing is kept.
    const large = (i: number) => batchOf(site.facts, `t${i}`, [view(0, `/${i}`)], `${i}`.padEnd(1_000_000));
    const fits = Math.floor(LEAF_WAITING_BYTES / 1_001_500) + 1;
    const answers = Array.from({ length: fits + 3 }, (_, i) => leaf.ingest(large(i)));
    expect(await Promise.all(answers.slice(fits))).toEqual(
      [1, 2, 3].map(() => expect.objectContaining({ ok: false, code: "failed", overloaded: true })),
    );
    release();
    expect((await Promise.all(answers.slice(0, fits))).map(countOf)).toEqual(Array.from({ length: fits }, () => 1));
    expect((await journalOf(site)).length).toBe(fits);
    expect(countOf(await leaf.ingest(large(fits)))).toBe(1);
  });
});

describe("LEAF-3 batches of one call", () => {
  test("one that cannot be stored fails alone: those before and after are counted once, also after eviction", async () => {
    const site = freshSite();
    const { stub, facts, object } = site;
    const tab = (name: string, seq: number, path: string) => batchOf(facts, name, [view(seq, path)], "ann");
    const batches: IngestBatch[] = [
      tab("t1", 0, "/a"),
      tab("t2", 0, "/b"),
      tab("t1", 1, "/bad"),
      tab("t1", 1, "/c"),
      tab("t2", 0, "/b"),
      tab("t3", 0, "/bad"),
      tab("t3", 1, "/d"),
    ];
    refuseToStore("/bad");
    const answers = await stub.ingestAll(batches);
    expect(answers.map(countOf)).toEqual([1, 1, "failed", 1, 0, "failed", 1]);
    expect(answers[2]).toMatchObject({ message: "Made to fail.", retryable: false, overloaded: false });
    const sessions = answers.flatMap((answer) => (answer.ok ? [answer.session_id] : []));
    expect(new Set(sessions).size).toBe(1);
    vi.restoreAllMocks();
    const whole = { today: { page_views: 4, sessions: 1, visitors: 1 } };
    expect(await stub.picture(facts, {})).toMatchObject(whole);
    await evictDurableObject(object);
    expect(await stub.picture(facts, {})).toMatchObject(whole);
    // All of it again, as senders do that got no answer: only what failed is new.
    expect((await stub.ingestAll(batches)).map(countOf)).toEqual([0, 0, 0, 0, 0, 1, 0]);
    await stub.flush();
    expect(await storedPaths(site)).toEqual(["/a", "/b", "/bad", "/c", "/d"]);
  });

  test("the same through a leaf", async () => {
    const site = freshSite();
    const leaf = leafStub(env, site.site_id, 0);
    refuseToStore("/bad");
    const paths = Array.from({ length: 20 }, (_, i) => (i % 7 === 3 ? "/bad" : `/${i}`));
    const answers = await Promise.all(
      paths.map((path, i) => leaf.ingest(batchOf(site.facts, `t${i}`, [view(i, path)], "ann"))),
    );
    expect(answers.map(countOf)).toEqual(paths.map((path) => (path === "/bad" ? "failed" : 1)));
    expect(await journalOf(site)).toEqual(paths.filter((path) => path !== "/bad"));
  });

  test("a batch that nothing can be made of costs the others nothing", async () => {
    const { stub, facts } = freshSite();
    const good = batchOf(facts, "t1", [view(0)], "ann");
    const { sender: _sender, ...broken } = batchOf(facts, "t2", [view(0)], "ann");
    const answers = await stub.ingestAll([good, broken as IngestBatch, { ...good, events: [view(1)] }]);
    expect(answers.map(countOf)).toEqual([1, "failed", 1]);
  });

  test("of none there is no answer", async () => {
    expect(await freshSite().stub.ingestAll([])).toEqual([]);
  });
});
