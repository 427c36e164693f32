import { createExecutionContext, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { HEARTBEAT, RIGHTS_INTERVAL, STREAM_FULL } from "../../protocol/limits";
import { randomId } from "../store/random-id";
import { readSse } from "../streams/sse-reader.fixture";
import { bearer, harness, type Tenant } from "../workers.fixture";

const { ask, makeTenant, signIn, makeKey } = harness(env, createExecutionContext);

const Message = z.object({
  type: z.string(),
  room: z.string(),
  seq: z.int(),
  data: z.looseObject({
    now: z.int().optional(),
    sites: z.array(z.object({ site_id: z.string(), report: z.object({ now: z.int() }).nullable() })).optional(),
  }),
});
const read = (data: unknown) => Message.parse(data);
/** Longer than anything takes that comes. */
const WAIT = { timeout: 60_000 };
const isSnapshot = (data: unknown) => read(data).type === "snapshot";

let ann: Tenant;
let cookie: string;
beforeEach(async () => {
  ann = await makeTenant("viewer");
  ({ cookie } = await signIn(ann));
});

async function open(path = `/api/realtime/stats?site=${ann.site_id}`, headers: Record<string, string> = {}) {
  const response = await ask(path, { headers: { Origin: "", Cookie: cookie, ...headers } });
  if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
  return { ...readSse(response.body), response };
}

let n = 0;
const visit = () =>
  ask("/api/v1/track", {
    method: "POST",
    headers: {
      Origin: `https://${ann.site_id}.example`,
      "User-Agent": `Mozilla/5.0 (X11; Linux x86_64) Firefox/140.${n++}`,
    },
    body: {
      site: ann.site_id,
      tab: crypto.randomUUID(),
      events: [
        {
          event_type: "pageview",
          page_url: `https://${ann.site_id}.example/a`,
          timestamp: new Date().toISOString(),
          seq: 0,
        },
      ],
    },
  });

const viewersOf = (site_id: string) =>
  runInDurableObject(env.SITE.getByName(site_id), (_, state) => state.getWebSockets("viewer").length);

describe("STREAM-2 stats", () => {
  test("a snapshot first, then changes, each with its number as id", async () => {
    const stream = await open();
    expect(stream.response.headers.get("Content-Type")).toMatch(/^text\/event-stream/);
    expect(isSnapshot(JSON.parse((await stream.next(isSnapshot)).data))).toBe(true);
    await visit();
    await stream.next((data) => read(data).type === "delta" && read(data).data.now === 1);
    await visit();
    await stream.next((data) => read(data).data.now === 2);
    expect(stream.retry()).toBe("3000");
    const numbers = stream.messages.map(({ id, data }) => {
      const { seq, room } = read(JSON.parse(data));
      expect([room, String(seq)]).toEqual([`site:${ann.site_id}`, id]);
      return seq;
    });
    expect(read(JSON.parse(stream.messages[0]?.data ?? "")).type).toBe("snapshot");
    expect(numbers.slice(1).map((seq, i) => seq - (numbers[i] ?? 0))).toEqual(numbers.slice(1).map(() => 1));
    await stream.stop();
    await vi.waitFor(async () => expect(await viewersOf(ann.site_id)).toBe(0), WAIT);
  });

  test("one that comes back with Last-Event-ID gets what followed, nothing missed and nothing twice", async () => {
    // A whole picture that is longer than what will follow, in however many frames that comes.
    for (let visitors = 0; visitors < 8; visitors++) await visit();
    const first = await open();
    await first.next(isSnapshot);
    await visit();
    const last = await first.next((data) => read(data).data.now === 9);
    await first.stop();
    await visit();
    await visit();
    const again = await open(undefined, { "Last-Event-ID": last.id ?? "" });
    await again.next((data) => read(data).data.now === 11);
    const seen = again.messages.map(({ data }) => read(JSON.parse(data)));
    expect(seen.map(({ type }) => type)).not.toContain("snapshot");
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => Number(last.id) + 1 + index));
    // What the object does not know any more is told by a whole picture.
    await evictDurableObject(env.SITE.getByName(ann.site_id));
    const late = await open(undefined, { "Last-Event-ID": last.id ?? "" });
    expect(read(JSON.parse((await late.next(() => true)).data)).type).toBe("snapshot");
  });

  test("STREAM-4 it stays open while the object is evicted, and goes on", async () => {
    const object = env.SITE.getByName(ann.site_id);
    const boot = () => runInDurableObject(object, (instance) => instance);
    const [one, other] = [await open(), await open()];
    await Promise.all([one, other].map((stream) => stream.next(isSnapshot)));
    const before = await boot();
    for (let visitors = 1; visitors <= 2; visitors++) {
      await evictDurableObject(object);
      await visit();
      await Promise.all([one, other].map((stream) => stream.next((data) => read(data).data.now === visitors)));
    }
    expect(await boot()).not.toBe(before);
    for (const { messages } of [one, other]) {
      const numbers = messages.map(({ id }) => Number(id));
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }
  });

  test("of an organization and of a group: every site of it as it stands, then those that change, also after an eviction", async () => {
    const group = randomId();
    await env.DB.batch([
      env.DB.prepare("INSERT INTO site_groups (id, org_id, name, created_at) VALUES (?, ?, 'Group', 0)").bind(
        group,
        ann.org_id,
      ),
      env.DB.prepare("UPDATE sites SET group_id = ? WHERE id = ?").bind(group, ann.site_id),
    ]);
    const asked = [`org=${ann.org_id}`, `group=${group}`];
    const streams = await Promise.all(asked.map((of) => open(`/api/realtime/stats?${of}`)));
    const tells = (visitors: number) => (data: unknown) =>
      read(data).data.sites?.some(({ site_id, report }) => site_id === ann.site_id && report?.now === visitors) ??
      false;
    await Promise.all(streams.map((stream) => stream.next(isSnapshot)));
    await visit();
    await Promise.all(streams.map((stream) => stream.next(tells(1))));
    await evictDurableObject(env.ORG.getByName(`org:${ann.org_id}`));
    await visit();
    await Promise.all(streams.map((stream) => stream.next(tells(2))));
    for (const [index, { messages, stop }] of streams.entries()) {
      const room = asked[index]?.replace("=", ":");
      const numbers = messages.map(({ id, data }) => {
        expect(read(JSON.parse(data))).toMatchObject({ room, seq: Number(id) });
        return Number(id);
      });
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      await stop();
    }
  });

  test("a whole picture comes once a minute while something changes, and a heartbeat alone while nothing does", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      const stream = await open();
      await stream.next(isSnapshot);
      await visit();
      await stream.next((data) => read(data).data.now === 1);
      const before = stream.messages.length;
      vi.advanceTimersByTime(STREAM_FULL - HEARTBEAT);
      await vi.waitFor(() => expect(stream.comments).toHaveLength(STREAM_FULL / HEARTBEAT - 1), WAIT);
      expect(stream.messages.slice(before).some(({ data }) => isSnapshot(JSON.parse(data)))).toBe(false);
      vi.advanceTimersByTime(HEARTBEAT);
      await stream.next(isSnapshot, before);
      const after = stream.messages.length;
      vi.advanceTimersByTime(2 * STREAM_FULL);
      await vi.waitFor(() => expect(stream.comments).toHaveLength((3 * STREAM_FULL) / HEARTBEAT), WAIT);
      // Whatever had been asked for meanwhile would come before what happens next.
      await visit();
      await stream.next((data) => read(data).data.now === 2, after);
      expect(stream.messages.slice(after).some(({ data }) => isSnapshot(JSON.parse(data)))).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });
});

test("STREAM-5 a reader that does not read is cut off, and its socket at the object goes", async () => {
  const response = await ask(`/api/realtime/stats?site=${ann.site_id}`, { headers: { Origin: "", Cookie: cookie } });
  const reads = await open();
  await reads.next(isSnapshot);
  expect(await viewersOf(ann.site_id)).toBe(2);
  const room = `site:${ann.site_id}`;
  for (let i = 0; i < 30; i++) {
    const frame = JSON.stringify({ type: "delta", room, seq: 1e13 + i, data: { pad: "x".repeat(100_000) } });
    await runInDurableObject(env.SITE.getByName(ann.site_id), (_, state) => {
      for (const socket of state.getWebSockets("viewer")) socket.send(frame);
    });
  }
  await reads.next((data) => read(data).seq === 1e13 + 29);
  await vi.waitFor(async () => expect(await viewersOf(ann.site_id)).toBe(1), WAIT);
  await expect(response.text()).rejects.toThrow("does not read");
  await reads.stop();
});

describe("STREAM-1 rights", () => {
  test("are those of the socket: cookie, token, key; others are told why not", async () => {
    const { token } = await signIn(ann);
    const key = await makeKey(ann, ["read"]);
    for (const headers of [bearer(token), bearer(key)]) {
      const stream = await open(undefined, { Cookie: "", ...headers });
      await stream.next(isSnapshot);
      await stream.stop();
    }
    const path = `/api/realtime/stats?site=${ann.site_id}`;
    const status = async (asked: string, headers: Record<string, string>) => (await ask(asked, { headers })).status;
    const bob = await makeTenant();
    expect(await status(path, {})).toBe(401);
    expect(await status(path, { Cookie: (await signIn(bob)).cookie })).toBe(404);
    expect(await status(path, bearer(await makeKey(ann, ["ingest"])))).toBe(403);
    expect(await status(path, { Cookie: cookie, Origin: "https://else.example" })).toBe(403);
    expect(await status("/api/realtime/stats", { Cookie: cookie })).toBe(400);
    expect(await status(`/api/realtime/stats?org=${bob.org_id}`, { Cookie: cookie })).toBe(404);
  });

  test.each(["stats", "issues", "heatmap"])(
    "of %s end with the membership, for streams of a site and of the organization",
    async (name) => {
      vi.useFakeTimers({ toFake: ["Date"] });
      try {
        const asked = [`site=${ann.site_id}`, `org=${ann.org_id}`].map((of) => `/api/realtime/${name}?${of}`);
        const streams = await Promise.all(asked.map((path) => open(path)));
        await Promise.all(streams.map((stream) => stream.next(isSnapshot)));
        await env.DB.prepare("DELETE FROM memberships WHERE org_id = ?").bind(ann.org_id).run();
        vi.setSystemTime(Date.now() + RIGHTS_INTERVAL + 1_000);
        await runDurableObjectAlarm(env.SITE.getByName(ann.site_id));
        await runDurableObjectAlarm(env.ORG.getByName(`org:${ann.org_id}`));
        await Promise.all(streams.map(({ ended }) => ended));
        for (const path of asked) expect((await ask(path, { headers: { Cookie: cookie } })).status).toBe(401);
      } finally {
        vi.useRealTimers();
      }
    },
  );

  test("who only asks for the head opens nothing", async () => {
    const response = await ask(`/api/realtime/stats?site=${ann.site_id}`, {
      method: "HEAD",
      headers: { Cookie: cookie },
    });
    expect([response.status, response.body]).toEqual([200, null]);
    expect(await viewersOf(ann.site_id)).toBe(0);
  });
});

test.each(["stats", "issues", "heatmap"])(
  "STREAM-1 a stream of %s is held at the site's object for as long as it is read",
  async (name) => {
    const stream = await open(`/api/realtime/${name}?site=${ann.site_id}`);
    await stream.next(isSnapshot);
    expect(await viewersOf(ann.site_id)).toBe(1);
    await stream.stop();
    await vi.waitFor(async () => expect(await viewersOf(ann.site_id)).toBe(0), WAIT);
  },
);

test.each([
  ["issues", "site", { issues: [] }],
  ["heatmap", "heatmap", { cells: [] }],
])("STREAM-3 %s: an empty picture, and again each minute", async (name, room, data) => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    const stream = await open(`/api/realtime/${name}?site=${ann.site_id}`);
    await stream.next(isSnapshot);
    vi.advanceTimersByTime(STREAM_FULL);
    await stream.next(isSnapshot, 1);
    expect(stream.messages.map((message) => JSON.parse(message.data))).toEqual(
      Array(2).fill({ type: "snapshot", room: `${room}:${ann.site_id}`, seq: 0, data }),
    );
    expect(stream.messages.map(({ id }) => id)).toEqual(["0", "0"]);
    await stream.stop();
  } finally {
    vi.useRealTimers();
  }
});
