import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { getJson, pageview, postBeacon, signIn, withKey } from "../support/api.ts";
import { openD1 } from "../support/d1-file.ts";
import { PATIENCE } from "../support/patience.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { type Message, openViewer, type ViewerProgram } from "../support/viewer-program.ts";

let server: TestServer;
let cookie: string;
const opened: ViewerProgram[] = [];

beforeAll(async () => {
  server = await startServer();
  cookie = await signIn(server);
});
afterEach(async () => {
  const viewers = opened.splice(0);
  for (const viewer of viewers) viewer.close();
  // The next test must not be told that they went.
  await Promise.all(viewers.map(({ closed }) => closed));
});
afterAll(() => server?.[Symbol.asyncDispose]());

const SITE = "site:demo";

/** A viewer signed in by cookie; `query` goes beside its room. */
function view(query = "", room = SITE): ViewerProgram {
  const viewer = openViewer(server.url, { query: `rooms=${room}${query}`, headers: { cookie } });
  opened.push(viewer);
  return viewer;
}

let visitors = 0;

async function visit(path: string): Promise<string> {
  const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ${++visitors}`;
  const beacon = { tab: randomUUID(), events: [pageview(server, path)] };
  const reply = await postBeacon(server, beacon, { "user-agent": agent });
  expect(reply).toMatchObject({ status: 201, body: { count: 1 } });
  return z.object({ session_id: z.string() }).parse(reply.body).session_id;
}

const Summary = z.object({
  data: z.object({
    summary: z.object({
      total_active: z.number(),
      total_today: z.number(),
      pages_visited: z.record(z.string(), z.number()),
    }),
  }),
});
const summary = async (query = "") =>
  (await getJson(server, `/api/analytics/summary?site=demo${query}`, Summary, withKey(server.key))).data.summary;

const numbersOf = (messages: Message[]) => messages.flatMap(({ seq }) => seq ?? []);

describe("what a socket is told", () => {
  test("VIEWER-2 first hello with version, who, rooms and numbers, then the whole picture", async () => {
    const viewer = view();
    await viewer.next("user_connected");
    const [hello, snapshot] = viewer.messages;
    expect(hello).toMatchObject({
      type: "hello",
      data: { protocol: 1, rooms: [SITE], user_id: expect.any(String), org_id: expect.any(String) },
    });
    expect(snapshot).toMatchObject({ type: "snapshot", room: SITE, data: { site_id: "demo" } });
    expect(hello?.data?.seq).toEqual({ [SITE]: snapshot?.seq });
  });

  test("VIEWER-7 S3.9 S3.11 S2.14 a program that knows only single messages works by them", async () => {
    const viewer = view();
    await viewer.next("snapshot");
    const path = `/only-${randomUUID()}`;
    const session_id = await visit(path);
    const { data, room } = await viewer.next("visitor_update");
    expect(room).toBe(SITE);
    expect(data).toMatchObject({
      event: { type: "pageview", page: path, session_id, metadata: { device: "desktop" } },
      events: 1,
      stats: { pages_visited: { [path]: 1 } },
    });
    expect(
      Date.parse(z.object({ event: z.object({ timestamp: z.iso.datetime() }) }).parse(data).event.timestamp),
    ).toBeGreaterThan(0);
    expect(data?.stats).toEqual(await summary());
    const activity = await viewer.next((m) => m.type === "session_activity" && m.data?.session_id === session_id);
    expect(activity.data).toEqual({ session_id, current_page: path, journey: [path], duration: 0 });
    expect((await viewer.next("stats:updated")).data).toEqual(data?.stats);
    // The last message of what is told at once has the number, and no number is missing.
    const delta = await viewer.next("delta");
    expect(viewer.messages.filter(({ type }) => type === "visitor_update")[0]?.seq).toBeUndefined();
    const numbers = numbersOf(viewer.messages);
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
    expect(numbers).toContain(delta.seq);
  });

  test("VIEWER-8 S1.16 windows of 1 s and 5 s come when they close, as REST has them", async () => {
    const viewer = view("&messages=aggregates");
    await viewer.next("snapshot");
    const path = `/window-${randomUUID()}`;
    const before = Date.now();
    await visit(path);
    const isOurs = (window: string) => (m: Message) =>
      m.type === "aggregates" &&
      z.object({ window: z.literal(window), routes: z.record(z.string(), z.number()) }).safeParse(m.data).success &&
      JSON.stringify(m.data).includes(path);
    const second = await viewer.next(isOurs("1s"));
    const closedAfter = Date.now() - before;
    expect(second.data).toMatchObject({ errors: 0, error_rate: 0, routes: { [path]: 1 } });
    expect(closedAfter).toBeLessThan(6_000);
    const five = await viewer.next(isOurs("5s"));
    const Closed = z.object({ data: z.object({ closed: z.array(z.record(z.string(), z.unknown())) }) });
    const { data } = await getJson(server, "/api/aggregates?site=demo&window=5s", Closed, withKey(server.key));
    const { window, ...counts } = five.data ?? {};
    expect(window).toBe("5s");
    expect(data.closed).toContainEqual(counts);
    // This one takes no deltas: the number stands on the last of what it takes, which may be a minute that closed as well.
    expect(viewer.messages.findLast(({ type }) => type === "aggregates")?.seq).toEqual(expect.any(Number));
    expect(viewer.messages.filter(isOurs("1s"))).toHaveLength(1);
    expect(viewer.messages.some(({ type }) => type === "delta" || type === "visitor_update")).toBe(false);
  });

  test("VIEWER-7 who takes deltas alone pays for nothing else, and sees every number", async () => {
    const viewer = view("&messages=delta,something_newer");
    await viewer.next("snapshot");
    expect(viewer.messages[0]?.data).toMatchObject({ messages: ["delta"] });
    const all = view();
    await all.next("snapshot");
    const path = `/delta-${randomUUID()}`;
    await visit(path);
    await all.next((m) => m.type === "visitor_update" && JSON.stringify(m.data).includes(path));
    await viewer.next((m) => m.type === "delta" && JSON.stringify(m.data).includes(path));
    // A window that closes is told to the other, and the number of that frame goes to both.
    await all.next((m) => m.type === "aggregates" && JSON.stringify(m.data).includes(path));
    await visit(`${path}-again`);
    await viewer.next((m) => m.type === "delta" && JSON.stringify(m.data).includes(`${path}-again`));
    const forAll = ["hello", "snapshot", "user_connected", "user_disconnected"];
    expect(new Set(viewer.messages.map(({ type }) => type)).difference(new Set(forAll))).toEqual(new Set(["delta"]));
    const numbers = numbersOf(viewer.messages);
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
  });

  test("VIEWER-4 S3.10 dashboards are counted as they come and go", async () => {
    const first = view();
    const joined = await first.next("user_connected");
    expect(joined.data).toMatchObject({ total_dashboards: 1 });
    const second = view();
    await first.next((m) => m.type === "user_connected" && m.data?.total_dashboards === 2);
    second.say({ type: "unsubscribe", rooms: [SITE] });
    await first.next((m) => m.type === "user_disconnected" && m.data?.total_dashboards === 1);
    expect((await second.next((m) => m.type === "hello" && m !== second.messages[0])).data?.rooms).toEqual([]);
    const told = second.messages.length;
    const path = `/left-${randomUUID()}`;
    await visit(path);
    await first.next((m) => m.type === "delta" && JSON.stringify(m.data).includes(path));
    expect(second.messages.slice(told)).toEqual([]);
    second.say({ type: "subscribe", data: { rooms: ["building:demo"], messages: ["visitor_update"] } });
    expect(
      JSON.stringify((await second.next((m) => second.messages.indexOf(m) > told && m.type === "snapshot")).data),
    ).toContain(path);
    await visit(`${path}-2`);
    await second.next("visitor_update");
    expect(second.messages.slice(told).some(({ type }) => type === "delta")).toBe(false);
  });
});

describe("what a socket asks", () => {
  test("VIEWER-9 S3.13 detailed stats go to the asker alone, filtered as REST filters", async () => {
    const [asker, other] = [view(), view()];
    await Promise.all([asker.next("snapshot"), other.next("snapshot")]);
    const page = `/filter-${randomUUID()}`;
    await Promise.all([visit(page), visit(page), visit("/elsewhere")]);
    asker.say({ type: "request_detailed_stats", filter: { page } });
    const top = await asker.next("detailed_stats");
    expect(top).toMatchObject({ room: SITE, data: { filter: { page }, per_page: { [page]: 2 }, now: 2 } });
    asker.say({ type: "request_detailed_stats", data: { id: "q7", filter: { page, country: "XX" } } });
    expect((await asker.next("detailed_stats")).data).toMatchObject({ id: "q7", now: 0, per_page: {} });
    const third = view();
    await third.next("snapshot");
    const Detailed = z.object({ data: z.record(z.string(), z.unknown()) });
    const keys = "summary now connections today per_page per_country per_device per_referrer".split(" ");
    const picked = (data: Record<string, unknown> = {}) => Object.fromEntries(keys.map((key) => [key, data[key]]));
    // Asked anew where somebody's time ended between the two answers.
    const both = async () => {
      third.say({ type: "request_detailed_stats" });
      const { data } = await third.next("detailed_stats");
      const rest = await getJson(server, "/api/analytics/detailed?site=demo", Detailed, withKey(server.key));
      return { socket: picked(data), rest: picked(rest.data) };
    };
    await expect.poll(both, { interval: 300 }).toSatisfy(({ socket, rest }) => {
      expect(socket).toEqual(rest);
      return true;
    });
    other.say({ type: "ping" });
    await other.next("pong");
    expect(other.messages.some(({ type }) => type === "detailed_stats")).toBe(false);
  });

  test("VIEWER-10 S3.14 an action is shown to the others and is one row in D1", async () => {
    const [actor, other] = [view(), view("&messages=delta")];
    await Promise.all([actor.next("snapshot"), other.next("snapshot")]);
    const value = `India "'; ${randomUUID()}`;
    actor.say({ type: "track_dashboard_action", action: "filter_applied", details: { filterType: "country", value } });
    const shown = await other.next("dashboard_action");
    expect(shown).toMatchObject({
      room: SITE,
      data: {
        action: "filter_applied",
        details: { filterType: "country", value },
        user_id: actor.messages[0]?.data?.user_id,
      },
    });
    const rows = await stored(value);
    expect(rows).toEqual([
      expect.objectContaining({
        site_id: "demo",
        action: "filter_applied",
        user_id: shown.data?.user_id,
        at: Date.parse(String(shown.data?.at)),
      }),
    ]);
    expect(actor.messages.some(({ type }) => type === "dashboard_action")).toBe(false);
  });

  test.each([
    [{ type: "sing" }, { code: "unknown_message" }],
    [{ type: "subscribe", rooms: ["site:other"] }, { code: "use_org" }],
    [{ type: "subscribe", rooms: ["org:any"] }, { code: "use_org" }],
    [{ type: "subscribe" }, { code: "invalid_message", fields: { rooms: expect.any(String) } }],
    [{ type: "resume", rooms: { "site:other": 3 } }, { code: "use_org" }],
    [{ type: "resume", rooms: { [SITE]: "x" } }, { code: "invalid_message" }],
    [
      { type: "request_detailed_stats", filter: { page: 7 }, id: "q9" },
      { code: "invalid_message", fields: { "filter.page": expect.any(String) }, id: "q9" },
    ],
    [
      { type: "track_dashboard_action", action: "" },
      { code: "invalid_message", fields: { action: expect.any(String) } },
    ],
    [
      { type: "track_dashboard_action", action: "a", details: { big: "x".repeat(3_000) } },
      { code: "invalid_message", fields: { details: expect.any(String) } },
    ],
  ])("VIEWER-11 %o is answered, and the socket stays", async (message, error) => {
    const viewer = view();
    await viewer.next("snapshot");
    viewer.say(message);
    expect((await viewer.next("error")).data).toMatchObject({ ...error, message: expect.any(String) });
    viewer.say({ type: "ping" });
    await viewer.next("pong");
  });

  test("VIEWER-10 more actions than a member may tell are refused with a time", async () => {
    const viewers = Array.from({ length: 7 }, () => view());
    await Promise.all(viewers.map((viewer) => viewer.next("snapshot")));
    // Each below the messages that a socket may send in a second; together too many even where a minute ends between them.
    for (const viewer of viewers) {
      for (let i = 0; i < 19; i++) viewer.say({ type: "track_dashboard_action", action: "many" });
    }
    const isRefused = (m: Message) => m.type === "error" && m.data?.code === "rate_limited";
    const { data } = await Promise.any(viewers.map((viewer) => viewer.next(isRefused)));
    expect(z.number().parse(data?.retry_after_ms)).toBeLessThanOrEqual(60_000);
  });
});

describe("coming back", () => {
  test("VIEWER-12 what was missed is replayed, nothing missed and nothing twice", async () => {
    const stays = view("&messages=delta");
    const leaves = view("&messages=delta");
    await Promise.all([stays.next("snapshot"), leaves.next("snapshot")]);
    const [before, missed, after] = ["before", "missed", "after"].map((name) => `/${name}-${randomUUID()}`);
    const has = (path: string | undefined) => (m: Message) =>
      m.type === "delta" && JSON.stringify(m.data?.feed ?? "").includes(`${path}`);
    await visit(`${before}`);
    const { seq } = await leaves.next(has(before));
    leaves.close();
    await leaves.closed;
    await visit(`${missed}`);
    await stays.next(has(missed));
    const back = view(`&messages=delta&resume=${SITE}:${seq}`);
    await back.next(has(missed));
    await visit(`${after}`);
    await Promise.all([stays.next(has(after)), back.next(has(after))]);
    expect(back.messages.map(({ type }) => type)).not.toContain("snapshot");
    const numbers = numbersOf(back.messages);
    expect(numbers).toEqual(numbers.map((_, i) => (seq ?? 0) + 1 + i));
    const seen = (viewer: ViewerProgram) =>
      viewer.messages.filter((m) => m.type === "delta" && (m.seq ?? 0) > (seq ?? 0));
    const last = numbers.at(-1) ?? 0;
    expect(seen(back)).toEqual(seen(stays).filter((m) => (m.seq ?? 0) <= last));
  });

  test("VIEWER-12 one who was the only one finds what happened meanwhile too", async () => {
    const alone = view("&messages=delta");
    const { seq } = await alone.next("snapshot");
    alone.close();
    await alone.closed;
    const path = `/alone-${randomUUID()}`;
    await visit(path);
    const back = view(`&messages=delta&resume=${SITE}:${seq}`);
    await back.next((m) => m.type === "delta" && JSON.stringify(m.data).includes(path));
    expect(back.messages.map(({ type }) => type)).not.toContain("snapshot");
  });

  test("VIEWER-12 a number that is not known any more, and a resume while there, give the whole picture", async () => {
    const old = view(`&resume=${SITE}:17`);
    await old.next("snapshot");
    old.say({ type: "resume", rooms: { [SITE]: 17 } });
    await old.next("snapshot");
    old.say({ type: "unsubscribe", rooms: [SITE] });
    const left = await old.next((m) => m.type === "hello" && m !== old.messages[0]);
    const stays = view();
    await stays.next("snapshot");
    const path = `/resumed-${randomUUID()}`;
    await visit(path);
    await stays.next((m) => m.type === "delta" && JSON.stringify(m.data).includes(path));
    const seq = Math.max(...numbersOf(old.messages));
    expect(left.data?.rooms).toEqual([]);
    old.say({ type: "resume", rooms: { [SITE]: seq } });
    const replayed = await old.next((m) => m.type === "delta" && JSON.stringify(m.data).includes(path));
    expect(numbersOf(old.messages).slice(-1)).toEqual([replayed.seq]);
  });

  test("VIEWER-2 after kill -9 numbers go on above every earlier one, and the picture is that of REST", async () => {
    const viewer = view();
    const first = await viewer.next("snapshot");
    await visit("/before-kill");
    const { seq } = await viewer.next("delta");
    await server.kill9();
    await viewer.closed;
    server = await server.restart();
    const back = view(`&resume=${SITE}:${seq}`);
    const snapshot = await back.next("snapshot");
    expect(snapshot.seq).toBeGreaterThan(seq ?? first.seq ?? 0);
    expect(snapshot.data).toMatchObject({ active: (await summary()).total_active });
  });
});

describe("who may come in", () => {
  test.each<[string, { query?: string; protocols?: string[]; headers?: Record<string, string> }, number]>([
    ["another version", { protocols: ["footfall.v2"] }, 4409],
    ["nobody", { headers: { cookie: "" } }, 4401],
    ["a wrong ticket", { protocols: ["footfall.v1", "nonsense"] }, 4401],
    ["another site", { query: "rooms=site:of-others" }, 4403],
    ["another page", { headers: { origin: "https://evil.example" } }, 4403],
  ])("VIEWER-6 %s: closed with its code and a reason", async (_name, { headers, ...given }, code) => {
    const viewer = openViewer(server.url, { ...given, headers: { cookie, ...headers } });
    const end = await viewer.closed;
    expect(end.code).toBe(code);
    expect(end.reason).not.toBe("");
    expect(viewer.messages).toEqual([]);
  });
});

/** Rows of the audit table with this value, once there is one. */
async function stored(value: string): Promise<Record<string, unknown>[]> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    using db = openD1(server.state);
    const rows = db.prepare("SELECT * FROM audit WHERE details ->> 'value' = ?").all(value);
    if (rows.length > 0) return rows;
    if (Date.now() > deadline) throw new Error("No row came.");
    await new Promise((done) => setTimeout(done, 250));
  }
}
