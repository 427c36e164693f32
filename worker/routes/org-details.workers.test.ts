import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { forgetSites } from "../store/sites";
import { bearer, harness } from "../workers.fixture";
import { type Listener, type Received, roomsWorld } from "./rooms.fixture";

const { makeKey } = harness(env, createExecutionContext);
const { ask, open, addGroup, addSite, visit, world } = roomsWorld(env, createExecutionContext);

let asked = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a socket is answered to this question, by its id, a second after the last one. */
function answer(socket: Listener, question: object = {}): Promise<Received> {
  vi.setSystemTime(Date.now() + 1_000);
  return answerNow(socket, question);
}

function answerNow(socket: Listener, question: object): Promise<Received> {
  const id = `q${++asked}`;
  socket.say({ type: "request_detailed_stats", id, ...question });
  return socket.next((f) => f.data?.id === id);
}

/** Three sites, two of them in a group, with visitors on two pages. */
async function start() {
  const ann = await world();
  const group = await addGroup(ann.org_id);
  const [one, two] = [await addSite(ann.org_id, group), await addSite(ann.org_id, group)];
  for (const [site, path] of [
    [one, "a"],
    [one, "b"],
    [two, "a"],
    [ann.site_id, "a"],
  ] as const) {
    await visit(site, 1, path);
  }
  return { ...ann, group, one, two };
}

const KEYS = [
  "summary",
  "now",
  "connections",
  "today",
  "per_page",
  "per_country",
  "per_device",
  "per_referrer",
  "dropped",
  "per_site",
  "cut",
  "sites",
];
const numbers = (data: Record<string, unknown>) => Object.fromEntries(KEYS.map((key) => [key, data[key]]));

describe("VIEWER-9 detailed figures for a socket of an organization", () => {
  test("are those of REST for each kind of room, with and without a filter, and go to the asker alone", async () => {
    const { cookie, org, group, one, two } = await start();
    const [socket, other] = [
      await open(cookie, [org, `group:${group}`, `site:${one}`]),
      await open(cookie, [org, `site:${one}`]),
    ];
    for (const [room, query] of [
      [org, `org=${org.slice(4)}`],
      [`group:${group}`, `group=${group}`],
      [`campus:${group}`, `group=${group}`],
      [`site:${one}`, `site=${one}`],
    ]) {
      for (const filter of [{}, { page: "/a0" }, { country: "XX" }]) {
        const search = new URLSearchParams(filter);
        const reply = await ask(`/api/analytics/detailed?${query}&${search}`, { headers: { Cookie: cookie } });
        const { data } = await reply.json<{ data: Record<string, unknown> }>();
        const told = await answer(socket, { room, filter });
        expect(told).toMatchObject({ type: "detailed_stats", data: { filter } });
        expect(numbers(told.data), `${room} ${search}`).toEqual(numbers(data));
      }
    }
    const ofOrg = await answer(socket);
    expect(ofOrg).toMatchObject({ room: org, data: { now: 4, sites: { count: 3, partial: false } } });
    expect(JSON.stringify(ofOrg.data.per_site)).toContain(two);
    await other.settle();
    expect(other.frames.filter((f) => f.type === "detailed_stats")).toEqual([]);
  });

  test("are of rooms alone that the socket is in, and may be", async () => {
    const { cookie, org_id, org, one, two, ...ann } = await start();
    const socket = await open(cookie, [org, `site:${one}`]);
    for (const room of [`site:${two}`, "group:nosuch", `heatmap:${org_id}`, "?"]) {
      expect(await answer(socket, { room })).toMatchObject({ type: "error", data: { code: "not_in_room" } });
    }
    const none = await open(cookie, [`heatmap:${org_id}`]);
    expect(await answer(none)).toMatchObject({ type: "error", data: { code: "not_in_room" } });
    const ofSite = await open(cookie, [`site:${one}`]);
    expect(await answer(ofSite, { room: org })).toMatchObject({ type: "error", data: { code: "not_in_room" } });
    expect(await answer(ofSite, { room: `building:${one}` })).toMatchObject({ data: { now: 2 } });
    // The site is deleted, and nobody looked at rooms yet.
    expect(await answer(socket, { room: `site:${one}` })).toMatchObject({ type: "detailed_stats", data: { now: 2 } });
    await env.DB.prepare("UPDATE sites SET deleted_at = 1 WHERE id = ?").bind(one).run();
    forgetSites();
    expect(await answer(socket, { room: `site:${one}` })).toMatchObject({ data: { code: "not_allowed" } });
    expect(await answer(socket, { room: org })).toMatchObject({ data: { now: 2, sites: { count: 2 } } });
    const confined = await open(
      "",
      [`site:${two}`, `heatmap:${two}`],
      bearer(await makeKey({ ...ann, org_id }, ["read"], two)),
    );
    expect(await answer(confined)).toMatchObject({ data: { now: 1 } });
  });

  test("have the limits of a site's socket: two a second each", async () => {
    const { cookie, org, one } = await start();
    const socket = await open(cookie, [org, `site:${one}`]);
    await socket.next((f) => f.room === org);
    const told = await Promise.all([org, `site:${one}`, org].map((room) => answerNow(socket, { room })));
    const refused = told.filter(({ type }) => type === "error");
    expect(refused).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({ code: "rate_limited", retry_after_ms: expect.any(Number) }),
      }),
    ]);
    expect(await answer(socket)).toMatchObject({ type: "detailed_stats" });
  });
});
