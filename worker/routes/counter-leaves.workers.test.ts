import { createExecutionContext, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import { COUNTER_LIMITS } from "../../durable-objects/site/counter-leaves";
import { COUNTER_LEAF_LOOK } from "../../protocol/limits";
import { counterPage, counts, type OpenedCounter } from "../counter/counter-page.fixture";
import { holdClock } from "../hold-clock.fixture";
import { siteStub } from "../ingest/site-stub";
import { forgetSites } from "../store/sites";
import { harness, type Tenant } from "../workers.fixture";

/** Few, so that a test can fill them. The objects of this file read it when they begin. */
const LIMITS = { streams: 3, leaves: 2 };
Object.assign(COUNTER_LIMITS, LIMITS);

const { ask, makeTenant } = harness(env, createExecutionContext);
const ALL = LIMITS.streams * (LIMITS.leaves + 1);

let ann: Tenant;
let page: ReturnType<typeof counterPage>;
beforeEach(async () => {
  ann = await makeTenant();
  page = counterPage(ask, ann);
  await env.DB.prepare("UPDATE sites SET public_counter = 1, rate_limit = 100000 WHERE id = ?").bind(ann.site_id).run();
  forgetSites();
});

const root = () => env.SITE.getByName(ann.site_id);
const leaf = (index: number) => env.LEAF.getByName(`${ann.site_id}/${index}`);
const held = (object: DurableObjectStub) => runInDurableObject(object, (_, state) => state.getWebSockets().length);
const places = () => Promise.all([root(), leaf(0), leaf(1)].map(held));
const listed = () =>
  runInDurableObject(root(), (_, { storage }) =>
    storage.sql.exec("SELECT value FROM meta WHERE name = 'counter_leaves'").toArray(),
  );
/** Nothing more where it is out of memory already. */
const evict = (object: DurableObjectStub) =>
  evictDurableObject(object).catch((error: Error) => expect(error.message).toContain("not currently running"));
const total = () => siteStub(env, ann.site_id).counterCounts();
const all = (streams: OpenedCounter[], connections: number, visitors: number) =>
  Promise.all(streams.map((stream) => stream.next(counts(connections, visitors))));

/** One after another, two of each browser. */
async function openMany(count: number): Promise<OpenedCounter[]> {
  const streams: OpenedCounter[] = [];
  for (let n = 0; n < count; n++) streams.push(await page.open({ cookie: streams[n - (n % 2)]?.cookie ?? "" }));
  return streams;
}

const first = <T>(list: T[]): T => {
  if (list[0] === undefined) throw new Error("There is none.");
  return list[0];
};

test("COUNTER-5 streams of an address are counted over all objects", async () => {
  const pass = holdClock();
  await env.DB.prepare("UPDATE sites SET rate_limit = 0.5 WHERE id = ?").bind(ann.site_id).run();
  forgetSites();
  // Five of an address, three of them here and two at a leaf.
  const streams = await openMany(5);
  await all(streams, 5, 3);
  pass(60_000);
  await expect(page.open()).rejects.toThrow("429");
  for (const { stream } of [first(streams), first(streams.slice(4))]) await page.open({ stream });
  await expect(page.open()).rejects.toThrow("429");
  const other = await page.open({ headers: { "CF-Connecting-IP": "192.0.2.7" } });
  await other.next(counts(6, 5));
});

test("COUNTER-8 streams beyond one object are at leaves, all are told the totals, and then it is 503", async () => {
  const streams = await openMany(ALL);
  expect(await places()).toEqual([3, 3, 3]);
  await all(streams, 9, 5);
  const refused = await ask(`/events?site=${ann.site_id}`, { headers: { Origin: page.page } });
  expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, "30"]);
  // One that comes back finds its place wherever it is, and only once.
  for (const before of [first(streams), first(streams.slice(4)), first(streams.slice(8))]) {
    const again = await page.open({ stream: before.stream, cookie: before.cookie });
    await again.next(counts(9, 5));
    await before.ended;
    streams[streams.indexOf(before)] = again;
  }
  expect(await places()).toEqual([3, 3, 3]);
  // The goodbye of a page finds its stream wherever it is.
  for (const index of [7, 4, 1]) {
    const [gone] = streams.splice(index, 1);
    expect((await page.leave(gone?.stream ?? "")).status).toBe(204);
    await gone?.ended;
  }
  await all(streams, 6, 5);
  expect(await places()).toEqual([2, 2, 2]);
  const status = await siteStub(env, ann.site_id).status();
  expect(status.sockets.counter?.open).toBe(6);
  const json = await ask(`/counter.json?site=${ann.site_id}`, { headers: { Origin: page.page } });
  expect(counts(6, 5)(await json.json())).toBe(true);
});

test("COUNTER-8 a stream at a leaf that comes back when there is room here is here alone", async () => {
  const streams = await openMany(5);
  await all(streams, 5, 3);
  await page.leave(first(streams).stream);
  const before = first(streams.slice(4));
  const again = await page.open({ stream: before.stream, cookie: before.cookie });
  await before.ended;
  await again.next(counts(4, 3));
  expect(await places()).toEqual([3, 1, 0]);
});

test.each([
  ["the site's object", [root]],
  ["a leaf", [() => leaf(0)]],
  ["all of them", [root, () => leaf(0), () => leaf(1)]],
])("COUNTER-9 counts are exact after the eviction of %s", async (_, evicted) => {
  const streams = await openMany(8);
  await all(streams, 8, 4);
  for (const object of evicted) await evict(object());
  expect(await total()).toEqual({ totalConnections: 8, uniqueVisitors: 4 });
  // A join at the last leaf, ends at each object; the first of them wakes it.
  for (const object of evicted) await evict(object());
  streams.push(await page.open());
  await all(streams, 9, 5);
  for (const index of [8, 3, 0]) {
    for (const object of evicted) await evict(object());
    const [gone] = streams.splice(index, 1);
    await gone?.stop();
    const browsers = new Set(streams.map(({ cookie }) => cookie));
    await Promise.all(streams.map((stream) => stream.next(counts(streams.length, browsers.size))));
  }
});

test("COUNTER-9 after a wake-up nobody is told counts without the leaves' streams", async () => {
  const streams = await openMany(7);
  await all(streams, 7, 4);
  await evict(root());
  const from = streams.map(({ messages }) => messages.length);
  await page.leave(first(streams).stream);
  streams.shift();
  await all(streams, 6, 4);
  const said = streams.flatMap(({ messages }, n) => messages.slice(from[n + 1]));
  expect(said.length).toBeGreaterThan(0);
  for (const { data } of said) expect(counts(6, 4)(JSON.parse(data))).toBe(true);
});

test("COUNTER-10 the streams of a leaf that lost its sockets are not counted after the next look", async () => {
  const streams = await openMany(8);
  await all(streams, 8, 4);
  const left = [...streams.slice(0, 3), ...streams.slice(6)];
  // As many were there for a moment when they were opened.
  const had = left.map(({ messages }) => messages.length);
  // As in a crash: nobody hears of the ends.
  const dead = env.LEAF.getByName(`${ann.site_id}/0`);
  await evictDurableObject(dead, { webSockets: "close" });
  await Promise.all(streams.slice(3, 6).map(({ ended }) => ended));
  const start = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: start + COUNTER_LEAF_LOOK });
  try {
    await runDurableObjectAlarm(root());
    await Promise.all(left.map((stream, n) => stream.next(counts(5, 3), had[n])));
    expect(await total()).toEqual({ totalConnections: 5, uniqueVisitors: 3 });
  } finally {
    vi.useRealTimers();
  }
});

test("COUNTER-10 a site writes which leaves hold streams, and looks after none once they are empty", async () => {
  const few = await openMany(3);
  await all(few, 3, 2);
  expect(await listed()).toEqual([]);
  const more = await openMany(2);
  await all([...few, ...more], 5, 3);
  expect(await listed()).toEqual([{ value: "[0]" }]);
  for (const { stream } of more) await page.leave(stream);
  await all(few, 3, 2);
  let now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now });
  try {
    for (let look = 0; look < 6; look++) {
      now += COUNTER_LEAF_LOOK;
      vi.setSystemTime(now);
      await runDurableObjectAlarm(root());
      await vi.waitFor(async () => expect(await total()).toEqual({ totalConnections: 3, uniqueVisitors: 2 }), {
        timeout: 60_000,
      });
    }
    expect(await listed()).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test("COUNTER-10 a leaf's last streams come home once there is room by far, and then it is not looked after", async () => {
  const streams = await openMany(5);
  await all(streams, 5, 3);
  let now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now });
  const look = async () => {
    now += COUNTER_LEAF_LOOK;
    vi.setSystemTime(now);
    await runDurableObjectAlarm(root());
    return total();
  };
  const leave = async (index: number) => {
    const [gone] = streams.splice(index, 1);
    await page.leave(gone?.stream ?? "");
  };
  try {
    expect(await look()).toMatchObject({ totalConnections: 5 });
    // One of the leaf's two is left; then one place here is free, which is little.
    await leave(3);
    await look();
    await leave(0);
    await look();
    expect(await places()).toEqual([2, 1, 0]);
    await leave(0);
    expect(await total()).toEqual({ totalConnections: 2, uniqueVisitors: 2 });
    await look();
    const last = first(streams.slice(1));
    await last.ended;
    expect(await total()).toEqual({ totalConnections: 1, uniqueVisitors: 1 });
    const again = await page.open({ stream: last.stream, cookie: last.cookie });
    await again.next(counts(2, 2));
    expect(await places()).toEqual([2, 0, 0]);
    for (let n = 0; n < 6; n++) expect(await look()).toEqual({ totalConnections: 2, uniqueVisitors: 2 });
    expect(await listed()).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});
