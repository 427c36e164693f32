import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { openStream } from "./stream.ts";
import { until } from "./wait-for.ts";
import type { OwnSite, World } from "./world.ts";

const Counts = z.strictObject({
  totalConnections: z.number().int(),
  uniqueVisitors: z.number().int(),
  timestamp: z.iso.datetime({ precision: 3 }),
});
const THIRTY_DAYS = 30 * 24 * 60 * 60;
const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

const says = (totalConnections: number, uniqueVisitors: number) => (message: { data: unknown }) => {
  const counts = Counts.parse(message.data);
  return counts.totalConnections === totalConnections && counts.uniqueVisitors === uniqueVisitors;
};

export function publicCounter(the: () => World): void {
  const counterSite = () => the().addSite({ public_counter: true });
  const addressOf = ({ id }: OwnSite, more = "") => `${the().url}/events?site=${id}${more}`;
  const open = async (site: OwnSite, { cookie = "", more = "", ...headers }: Record<string, string> = {}) => {
    const stream = await openStream(addressOf(site, more), { ...(cookie && { cookie }), ...headers });
    onTestFinished(() => stream.close());
    return stream;
  };
  const cookieOf = (stream: { headers: Headers }) => stream.headers.getSetCookie()[0]?.split(";")[0] ?? "";

  describe("the public counter", () => {
    test("tells everybody at each join and leave: tabs of one browser are one visitor", async () => {
      const site = await counterSite();
      const first = await open(site);
      await first.next(says(1, 1));
      const cookie = cookieOf(first);
      const second = await open(site, { cookie });
      expect(second.headers.getSetCookie()).toEqual([]);
      await Promise.all([first, second].map((stream) => stream.next(says(2, 1))));
      const other = await open(site);
      expect(cookieOf(other)).not.toBe(cookie);
      await Promise.all([first, second, other].map((stream) => stream.next(says(3, 2))));
      // A page that is left says so; the browser stays while it has another.
      const named = randomUUID();
      const third = await open(site, { cookie, more: `&stream=${named}` });
      await Promise.all([first, third].map((stream) => stream.next(says(4, 2))));
      expect((await the().post(`/events?site=${site.id}&stream=${named}`, "", { cookie })).status).toBe(204);
      await Promise.all([first, second, other].map((stream) => stream.next(says(3, 2))));
      await third.ended;
      const times = first.messages.map(({ data }) => Counts.parse(data).timestamp);
      expect(times).toEqual([...times].sort());
    });

    test("a stream that comes back under its name takes the place of the one before", async () => {
      const site = await counterSite();
      const more = `&stream=${randomUUID()}`;
      const first = await open(site, { more });
      await first.next(says(1, 1));
      const again = await open(site, { more, cookie: cookieOf(first) });
      await again.next(says(1, 1));
      expect(await (await the().call(`/counter.json?site=${site.id}`)).body).toMatchObject({ totalConnections: 1 });
    });

    test("the bytes are what a parser of any page expects, and few", async () => {
      const site = await counterSite();
      const { port, hostname } = new URL(the().url);
      const socket = connect(Number(port), hostname);
      onTestFinished(() => void socket.destroy());
      let raw = "";
      socket.on("data", (chunk) => {
        raw += chunk.toString();
      });
      socket.write(
        `GET /events?site=${site.id} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: text/event-stream\r\n\r\n`,
      );
      await until(
        async () => raw,
        (text) => text.includes("totalConnections"),
      );
      const [head = "", body = ""] = [raw.slice(0, raw.indexOf("\r\n\r\n")), raw.slice(raw.indexOf("\r\n\r\n") + 4)];
      expect(head).toMatch(/^HTTP\/1\.1 200 /);
      expect(Buffer.byteLength(head)).toBeLessThan(1_000);
      // Chunks of HTTP/1.1 stand around the text.
      const text = body.replace(/^[0-9a-f]+\r\n/gim, "").replaceAll("\r\n", "");
      expect(text).toMatch(
        /^retry: 3000\n\ndata: \{"totalConnections":1,"uniqueVisitors":1,"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\}\n\n$/,
      );
      expect(Buffer.byteLength(text.replace("retry: 3000\n\n", ""))).toBeLessThanOrEqual(100);
    });

    test("the answer is a stream that no proxy keeps or changes", async () => {
      const stream = await open(await counterSite());
      expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
      expect(stream.headers.get("cache-control")).toMatch(/no-store|no-cache/);
      await stream.next();
      expect(stream.retry()).toBe(3_000);
    });

    test("the cookie is a random, signed name for thirty days that no script reads", async () => {
      const site = await counterSite();
      const made = await Promise.all(Array.from({ length: 5 }, () => open(site)));
      const values = made.map((stream) => cookieOf(stream).split("=")[1] ?? "");
      for (const value of values) expect(value).toMatch(UUID4);
      expect(new Set(values.map((value) => value.slice(0, 36))).size).toBe(5);
      const [cookie = ""] = made[0]?.headers.getSetCookie() ?? [];
      const attributes = cookie.split("; ");
      expect(attributes[0]).toMatch(/^visitorId=/);
      expect(attributes).toEqual(expect.arrayContaining([`Max-Age=${THIRTY_DAYS}`, "HttpOnly", "SameSite=Lax"]));
      expect(cookie).not.toContain("Domain");
    });

    test("asked for by a page of another site the cookie can be sent from there", async () => {
      const site = await counterSite();
      const stream = await open(site, { origin: site.origin, "sec-fetch-site": "cross-site" });
      const attributes = (stream.headers.getSetCookie()[0] ?? "").split("; ");
      expect(attributes).toEqual(
        expect.arrayContaining(["SameSite=None", "Secure", "Partitioned", "HttpOnly", `Max-Age=${THIRTY_DAYS}`]),
      );
    });

    test("a cookie that somebody made up or changed is replaced and is nobody", async () => {
      const site = await counterSite();
      const first = await open(site);
      await first.next(says(1, 1));
      const cookie = cookieOf(first);
      const forged = [
        `visitorId=${randomUUID()}`,
        `visitorId=${randomUUID()}${cookie.slice("visitorId=".length + 36)}`,
        `${cookie.slice(0, -4)}AAAA`,
        "visitorId=1",
        "visitorId=",
      ];
      for (const [i, one] of forged.entries()) {
        const stream = await open(site, { cookie: one });
        expect(cookieOf(stream)).toMatch(/^visitorId=/);
        expect(forged).not.toContain(cookieOf(stream));
        expect(cookieOf(stream).slice(0, 46)).not.toBe(cookie.slice(0, 46));
        await stream.next(says(i + 2, i + 2));
      }
    });

    test.each([["sec-gpc"], ["dnt"]])("%s: no cookie is read or set, and each stream is one", async (signal) => {
      const site = await counterSite();
      const known = await open(site);
      await known.next(says(1, 1));
      const stream = await open(site, { [signal]: "1", cookie: cookieOf(known) });
      expect(stream.headers.getSetCookie()).toEqual([]);
      await stream.next(says(2, 2));
    });

    test("is for the site's own pages and the partners', with credentials, and for nobody else's", async () => {
      const site = await counterSite();
      for (const origin of [site.origin, "https://partner.example", the().url]) {
        const stream = await open(site, { origin });
        expect([origin, stream.status]).toEqual([origin, 200]);
        expect(stream.headers.get("access-control-allow-origin")).toBe(origin);
        expect(stream.headers.get("access-control-allow-credentials")).toBe("true");
        expect(stream.headers.get("vary")?.toLowerCase()).toContain("origin");
        stream.close();
      }
      for (const origin of ["https://evil.example", `${site.origin}.evil.example`, "null", "http://localhost:1"]) {
        const stream = await open(site, { origin });
        expect([origin, stream.status]).toEqual([origin, 403]);
        expect(stream.headers.get("access-control-allow-credentials")).toBeNull();
        expect(stream.headers.getSetCookie()).toEqual([]);
      }
    });

    test("is off until it is turned on, as if the site did not exist, and ends when it is turned off", async () => {
      const { call, addSite, asOwner, url } = the();
      const off = await addSite();
      const [unknown, silent] = [await call("/events?site=nosuchsite"), await call(`/events?site=${off.id}`)];
      expect([unknown.status, silent.status]).toEqual([404, 404]);
      expect(silent.body).toEqual(unknown.body);
      expect((await call(`/counter.json?site=${off.id}`)).status).toBe(404);
      const change = (public_counter: boolean) =>
        fetch(`${url}/api/sites/${off.id}`, {
          method: "PATCH",
          headers: { ...asOwner, "content-type": "application/json" },
          body: JSON.stringify({ public_counter }),
        });
      expect((await change(true)).status).toBe(200);
      const stream = await until(
        () => open(off),
        ({ status }) => status === 200,
      );
      await stream.next(says(1, 1));
    });

    test("a wrong request is told what is wrong", async () => {
      const { call, post } = the();
      const { id } = await counterSite();
      expect(await call("/events")).toMatchObject({
        status: 400,
        body: { error: { fields: { site: expect.any(String) } } },
      });
      for (const reply of [await call(`/events?site=${id}&stream=7`), await post(`/events?site=${id}`, "")]) {
        expect(reply).toMatchObject({
          status: 400,
          body: { success: false, error: { fields: { stream: expect.any(String) } } },
        });
      }
      const wrongMethod = await call(`/events?site=${id}`, { method: "DELETE" });
      expect(wrongMethod.status).toBe(405);
      expect(wrongMethod.headers.get("allow")).toContain("GET");
    });

    test("an address that opens too many is 429 with the time to wait, whatever else it says of itself", async () => {
      const site = await the().addSite({ public_counter: true, rate_limit: 1 });
      const minute = () => Math.floor(Date.now() / 60_000);
      const begun = minute();
      let passed = 0;
      const tryOne = async () => {
        const stream = await open(site, {
          "x-forwarded-for": `203.0.113.${passed}`,
          forwarded: `for=203.0.113.${passed}`,
        });
        const { status, headers } = stream;
        stream.close();
        return { status, wait: Number(headers.get("retry-after")) };
      };
      let refused = await tryOne();
      while (refused.status === 200 && passed < 50) {
        passed++;
        refused = await tryOne();
      }
      expect(refused.status).toBe(429);
      expect(refused.wait).toBeGreaterThan(0);
      expect(refused.wait).toBeLessThanOrEqual(60);
      // Ten for each request that the site takes of an address in a minute.
      if (minute() === begun) expect(passed).toBe(10);
      else expect(passed).toBeLessThanOrEqual(20);
    });

    test("the figure and the picture say the same, and may be kept for two seconds", async () => {
      const { call } = the();
      const site = await counterSite();
      const stream = await open(site);
      await stream.next(says(1, 1));
      const read = () => call(`/counter.json?site=${site.id}`);
      const counts = await until(read, ({ body }) => Counts.parse(body).totalConnections === 1);
      expect(counts.body).toMatchObject({ uniqueVisitors: 1 });
      expect(counts.headers.get("cache-control")).toContain("max-age=2");
      const badge = await call(`/badge.svg?site=${site.id}`);
      expect(badge.headers.get("content-type")).toContain("image/svg+xml");
      expect(badge.body).toContain("<svg");
      expect((await call("/badge.svg?site=nosuchsite")).status).toBe(200);
    });

    test("streams that end are let go of", async () => {
      const { call, asReader } = the();
      const site = await counterSite();
      const openOnes = async () =>
        z
          .object({
            data: z.object({
              sites: z.array(z.object({ sockets: z.record(z.string(), z.object({ open: z.number() })) })),
            }),
          })
          .parse((await call(`/api/status?site=${site.id}`, { headers: asReader })).body).data.sites[0]?.sockets[
          "counter"
        ]?.open;
      const ids = Array.from({ length: 8 }, () => randomUUID());
      const streams = await Promise.all(ids.map((id) => open(site, { more: `&stream=${id}` })));
      await Promise.all(streams.map((stream) => stream.next(says(8, 8))));
      expect(await openOnes()).toBe(8);
      await Promise.all(ids.map((id) => the().post(`/events?site=${site.id}&stream=${id}`, "")));
      await Promise.all(streams.map(({ ended }) => ended));
      await until(openOnes, (count) => count === 0);
    });
  });
}
