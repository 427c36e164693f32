import {
  createExecutionContext,
  evictDurableObject,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { orgStub } from "../../durable-objects/org/stub";
import { CLOSE } from "../../protocol/close-codes";
import { RELAYS, REPLAY_LINGER, SITES_PASSED_ON, VIEWER_JOINS } from "../../protocol/limits";
import { UPGRADE_HEADER } from "../../protocol/viewer-request";
import { type Listener, listen, roomsWorld } from "./rooms.fixture";

const { ask, open, visit, world, addSite } = roomsWorld(env, createExecutionContext);

afterEach(() => {
  vi.useRealTimers();
});

type Ann = Awaited<ReturnType<typeof world>>;

/** Their methods are not called here, and the types of all of them are more than the compiler likes. */
const untyped = (object: unknown) => object as DurableObjectStub;

const siteObject = ({ site_id }: Ann) => untyped(env.SITE.getByName(site_id));
const relayObject = ({ org_id }: Ann, relay: number) =>
  untyped(env.ORG.getByName(relay === 0 ? `org:${org_id}` : `org:${org_id}~${relay}`));

/** From now on, until its next start, the object takes so many viewers. */
const limit = (object: DurableObjectStub, most: number) =>
  runInDurableObject(object, (instance) => {
    Reflect.set(instance, "env", { ...env, VIEWER_SOCKETS: String(most) });
  });

/** How many viewers' sockets the site's object and the organization's first ones hold. */
const held = (ann: Ann) =>
  Promise.all(
    [siteObject(ann), relayObject(ann, 0), relayObject(ann, 1)].map((object) =>
      runInDurableObject(object, (_, state) => state.getWebSockets("viewer").length),
    ),
  );

const shows = (room: string, now: number) => (f: { room?: string; data: any }) => f.room === room && f.data.now === now;

/** A viewer at the site's object, one at the organization's and one at the first further one, each with its picture. */
async function three(ann: Ann, more = "") {
  const room = `site:${ann.site_id}`;
  await limit(siteObject(ann), 1);
  await limit(relayObject(ann, 0), 1);
  const viewers: Listener[] = [];
  for (let i = 0; i < 3; i++) {
    const viewer = await open(ann.cookie, [room], { Cookie: ann.cookie }, more);
    await viewer.next((f) => f.type === "snapshot" && f.room === room);
    viewers.push(viewer);
  }
  expect(await held(ann)).toEqual([1, 1, 1]);
  return { room, viewers };
}

/** Fails where a number is missing or comes twice after the last picture; answers the frames with a number. */
function whole({ frames }: Listener, room: string) {
  const told = frames.filter((f) => f.room === room && f.seq !== undefined);
  for (const [i, frame] of told.entries()) {
    if (frame.type !== "snapshot") expect(frame.seq).toBe((told[i - 1]?.seq ?? 0) + 1);
  }
  return told;
}

async function restOf(ann: Ann) {
  const reply = await ask(`/api/analytics/detailed?site=${ann.site_id}`, { headers: { Cookie: ann.cookie } });
  const { data } = await reply.json<{ data: { now: number; summary: { total_active: number } } }>();
  return { now: data.now, active: data.summary.total_active };
}

describe("ROOM-7 a site's object that holds as many viewers as it takes", () => {
  test("leaves others to the organization's objects, whose frames are its own; dashboards are counted everywhere", async () => {
    const ann = await world();
    await visit(ann.site_id);
    const { room, viewers } = await three(ann);
    for (let now = 2; now <= 4; now++) {
      await visit(ann.site_id);
      await Promise.all(viewers.map((viewer) => viewer.next(shows(room, now))));
    }
    expect(await restOf(ann)).toEqual({ now: 4, active: 4 });
    const last = Math.min(...viewers.map((viewer) => whole(viewer, room).at(-1)?.seq ?? 0));
    const first = Math.max(...viewers.map((viewer) => whole(viewer, room)[0]?.seq ?? 0));
    const common = (viewer: Listener) =>
      whole(viewer, room).filter(({ seq = 0, type }) => type !== "snapshot" && seq > first && seq <= last);
    const [here, there, further] = viewers.map(common);
    expect(here?.length).toBeGreaterThan(2);
    expect([there, further]).toEqual([here, here]);
    await Promise.all(
      viewers.map((viewer) => viewer.next((f) => f.type === "user_connected" && f.data.total_dashboards === 3)),
    );
    const reply = await ask(`/api/status?site=${ann.site_id}`, { headers: { Cookie: ann.cookie } });
    expect(await reply.json()).toMatchObject({ data: { sites: [{ rooms: { [room]: 3 } }] } });
    viewers[2]?.socket.close(1000);
    await viewers[2]?.closed;
    await visit(ann.site_id);
    await viewers[0]?.next((f) => f.type === "user_disconnected" && f.data.total_dashboards === 2);
  });

  test("goes on through the sleep of each object, with nothing missed and nothing twice", async () => {
    const ann = await world();
    await visit(ann.site_id);
    const { room, viewers } = await three(ann);
    let now = 1;
    for (const object of [relayObject(ann, 1), siteObject(ann), relayObject(ann, 0)]) {
      await evictDurableObject(object);
      for (let i = 0; i < 2; i++) {
        await visit(ann.site_id);
        now++;
        await Promise.all(viewers.map((viewer) => viewer.next(shows(room, now))));
      }
      for (const viewer of viewers) whole(viewer, room);
    }
    expect(await restOf(ann)).toEqual({ now, active: now });
  });

  test("VIEWER-10 tells what is done on a dashboard to the others in the room, each once, wherever they are", async () => {
    const ann = await world();
    await visit(ann.site_id);
    const { room, viewers } = await three(ann);
    const fourth = await open(ann.cookie, [room, `heatmap:${ann.org_id}`]);
    await fourth.next((f) => f.type === "snapshot" && f.room === room);
    const all = [...viewers, fourth];
    const did = (action: string) => (f: { type: string; data: any }) =>
      f.type === "dashboard_action" && f.data.action === action;
    for (const [i, actor] of all.entries()) {
      actor.say({ type: "track_dashboard_action", action: `by-${i}` });
      await Promise.all(all.filter((one) => one !== actor).map((one) => one.next(did(`by-${i}`))));
    }
    await visit(ann.site_id);
    await Promise.all(all.map((one) => one.next(shows(room, 2))));
    const heard = all.map(({ frames }) =>
      frames.filter((f) => f.type === "dashboard_action").map((f) => f.data.action),
    );
    expect(heard).toEqual([0, 1, 2, 3].map((own) => [0, 1, 2, 3].filter((i) => i !== own).map((i) => `by-${i}`)));
    for (const object of [siteObject(ann), relayObject(ann, 0), relayObject(ann, 1)])
      await runDurableObjectAlarm(object);
    const { results } = await env.DB.prepare("SELECT action, site_id FROM audit WHERE org_id = ? ORDER BY action")
      .bind(ann.org_id)
      .all();
    const bySite = ["by-0", "by-1", "by-2"].map((action) => ({ action, site_id: ann.site_id }));
    expect(results).toEqual([...bySite, { action: "by-3", site_id: "" }]);
  });

  test("is gone on with at another object: the numbers are the site's", async () => {
    const ann = await world();
    for (let i = 0; i < 20; i++) await visit(ann.site_id);
    const { room, viewers } = await three(ann, "&messages=delta");
    await visit(ann.site_id);
    await Promise.all(viewers.map((viewer) => viewer.next(shows(room, 21))));
    const [here, there, further] = viewers;
    const seen = Math.max(...(further?.frames.map(({ seq = 0 }) => seq) ?? []));
    // Its place at the site's object goes to the one that was furthest away.
    for (const one of [here, further]) {
      one?.socket.close(1000);
      await one?.closed;
    }
    await visit(ann.site_id);
    await there?.next(shows(room, 22));
    const back = await open(ann.cookie, [room], { Cookie: ann.cookie }, `&messages=delta&resume=${room}:${seen}`);
    await back.next(shows(room, 22));
    expect(await held(ann)).toEqual([1, 1, 0]);
    const told = back.frames.filter((f) => f.seq !== undefined);
    expect([told.map(({ type }) => type).includes("snapshot"), told[0]?.seq]).toEqual([false, seen + 1]);
  });

  test("tells each of them no longer than somebody is there", async () => {
    const ann = await world();
    await visit(ann.site_id);
    const { room, viewers } = await three(ann);
    const kept = () =>
      runInDurableObject(siteObject(ann), (_, state) => {
        const [row] = state.storage.sql.exec("SELECT value FROM meta WHERE name = 'watch'").toArray();
        return row === undefined ? [] : Object.keys(JSON.parse(String(row["value"])));
      });
    expect(await kept()).toEqual(["0", "1"]);
    const leave = async (i: number) => {
      viewers[i]?.socket.close(1000);
      await viewers[i]?.closed;
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + REPLAY_LINGER + 1_000 });
    };
    await leave(2);
    await visit(ann.site_id);
    await viewers[1]?.next(shows(room, 2));
    await expect.poll(kept).toEqual(["0"]);
    await leave(1);
    await visit(ann.site_id);
    await viewers[0]?.next(shows(room, 3));
    await expect.poll(kept).toEqual([]);
  });

  test("RATE-6 lets as many of one member join and talk there as the site lets", async () => {
    const ann = await world();
    const room = `site:${ann.site_id}`;
    await env.DB.prepare("UPDATE sites SET rate_limit = 10000 WHERE id = ?").bind(ann.site_id).run();
    await limit(siteObject(ann), 1);
    vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / 1_000) * 1_000 });
    const viewers = await Promise.all(Array.from({ length: VIEWER_JOINS + 3 }, () => open(ann.cookie, [room])));
    await Promise.all(viewers.map((viewer) => viewer.next((f) => f.type === "snapshot")));
    expect((await held(ann)).slice(0, 2)).toEqual([1, VIEWER_JOINS + 2]);
    await evictDurableObject(relayObject(ann, 0));
    for (const { say } of viewers) for (let i = 0; i < 2; i++) say({ type: "ping", i });
    await Promise.all(viewers.map((viewer) => viewer.next((f) => f.type === "pong")));
    await Promise.all(viewers.map((viewer) => viewer.settle()));
    expect((await held(ann)).slice(0, 2)).toEqual([1, VIEWER_JOINS + 2]);
  });

  test("and an organization all of whose objects do: closed with 4429, to come again", async () => {
    const ann = await world();
    const room = `site:${ann.site_id}`;
    await limit(siteObject(ann), 1);
    for (let relay = 0; relay <= RELAYS; relay++) await limit(relayObject(ann, relay), 1);
    const viewers = await Promise.all(Array.from({ length: RELAYS + 2 }, () => open(ann.cookie, [room])));
    for (const viewer of viewers) await viewer.next((f) => f.type === "snapshot");
    expect((await (await open(ann.cookie, [room])).closed).code).toBe(CLOSE.tooFast);
    expect((await (await open(ann.cookie, [ann.org])).closed).code).toBe(CLOSE.tooFast);
    const stream = await ask(`/api/realtime/stats?site=${ann.site_id}`, { headers: { Cookie: ann.cookie } });
    expect([stream.status, stream.headers.get("Retry-After")]).toEqual([429, "10"]);
  });
});

test("ROOM-7 rooms of several sites go to further objects as well: pictures, alerts and rights", async () => {
  const ann = await world();
  await addSite(ann.org_id);
  await limit(relayObject(ann, 0), 1);
  const [one, two] = [await open(ann.cookie, [ann.org]), await open(ann.cookie, [ann.org, `site:${ann.site_id}`])];
  expect((await held(ann)).slice(1)).toEqual([1, 1]);
  const now = (count: number) => (f: { room?: string; data: any }) =>
    f.room === ann.org && f.data.sites?.some((site: any) => site.report?.now === count);
  for (let count = 1; count <= 3; count++) {
    await visit(ann.site_id);
    await Promise.all([one, two].map((viewer) => viewer.next(now(count))));
  }
  for (const viewer of [one, two]) viewer.picture(ann.org);
  // The twelfth visitor within a minute raises the alert that every site has.
  for (let i = 0; i < 9; i++) await visit(ann.site_id);
  await Promise.all([one, two].map((viewer) => viewer.next((f) => f.type === "alert" && f.room === ann.org)));
  // Whoever comes begins with it.
  const late = await open(ann.cookie, [ann.org]);
  const picture = await late.next((f) => f.type === "snapshot" && f.room === ann.org);
  expect(picture.data.alerts).toMatchObject([{ site_id: ann.site_id, rule_id: "default" }]);
  two.say({ type: "subscribe", rooms: ["site:nosuch"] });
  await two.next((f) => f.data?.code === "not_allowed");
  await env.DB.prepare("DELETE FROM memberships WHERE org_id = ?").bind(ann.org_id).run();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
  for (const relay of [0, 1]) {
    await runDurableObjectAlarm(relayObject(ann, relay));
  }
  expect((await Promise.all([one, two].map(({ closed }) => closed))).map(({ code }) => code)).toEqual([
    CLOSE.notAllowed,
    CLOSE.notAllowed,
  ]);
});

test("ROOM-5 ROOM-7 a socket with more sites than an object passes on goes to the next; one that is open is told what to do", async () => {
  const ann = await world();
  const sites = await Promise.all(Array.from({ length: SITES_PASSED_ON }, () => addSite(ann.org_id)));
  const rooms = sites.map((id) => `site:${id}`);
  const half = rooms.length / 2;
  // Sites of which nothing is known, without starting the object of each.
  await runInDurableObject(relayObject(ann, 0), (instance) => {
    Reflect.set(instance, "env", { ...env, SITE: { getByName: () => ({ watch: async () => null }) } });
  });
  const [one, two] = [
    await open(ann.cookie, rooms.slice(0, half)),
    await open(ann.cookie, rooms.slice(half, SITES_PASSED_ON - 1)),
  ];
  for (const [viewer, first] of [
    [one, 0],
    [two, half],
  ] as const)
    await viewer.next((f) => f.type === "snapshot" && f.room === rooms[first]);
  // One more is passed on, two more are not.
  const more = [`site:${ann.site_id}`, rooms[SITES_PASSED_ON - 1] ?? "", rooms[0] ?? ""];
  const three = await open(ann.cookie, more);
  expect(await held(ann)).toEqual([0, 2, 1]);
  await visit(ann.site_id);
  await three.next(shows(more[0] ?? "", 1));
  two.say({ type: "subscribe", rooms: [more[1], more[0], more[2]] });
  const full = await two.next((f) => f.type === "error");
  expect(full.data).toEqual({ code: "too_many_sites", message: expect.stringContaining("Open"), rooms: [more[0]] });
  for (const room of more.slice(1)) await two.next((f) => f.type === "snapshot" && f.room === room);
  await evictDurableObject(relayObject(ann, 0));
  expect(await orgStub(env, ann.org_id).status()).toMatchObject({ full: true, sockets: { open: 2 } });
  // The last one, after which there is none.
  const viewer = {
    user_id: ann.user_id,
    org_id: ann.org_id,
    grant: { kind: "member", user_id: ann.user_id, until: null },
    rooms: [`heatmap:${ann.org_id}`, more[0]],
  };
  const headers = { Upgrade: "websocket", [UPGRADE_HEADER]: JSON.stringify({ kind: "viewer", viewer, relay: RELAYS }) };
  const last = listen(await env.ORG.getByName(`org:${ann.org_id}`).fetch("http://object/", { headers }));
  expect((await last.next((f) => f.type === "error")).data).toMatchObject({ code: "too_many_sites", rooms: [more[0]] });
  await last.next((f) => f.type === "snapshot" && f.room === `heatmap:${ann.org_id}`);
});

test("ROOM-7 further objects hear of a site that was made, and are in the figures; those that are not needed sleep on", async () => {
  const ann = await world();
  const headers = { Cookie: ann.cookie };
  const isUsed = async (relay: number) =>
    (await listDurableObjectIds(env.ORG)).some((id) => id.equals(relayObject(ann, relay).id));
  const figures = async () => (await ask("/metrics", { headers })).text();
  const make = async (name: string) => {
    const body = { name, domains: [`${name}-${ann.org_id.toLowerCase()}.example`] };
    const reply = await ask("/api/sites", { method: "POST", headers, body });
    expect(reply.status).toBe(201);
    return (await reply.json<{ data: { id: string } }>()).data.id;
  };
  const one = await open(ann.cookie, [ann.org]);
  await make("first");
  expect(await figures()).toContain("footfall_org_sockets_open 1\n");
  expect(await isUsed(1)).toBe(false);
  await limit(relayObject(ann, 0), 1);
  const two = await open(ann.cookie, [ann.org]);
  const id = await make("second");
  await Promise.all(
    [one, two].map((viewer) =>
      viewer.next((f) => f.type === "snapshot" && f.data.sites.some((site: any) => site.site_id === id)),
    ),
  );
  const text = await figures();
  expect(text).toContain("footfall_org_sockets_open 2\n");
  expect(text).toContain(`footfall_org_room_viewers{room="${ann.org}"} 2\n`);
  expect(await isUsed(2)).toBe(false);
});

test("ROOM-7 an upgrade by older code, which knows of one object alone, is taken", async () => {
  const ann = await world();
  const viewer = {
    user_id: ann.user_id,
    org_id: ann.org_id,
    grant: { kind: "member", user_id: ann.user_id, until: null },
    rooms: [ann.org],
  };
  const headers = { Upgrade: "websocket", [UPGRADE_HEADER]: JSON.stringify({ kind: "viewer", viewer }) };
  const response = await env.ORG.getByName(`org:${ann.org_id}`).fetch("http://object/", { headers });
  await listen(response).next((f) => f.type === "snapshot" && f.room === ann.org);
});
