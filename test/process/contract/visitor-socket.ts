import { randomUUID } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { openSocket } from "./socket.ts";
import { until } from "./wait-for.ts";
import { BROWSER, type OwnSite, type World } from "./world.ts";

const Live = z.object({
  data: z.object({ now: z.number(), connections: z.number(), today: z.object({ events: z.number() }) }),
});

export function visitorSocket(the: () => World): void {
  const open = async (site: OwnSite, more = "", headers: Record<string, string> = {}) => {
    const path = `/api/v1/live?site=${site.id}${more}`;
    const all = { origin: site.origin, "user-agent": BROWSER, ...headers };
    const socket = openSocket(the().url, path, { headers: all }, true);
    onTestFinished(() => socket.close());
    await socket.opened;
    return socket;
  };
  const view = (more: object = {}) => ({
    event_type: "pageview",
    page_url: "/a",
    timestamp: new Date().toISOString(),
    ...more,
  });
  const live = async ({ id }: OwnSite) =>
    Live.parse((await the().call(`/api/analytics/detailed?site=${id}`, { headers: the().asReader })).body).data;

  describe("a visitor's socket", () => {
    test("is somebody here while it is open, takes events, and answers each message in its order", async () => {
      const site = await the().addSite();
      const tab = randomUUID();
      const socket = await open(site, `&tab=${tab}`);
      await until(
        () => live(site),
        ({ now, connections }) => now === 1 && connections === 1,
      );
      const events = [view({ seq: 0 }), view({ seq: 1, event_type: "signup" }), { event_type: 7 }];
      socket.say({ type: "events", tab, events });
      socket.say({ type: "events", tab, events: [view({ seq: 1, event_type: "signup" })] });
      socket.say({ type: "ping" });
      await socket.next("pong");
      const [first, repeat] = [await socket.next("ack"), await socket.next("ack")];
      expect(first.data).toMatchObject({
        type: "ack",
        count: 2,
        session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        errors: [{ index: 2, code: "invalid", fields: { page_url: expect.any(String) } }],
      });
      expect(repeat.data).toMatchObject({ type: "ack", count: 0 });
      // The same by request, as after a lost answer.
      const again = await the().track(site, { tab, events: [view({ seq: 0 })] });
      expect(again.body).toMatchObject({ count: 0 });
      expect((await live(site)).today.events).toBe(2);
      socket.close();
      await until(
        () => live(site),
        ({ now }) => now === 0,
      );
    });

    test("takes the session that its sender names", async () => {
      const site = await the().addSite();
      const socket = await open(site);
      const session_id = randomUUID();
      socket.say({ type: "events", session_id, events: [view()] });
      expect((await socket.next("ack")).data).toMatchObject({ count: 1, session_id });
      const { body } = await the().call(`/api/v1/sessions/${session_id}/events?site=${site.id}`, {
        headers: the().asReader,
      });
      expect(body).toMatchObject({ total: 1, data: [{ event_type: "pageview" }] });
    });

    test.each<[string, object, object]>([
      ["no events", { type: "events", tab: randomUUID() }, { code: "invalid", fields: { events: expect.any(String) } }],
      ["nobody who sends", { type: "events", events: [{}] }, { code: "invalid" }],
      ["a hundred and one", { type: "events", tab: randomUUID(), events: Array(101).fill({}) }, { code: "invalid" }],
      [
        "only bad ones",
        { type: "events", tab: randomUUID(), events: [{}] },
        { code: "invalid", errors: [{ index: 0 }] },
      ],
      ["another type", { type: "sing" }, { code: "unknown_message" }],
      ["a viewer's type", { type: "subscribe", rooms: ["site:demo"] }, { code: "unknown_message" }],
      [
        "too much at once",
        { type: "events", tab: randomUUID(), events: [], more: "x".repeat(66_000) },
        { code: "too_large" },
      ],
    ])("%s is answered by an error, and the socket stays", async (_, message, error) => {
      const socket = await open(the().spare);
      socket.say(message);
      expect((await socket.next("error")).data).toMatchObject({ ...error, message: expect.any(String) });
      await until(
        async () => {
          socket.say({ type: "events", tab: randomUUID(), events: [view()] });
          return (await socket.next(({ type }) => type === "ack" || type === "error")).data;
        },
        ({ count }) => count === 1,
      );
    });

    test.each<[string, string | Uint8Array]>([
      ["no JSON", "{"],
      ["a list", "[]"],
      ["null", "null"],
      ["no type", "{}"],
      ["bytes", new TextEncoder().encode('{"type":"ping"}')],
    ])("%s closes it with 4400", async (_, message) => {
      const socket = await open(the().spare);
      socket.say(message);
      expect(await socket.closed).toMatchObject({ code: 4400, reason: expect.stringMatching(/./) });
    });

    test("an event of more than 16 KB is named, the others are kept", async () => {
      const socket = await open(the().spare);
      const events = [view(), view({ event_data: { text: "x".repeat(17_000) } }), view({ page_url: "/b" })];
      socket.say({ type: "events", tab: randomUUID(), events });
      expect((await socket.next("ack")).data).toMatchObject({ count: 2, errors: [{ index: 1 }] });
    });

    test("fifty events a second; beyond it the time to wait, and one that never waits is closed with 4429", async () => {
      const site = await the().addSite();
      const socket = await open(site);
      const tab = randomUUID();
      let seq = 0;
      const events = (count: number) => {
        socket.say({ type: "events", tab, events: Array.from({ length: count }, () => view({ seq: seq++ })) });
      };
      // A full bucket lets a larger message through, and owes the rest: it is empty for a second, and full after two.
      const begun = Date.now();
      events(100);
      // Right behind it, however long that one takes.
      events(50);
      expect((await socket.next("ack")).data).toMatchObject({ count: 100 });
      const { data } = await socket.next("error");
      expect(data).toMatchObject({ code: "rate_limited", retry_after_ms: expect.any(Number) });
      expect(data["retry_after_ms"]).toBeGreaterThan(0);
      expect(data["retry_after_ms"]).toBeLessThanOrEqual(2_000);
      const closed = socket.closed.then(({ code }) => code);
      let code: number | null = null;
      // A message that came when the bucket was full again begins the count anew.
      while (code === null && Date.now() < begun + 30_000) {
        const answered = socket.heard.length;
        for (let i = 0; i < 8; i++) events(50);
        code = await Promise.race([
          closed,
          until(
            async () => socket.heard.length,
            (length) => length >= answered + 8,
          ).then(() => null),
        ]);
      }
      expect(code).toBe(4429);
      const seconds = (Date.now() - begun) / 1_000;
      expect((await live(site)).today.events).toBeLessThanOrEqual(150 + 50 * Math.ceil(seconds));
    });

    test("whoever's requests would not be counted gets none, and is told why", async () => {
      const { upgrade, spare: site, call } = the();
      const path = `/api/v1/live?site=${site.id}`;
      const agent = { "user-agent": BROWSER };
      expect(await upgrade(path, { ...agent, origin: "https://evil.example" })).toEqual({
        status: 403,
        dropped: "foreign_origin",
      });
      expect(await upgrade(path, { origin: site.origin, "user-agent": "curl/8.0" })).toEqual({
        status: 403,
        dropped: "bot",
      });
      expect(await upgrade("/api/v1/live?site=nosuchsite", { ...agent, origin: site.origin })).toEqual({
        status: 404,
        dropped: "unknown_site",
      });
      expect((await upgrade(path, { ...agent, origin: "https://partner.example" })).status).toBe(101);
      expect((await call(path, { headers: agent })).status).toBe(400);
    });

    test("an address that opens too many is 429", async () => {
      const { upgrade, addSite } = the();
      const site = await addSite({ rate_limit: 3 });
      const one = (i: number) =>
        upgrade(`/api/v1/live?site=${site.id}`, {
          origin: site.origin,
          "user-agent": BROWSER,
          "x-forwarded-for": `203.0.113.${i}`,
        });
      const statuses: number[] = [];
      // Six where a minute ends in between; one more is too many in any case.
      while (statuses.length < 7 && !statuses.includes(429)) statuses.push((await one(statuses.length)).status);
      expect(statuses.at(-1)).toBe(429);
      expect(statuses.slice(0, 3)).toEqual([101, 101, 101]);
    });
  });
}
