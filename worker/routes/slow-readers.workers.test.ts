import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLOSE } from "../../protocol/close-codes";
import { VIEWER_MARK_INTERVAL, VIEWER_MARK_SILENCE } from "../../protocol/limits";
import { isMark as isMarkText } from "../../protocol/mark";
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

  test("gets a mark at once after a sleep of the object, whatever came back of before", async () => {
    const ann = await world();
    const room = `${kind}:${kind === "site" ? ann.site_id : ann.org_id}`;
    const watch = () => open(ann.cookie, [room], undefined, "&marks=1");
    const [reads, stops] = [await watch(), await watch()];
    reads.socket.addEventListener("message", ({ data }) => {
      if (isMarkText(String(data))) reads.socket.send(data);
    });
    for (const viewer of [reads, stops]) await viewer.next((f) => f.type === "snapshot" && f.room === room);
    await evictDurableObject(objectOf(ann) as unknown as DurableObjectStub);
    reads.say({ type: "mark", data: { at: 300_000 } });
    for (const viewer of [reads, stops]) {
      await viewer.join(room);
      await viewer.next(isMark);
    }
    // What it sent back has been taken before this is answered.
    await reads.join(room);
    pass(VIEWER_MARK_SILENCE + 1_000);
    stops.say({ type: "subscribe", rooms: [room] });
    expect((await stops.closed).code).toBe(CLOSE.tooSlow);
    await reads.join(room);
    expect(reads.frames.filter(({ type }) => type === "error")).toEqual([]);
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
