import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLOSE } from "../../protocol/close-codes";
import { VIEWER_MARK_INTERVAL, VIEWER_MARK_SILENCE } from "../../protocol/limits";
import { type Received, roomsWorld } from "./rooms.fixture";

const { ask, open, visit, world } = roomsWorld(env, createExecutionContext);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const isMark = ({ type }: Received) => type === "mark";
const shows = (room: string, path: string) => (f: Received) =>
  f.room === room && f.type === "delta" && JSON.stringify(f.data).includes(path);

describe.each([
  ["a site", "site", (ann: Awaited<ReturnType<typeof world>>) => env.SITE.getByName(ann.site_id)],
  ["an organization", "org", (ann: Awaited<ReturnType<typeof world>>) => env.ORG.getByName(`org:${ann.org_id}`)],
])("VIEWER-5 a socket of %s", (_, kind, objectOf) => {
  test("that asked for marks gets one after a minute, and is closed where it does not come back", async () => {
    const ann = await world();
    const room = `${kind}:${kind === "site" ? ann.site_id : ann.org_id}`;
    const watch = (more: string) => open(ann.cookie, [room], undefined, more);
    const [reads, stops, plain] = [await watch("&marks=1"), await watch("&marks=1"), await watch("&marks=no")];
    const tell = async (path: string) => {
      await visit(ann.site_id, 1, path);
      const told = kind === "site" ? shows(room, path) : (f: Received) => f.room === room && f.data.sites?.length > 0;
      const from = plain.frames.length;
      await plain.next((f) => (kind === "site" || plain.frames.indexOf(f) >= from) && told(f));
    };
    await tell("first");
    pass(VIEWER_MARK_INTERVAL);
    await tell("second");
    const [mark] = await Promise.all([reads.next(isMark), stops.next(isMark)]);
    reads.say(mark);
    await reads.settle();
    pass(VIEWER_MARK_SILENCE + 1_000);
    await tell("third");
    expect((await stops.closed).code).toBe(CLOSE.tooSlow);
    await reads.settle();
    await plain.settle();
    expect(plain.frames.filter(isMark)).toEqual([]);
  });

  test("goes on with marks after a sleep of the object, whatever came back of before", async () => {
    const ann = await world();
    const room = `${kind}:${kind === "site" ? ann.site_id : ann.org_id}`;
    const viewer = await open(ann.cookie, [room], undefined, "&marks=1");
    await viewer.next((f) => f.type === "snapshot" && f.room === room);
    await evictDurableObject(objectOf(ann) as unknown as DurableObjectStub);
    viewer.say({ type: "mark", data: { at: 300_000 } });
    await viewer.join(room);
    pass(VIEWER_MARK_INTERVAL);
    await viewer.join(room);
    viewer.say(await viewer.next(isMark));
    pass(VIEWER_MARK_SILENCE + 1_000);
    await viewer.join(room);
    expect(viewer.frames.filter(({ type }) => type === "error")).toEqual([]);
  });
});

test("STREAM-5 a stream's socket at the object has marks", async () => {
  const ann = await world();
  const headers = { Cookie: ann.cookie };
  const response = await ask(`/api/realtime/stats?site=${ann.site_id}`, { headers });
  if (!response.body) throw new Error(`No stream: ${response.status}`);
  const kept = await runInDurableObject(env.SITE.getByName(ann.site_id) as unknown as DurableObjectStub, (_, state) =>
    state.getWebSockets("viewer").map((socket) => socket.deserializeAttachment()),
  );
  expect(kept).toEqual([expect.objectContaining({ marks: true })]);
  await response.body.cancel();
});
