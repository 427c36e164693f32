import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type Family, readExposition } from "./exposition.ts";
import { until } from "./wait-for.ts";
import type { World } from "./world.ts";

/** What is asked for by name, whoever scrapes; each has samples once a site had a visit, a viewer and a stream. */
const FIGURES = {
  counter: [
    "ingest_events_total",
    "ingest_requests_total",
    "ingest_batches_total",
    "sockets_opened_total",
    "sockets_closed_total",
    "socket_messages_total",
    "frames_sent_total",
    "frames_sent_bytes_total",
    "viewers_too_slow_total",
    "flush_batches_total",
    "errors_total",
    "org_sockets_opened_total",
    "org_sockets_closed_total",
    "org_frames_sent_total",
    "streams_opened_total",
    "stream_messages_total",
    "stream_bytes_total",
    "stream_errors_total",
    "worker_requests_total",
  ],
  gauge: [
    "site_up",
    "ingest_events_per_second",
    "sockets_open",
    "room_viewers",
    "org_sockets_open",
    "org_room_viewers",
    "streams_open",
    "visitors_now",
    "connections",
    "sessions_active",
    "outbox_events",
    "outbox_bytes",
    "outbox_age_seconds",
    "flush_failures",
    "d1_size_bytes",
    "d1_event_tables",
    "object_storage_bytes",
    "object_uptime_seconds",
    "worker_uptime_seconds",
    "part_up",
    "part_answer_seconds",
    "page_errors_today",
  ],
  histogram: ["ingest_latency_seconds", "frame_latency_seconds", "d1_write_seconds", "worker_request_seconds"],
} as const;

const Line = z.object({
  level: z.enum(["info", "error", "warn"]),
  at: z.iso.datetime({ precision: 3 }),
  request_id: z.string().min(8),
  method: z.string(),
  route: z.string().nullable(),
  status: z.number(),
  ms: z.number().nonnegative(),
  message: z.string(),
});

export function watching(the: () => World): void {
  const metrics = async (query = "") => {
    const reply = await the().call(`/metrics${query}`, { headers: the().asReader });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([
      200,
      expect.stringMatching(/^text\/plain; version=0\.0\.4(; charset=utf-8)?$/),
    ]);
    return readExposition(z.string().parse(reply.body));
  };
  const valueOf = (families: ReadonlyMap<string, Family>, name: string, labels: Record<string, string>) =>
    families
      .get(`footfall_${name}`)
      ?.samples.find(({ labels: has }) => Object.entries(labels).every(([label, of]) => has.get(label) === of))?.value;

  /** Lines of the log that are JSON of ours. */
  const lines = () =>
    the()
      .logs()
      .split("\n")
      .filter((line) => line.includes('"request_id"'))
      .map((line) => line.slice(line.indexOf("{")));

  describe("who runs it sees", () => {
    test("that it is up, and that each part is ready, without a sign-in", async () => {
      const health = await the().call("/health");
      expect([health.status, health.body]).toEqual([200, { status: "healthy" }]);
      const ready = await the().call("/health/ready");
      expect(ready.status).toBe(200);
      const { parts } = z
        .object({ status: z.literal("ready"), parts: z.record(z.string(), z.object({ state: z.string() })) })
        .parse(ready.body);
      expect(Object.keys(parts).sort()).toEqual(["analytics_engine", "assets", "d1", "objects", "r2"]);
    });

    test("figures that any scraper can read, and that move with what comes", async () => {
      const { addSite, visit, view, stream, org } = the();
      const site = await addSite();
      await visit(site);
      const viewer = view(`rooms=site:${site.id}`);
      await viewer.next("snapshot");
      await view(`rooms=org:${org}`).next("snapshot");
      await (await stream(`/api/realtime/stats?site=${site.id}`)).next();
      await (await stream(`/api/realtime/issues?site=${site.id}`)).next();
      await (await stream(`/api/realtime/heatmap?site=${site.id}`)).next();
      const before = await metrics();
      for (const [type, names] of Object.entries(FIGURES)) {
        for (const name of names) {
          const family = before.get(`footfall_${name}`);
          expect([name, family?.type]).toEqual([name, type]);
          expect([name, family?.help]).toEqual([name, expect.stringMatching(/\w/)]);
          expect([name, family?.samples.length]).not.toEqual([name, 0]);
        }
      }
      const of = { site: site.id };
      expect(valueOf(before, "visitors_now", of)).toBe(1);
      expect(valueOf(before, "sockets_open", { ...of, kind: "viewer" })).toBe(4);
      expect(valueOf(before, "room_viewers", { ...of, room: `site:${site.id}` })).toBe(4);
      expect(valueOf(before, "org_room_viewers", { room: `org:${org}` })).toBeGreaterThan(0);
      for (const kind of ["stats", "issues", "heatmap"]) {
        expect([kind, valueOf(before, "streams_open", { kind })]).not.toEqual([kind, 0]);
      }
      await visit(site);
      await viewer.next((m) => m.type === "delta" && m.data["now"] === 2);
      viewer.close();
      const after = await until(metrics, (now) => valueOf(now, "sockets_open", { ...of, kind: "viewer" }) === 3);
      const grew = (name: string, labels: Record<string, string> = of) =>
        (valueOf(after, name, labels) ?? 0) - (valueOf(before, name, labels) ?? 0);
      expect(grew("ingest_events_total")).toBe(1);
      expect(grew("ingest_requests_total")).toBe(1);
      expect(grew("ingest_batches_total")).toBe(1);
      expect(grew("sockets_closed_total", { ...of, kind: "viewer" })).toBe(1);
      expect(grew("frames_sent_total")).toBeGreaterThan(0);
      expect(grew("frames_sent_bytes_total")).toBeGreaterThan(0);
    });

    test("figures of one site alone, and none of a site of others", async () => {
      const { spare: site, call, asReader } = the();
      const families = await metrics(`?site=${site.id}`);
      const sites = new Set(
        [...families.values()].flatMap(({ samples }) => samples.flatMap(({ labels }) => labels.get("site") ?? [])),
      );
      expect([...sites]).toEqual([site.id]);
      expect((await call("/metrics?site=of-others", { headers: asReader })).status).toBe(404);
    });

    test("the state of the server, its sockets and each site", async () => {
      const { addSite, visit, view, call, asReader } = the();
      const site = await addSite();
      await visit(site);
      await view(`rooms=site:${site.id}`).next("snapshot");
      const { status, body } = await call(`/api/status?site=${site.id}`, { headers: asReader });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        success: true,
        data: {
          server: { status: "healthy" },
          websocket: { status: "open", path: "/api/realtime/ws", viewers: 1 },
          sites: [
            {
              site: site.id,
              outbox: { events: expect.any(Number), bytes: expect.any(Number) },
              flush: { failures: 0 },
              drops: [],
              sockets: { viewer: { open: 1 } },
              errors: expect.any(Object),
            },
          ],
          partial: false,
          generated_at: expect.stringMatching(/Z$/),
        },
      });
    });

    test("each request as one line of JSON with the id of its reply, how it ended and how long it took", async () => {
      const { call, asReader } = the();
      const path = `/api/v1/sessions/${randomUUID()}`;
      const reply = await call(`${path}?site=demo`, { headers: asReader });
      const id = reply.headers.get("x-request-id") ?? "";
      const found = await until(
        async () => lines().filter((line) => line.includes(id)),
        (list) => list.length > 0,
      );
      expect(found).toHaveLength(1);
      const line = Line.parse(JSON.parse(found[0] ?? ""));
      expect(line).toMatchObject({ request_id: id, method: "GET", status: 404, route: "/api/v1/sessions/:id" });
      expect(line.message).toBe(`[${line.at}] 404 - ${line.ms}ms GET /api/v1/sessions/:id`);
      expect(the().logs()).not.toContain(path);
    });
  });

  describe("every answer", () => {
    test.each([
      "/",
      "/sites/demo",
      "/health",
      "/health/ready",
      "/metrics",
      "/api/auth/me",
      "/api/nothing",
      "/events?site=nosuchsite",
      "/badge.svg?site=demo",
      "/t.js",
      "/counter.js",
      "/favicon.ico",
    ])("%s: over HTTPS alone from now on, of no other type than it says", async (path) => {
      const { headers } = await the().call(path);
      expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d{7,}/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    });

    test("a page runs nothing but its own, in nobody's frame", async () => {
      for (const path of ["/", "/sites/demo"]) {
        const { status, headers } = await the().call(path);
        const policy = headers.get("content-security-policy") ?? "";
        expect([path, status]).toEqual([path, 200]);
        expect(policy).toContain("default-src 'self'");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).toContain("object-src 'none'");
        expect(policy).not.toMatch(/script-src[^;]*unsafe|unsafe-eval/);
        expect(headers.get("referrer-policy")).toBe("no-referrer");
      }
      expect((await the().call("/badge.svg?site=demo")).headers.get("content-security-policy")).toContain(
        "default-src 'none'",
      );
      expect((await the().call("/events?site=demo")).headers.get("content-security-policy")).toContain(
        "default-src 'none'",
      );
    });

    test("what members read is for no other origin, and kept by nobody", async () => {
      const { call, cookie } = the();
      for (const path of ["/api/analytics/summary?site=demo", "/api/status?site=demo", "/api/auth/me", "/metrics"]) {
        const { headers } = await call(path, { headers: { cookie, origin: "https://evil.example" } });
        expect([path, headers.get("access-control-allow-origin")]).toEqual([path, null]);
        expect([path, headers.get("access-control-allow-credentials")]).toEqual([path, null]);
        expect(headers.get("cache-control")).toContain("no-store");
      }
    });
  });
}
