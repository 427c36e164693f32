import { createExecutionContext, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { orgStub } from "../../durable-objects/org/stub";
import { REPLAY_FRAMES, REPLAY_LINGER } from "../../protocol/limits";
import { type Listener, type Received, roomsWorld } from "./rooms.fixture";

const { orgObject, open, addGroup, addSite, visit, world } = roomsWorld(env, createExecutionContext);

/** Visitors who are there already. */
const HERE = 20;

afterEach(() => {
  vi.useRealTimers();
});

/** Frames of a room that have a number. */
const numbered = ({ frames }: Listener, room: string): Received[] =>
  frames.filter((f) => f.room === room && f.seq !== undefined);

const lastOf = (listener: Listener, room: string): number => numbered(listener, room).at(-1)?.seq ?? 0;

/** Whether a frame tells that so many are at the site of `room`, or at any one of its sites. */
const shows = (room: string, count: number) => (f: Received) =>
  f.room === room &&
  (f.data.now === count || f.data.sites?.some((site: Received["data"]) => site.report?.now === count) === true);

async function leave({ socket, closed }: Listener): Promise<void> {
  socket.close(1000);
  await closed;
}

/** A socket of the organization in that room, also where the room is of one site. */
const openOrg = (cookie: string, org_id: string, room: string, seen?: number) =>
  open(cookie, [`heatmap:${org_id}`, room], { Cookie: cookie }, seen === undefined ? "" : `&resume=${room}:${seen}`);

/** Resolves when nothing more is to come by itself: every site that is shown has told how it is. */
async function allTold(socket: Listener, room: string): Promise<void> {
  if (room.startsWith("site:")) return;
  await socket.next(() => [...socket.picture(room).values()].every(({ report }) => report !== null), "every report");
}

describe.each([
  ["org", (ann: { org_id: string }) => `org:${ann.org_id}`],
  ["group", (_: unknown, group: string) => `group:${group}`],
  ["site", (_: unknown, __: unknown, site: string) => `site:${site}`],
])("VIEWER-12 a socket of an organization in a room of kind %s", (kind, roomOf) => {
  async function start() {
    const ann = await world();
    const group = await addGroup(ann.org_id);
    const site = await addSite(ann.org_id, group);
    // Much to show, beside which a frame is short.
    for (let i = 0; i < 20; i++) await addSite(ann.org_id, group);
    for (let i = 0; i < HERE; i++) await visit(site);
    return { ...ann, site, room: roomOf(ann, group, site) };
  }

  test("gets what it missed, nothing missed and nothing twice", async () => {
    const { cookie, org_id, site, room } = await start();
    const [stays, leaves] = [await openOrg(cookie, org_id, room), await openOrg(cookie, org_id, room)];
    await visit(site);
    await Promise.all([stays, leaves].map((one) => one.next(shows(room, HERE + 1))));
    await Promise.all([stays, leaves].map((one) => allTold(one, room)));
    const seen = lastOf(leaves, room);
    await leave(leaves);
    await visit(site);
    await stays.next(shows(room, HERE + 2));
    await visit(site);
    await stays.next(shows(room, HERE + 3));
    const back = await openOrg(cookie, org_id, room, seen);
    const { data } = await back.next((f) => f.type === "hello");
    await back.next(shows(room, HERE + 3));
    await visit(site);
    await Promise.all([stays, back].map((one) => one.next(shows(room, HERE + 4))));
    await Promise.all([stays, back].map((one) => one.settle()));
    const last = Math.min(lastOf(stays, room), lastOf(back, room));
    const missed = (one: Listener) => numbered(one, room).filter(({ seq = 0 }) => seq > seen && seq <= last);
    expect(missed(back)).toEqual(missed(stays));
    expect(missed(back).map(({ seq }) => seq)).toEqual(Array.from({ length: last - seen }, (_, i) => seen + 1 + i));
    expect(numbered(back, room).map(({ type }) => type)).not.toContain("snapshot");
    expect(data.seq[room]).toBeGreaterThan(seen);
    // Joined again, the other way.
    const left = lastOf(back, room);
    back.say({ type: "unsubscribe", rooms: [room] });
    await back.settle();
    await visit(site);
    await stays.next(shows(room, HERE + 5));
    back.say({ type: "resume", rooms: { [room]: left } });
    await back.next(shows(room, HERE + 5));
    expect(numbered(back, room).map(({ type }) => type)).not.toContain("snapshot");
    // In the room all the while.
    const count = numbered(back, room).length;
    back.say({ type: "resume", rooms: { [room]: left } });
    await back.next((f) => f.type === "snapshot" && f.room === room);
    expect(
      numbered(back, room)
        .slice(count)
        .map(({ type }) => type),
    ).toContain("snapshot");
  });

  test("that was the only one finds what happened meanwhile, within half a minute", async () => {
    const { cookie, org_id, site, room } = await start();
    const alone = await openOrg(cookie, org_id, room);
    await visit(site);
    await alone.next(shows(room, HERE + 1));
    await allTold(alone, room);
    const seen = lastOf(alone, room);
    await leave(alone);
    await visit(site);
    const back = await openOrg(cookie, org_id, room, seen);
    await back.next(shows(room, HERE + 2));
    expect(numbered(back, room).map(({ type }) => type)).not.toContain("snapshot");
    const later = lastOf(back, room);
    await leave(back);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + REPLAY_LINGER + 1_000 });
    await visit(site);
    // Told to the organization's object, which wants no more of it.
    await orgStub(env, org_id).hear({ site_id: site, since: 1, report: null, frames: [], run: "another", first: 0 });
    const late = await openOrg(cookie, org_id, room, later);
    await late.next(shows(room, HERE + 3));
    expect(numbered(late, room)[0]?.type).toBe("snapshot");
  });

  test("gets a picture after the sleep of the object, from a number that is not known, and where more was missed than is kept", async () => {
    const { cookie, org_id, site, room } = await start();
    const first = await openOrg(cookie, org_id, room);
    await visit(site);
    await first.next(shows(room, HERE + 1));
    for (const wrong of [lastOf(first, room) + 50, 17]) {
      const back = await openOrg(cookie, org_id, room, wrong);
      await back.next(shows(room, HERE + 1));
      expect(numbered(back, room)[0]?.type).toBe("snapshot");
      await leave(back);
    }
    const seen = lastOf(first, room);
    await evictDurableObject(orgObject(org_id));
    await visit(site);
    const back = await openOrg(cookie, org_id, room, seen);
    await back.next(shows(room, HERE + 2));
    expect(numbered(back, room)[0]).toMatchObject({ type: "snapshot" });
    if (kind !== "site") expect(lastOf(back, room)).toBeGreaterThan(seen);
    await first.next(shows(room, HERE + 2));
  });
});

/** A beat of a site's room as its object tells it. */
const beat = (site: string, seq: number, type = "delta") => ({
  seq,
  asked: false,
  parts: [{ type, head: `{"type":"${type}","room":"site:${site}",`, tail: `"data":{"at":${seq}}}` }],
});

test("VIEWER-12 what a site tells twice after a lost answer is passed on once, and what is missing is not gone on from", async () => {
  const { cookie, org_id, site_id } = await world();
  const room = `site:${site_id}`;
  const one = await openOrg(cookie, org_id, room);
  await one.next((f) => f.room === room);
  const object = orgStub(env, org_id);
  const hear = (first: number, ...frames: object[]) =>
    object.hear({ site_id, since: 1, report: null, run: "r", first, frames } as Parameters<typeof object.hear>[0]);
  const base = 9e15;
  await hear(0, beat(site_id, base, "snapshot"), beat(site_id, base + 1));
  await hear(0, beat(site_id, base, "snapshot"), beat(site_id, base + 1), beat(site_id, base + 2));
  await hear(3, beat(site_id, base + 3));
  await hear(3, beat(site_id, base + 3));
  await one.next((f) => f.seq === base + 3);
  const told = () => numbered(one, room).flatMap(({ seq = 0 }) => (seq >= base ? [seq - base] : []));
  expect(told()).toEqual([0, 1, 2, 3]);
  await hear(9, beat(site_id, base + 9));
  const back = await openOrg(cookie, org_id, room, base + 2);
  const joined = await back.next((f) => f.room === room && f.seq !== undefined);
  expect(joined.type).toBe("snapshot");
  const next = await openOrg(cookie, org_id, room, base + 9);
  await hear(10, beat(site_id, base + 10));
  await next.next((f) => f.seq === base + 10);
  expect(numbered(next, room).map(({ type }) => type)).toEqual(["delta"]);
  expect(REPLAY_FRAMES).toBeGreaterThan(3);
});

test("VIEWER-12 an alert is part of a frame of the organization's room, so that one who comes back gets it", async () => {
  const { cookie, org_id, org, site_id } = await world();
  for (let i = 0; i < 5; i++) await addSite(org_id);
  const [stays, leaves] = [await openOrg(cookie, org_id, org), await openOrg(cookie, org_id, org)];
  await Promise.all([stays, leaves].map((one) => one.next((f) => f.room === org)));
  await visit(site_id);
  await Promise.all([stays, leaves].map((one) => one.next(shows(org, 1))));
  await Promise.all([stays, leaves].map((one) => allTold(one, org)));
  const seen = lastOf(leaves, org);
  await leave(leaves);
  const text = JSON.stringify({ type: "alert", room: `site:${site_id}`, data: { id: "a1" } });
  const object = orgStub(env, org_id);
  await object.hear({ site_id, since: 1, report: null, run: "r", first: 0, frames: [{ type: "alert", text }] });
  await stays.next((f) => f.type === "alert" && f.room === org);
  const back = await openOrg(cookie, org_id, org, seen);
  expect(await back.next((f) => f.type === "alert" && f.room === org)).toMatchObject({ data: { id: "a1" } });
  await back.settle();
  expect(back.frames.filter((f) => f.type === "alert")).toHaveLength(1);
  expect(numbered(back, org).map(({ type }) => type)).not.toContain("snapshot");
});
