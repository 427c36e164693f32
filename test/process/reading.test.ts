import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { applyFrame } from "../../dashboard/live/apply-frame.ts";
import { initialState } from "../../dashboard/live/live-state.ts";
import { parseFrame } from "../../dashboard/live/parse-frame.ts";
import type { LiveSnapshot } from "../../protocol/live.ts";
import { readSse, type SseReader } from "../../worker/streams/sse-reader.fixture.ts";
import { randomFrom, SEED } from "../chaos/support/random.ts";
import { type ChaosViewer, watch } from "../chaos/support/viewer.ts";
import { getJson, pageview, postBeacon, signIn, withKey } from "../support/api.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** The socket's frames, a stream's frames and every live read, side by side. */

const SENDERS = 6;
const BATCHES = 40;
const COUNTRIES = ["AT", "DE", "FR"];
const PAGES = ["/", "/a", "/b", "/c"];

const Window = z.object({
  at: z.string(),
  events: z.number(),
  page_views: z.number(),
  users: z.number(),
  errors: z.number(),
  error_rate: z.number(),
  routes: z.record(z.string(), z.number()),
});
type Window = z.infer<typeof Window>;
const Series = z.object({ window: z.string(), current: Window, closed: z.array(Window) });
const Counts = z.record(z.string(), z.number());
const Summary = z.object({
  data: z.object({
    summary: z.object({ total_active: z.number(), total_today: z.number(), pages_visited: Counts }),
  }),
});
const Detailed = z.object({
  data: z.object({
    summary: Summary.shape.data.shape.summary,
    now: z.number(),
    connections: z.number(),
    today: z.object({
      date: z.string(),
      page_views: z.number(),
      visitors: z.number(),
      sessions: z.number(),
      events: z.number(),
      errors: z.number(),
    }),
    per_page: Counts,
    per_country: Counts,
    per_device: Counts,
    per_referrer: Counts,
    windows: z.object({ "1s": Series, "5s": Series, "60s": Series }),
  }),
});
const Aggregates = z.object({ data: z.object({ windows: z.array(Series) }) });
const Sessions = z.object({
  data: z.object({ sessions: z.array(z.object({ session_id: z.string() })), total_count: z.number() }),
});

let server: TestServer;
let viewer: ChaosViewer;
let stream: SseReader;
beforeAll(async () => {
  server = await startServer();
  const body = JSON.stringify({ rate_limit: 1_000_000 });
  const headers = { "content-type": "application/json", origin: server.url, cookie: await signIn(server) };
  expect((await fetch(`${server.url}/api/sites/demo`, { method: "PATCH", headers, body })).status).toBe(200);
  viewer = await watch({ ...server, url: server.url }, { id: "demo" });
  const { body: frames } = await fetch(`${server.url}/api/realtime/stats?site=demo`, { headers: withKey(server.key) });
  if (!frames) throw new Error("The stream has no body.");
  stream = readSse(frames);
});
afterAll(async () => {
  viewer?.close();
  await stream?.stop();
  await server?.[Symbol.asyncDispose]();
});

const read = <T extends z.ZodType>(path: string, schema: T, query = "site=demo") =>
  getJson(server, `${path}?${query}`, schema, withKey(server.key));

/** Sends as pages of several visitors and as servers do, each of its own session; resolves to the number of events kept. */
async function send(random: () => number): Promise<number> {
  let kept = 0;
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const sender = async (_: unknown, index: number) => {
    const page = index % 2 === 0;
    // By the agent the local server makes up a place for a page's visitor.
    const user_agent = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.${index}`;
    const headers = page ? { "user-agent": user_agent } : withKey(server.key);
    let who = page ? { tab: randomUUID() } : { session_id: randomUUID(), user_agent, country: pick(COUNTRIES) };
    for (let i = 0; i < BATCHES; i++) {
      if (!page && random() < 0.1) who = { session_id: randomUUID(), user_agent, country: pick(COUNTRIES) };
      const events = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
        pageview(server, pick(PAGES), random() < 0.2 ? { event_type: "error" } : {}),
      );
      const { status, body } = await postBeacon(server, { ...who, events }, headers);
      expect(status).toBe(201);
      kept += z.object({ count: z.number() }).parse(body).count;
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return kept;
}

/** What may only grow in a day, by name. */
function growing({ today }: z.infer<typeof Detailed>["data"]): Record<string, number> {
  const { date: _, ...totals } = today;
  return totals;
}

/** Reads all the time; answers how often, and throws where an answer goes back behind an earlier one. */
async function readWhile(sending: () => boolean): Promise<number> {
  let reads = 0;
  let before: Record<string, number> = {};
  const closed = new Map<string, string>();
  while (sending()) {
    const shown = viewer.shown();
    const summary = (await read("/api/analytics/summary", Summary)).data.summary;
    const { data } = await read("/api/analytics/detailed", Detailed);
    const { windows } = (await read("/api/aggregates", Aggregates)).data;
    // What was shown before is in what is read after, and a later read has all of an earlier one.
    expect(summary.total_today).toBeGreaterThanOrEqual(shown?.page_views ?? 0);
    expect(data.summary.total_today).toBeGreaterThanOrEqual(summary.total_today);
    expect(data.summary.total_today).toBe(data.today.page_views);
    for (const [name, value] of Object.entries(growing(data))) {
      expect(value, name).toBeGreaterThanOrEqual(before[name] ?? 0);
    }
    before = growing(data);
    // A window that is closed is the same for good.
    for (const series of [...windows, ...Object.values(data.windows)]) {
      for (const window of series.closed) {
        const name = `${series.window} ${window.at}`;
        const text = JSON.stringify(window);
        expect(closed.get(name) ?? text).toBe(text);
        closed.set(name, text);
      }
    }
    reads++;
  }
  return reads;
}

/** What somebody shows who read the stream's messages in their order. */
function foldedStream(): LiveSnapshot | null {
  let state = initialState("demo");
  for (const { data } of stream.messages) {
    const frame = parseFrame(data);
    if (frame) state = applyFrame(state, frame, 0);
  }
  if (state.stale) throw new Error("The stream left a frame out.");
  return state.snapshot;
}

const rows = (list: LiveSnapshot["pages"]) => Object.fromEntries(list.map(({ value, visitors }) => [value, visitors]));
const points = ({ current, closed }: z.infer<typeof Series>): Window[] =>
  [...closed, current].filter(({ events }) => events > 0);
const shownPoints = (list: LiveSnapshot["windows"]["1s"]) =>
  list.map(({ at, errors, events, page_views, routes, users }) => ({
    at: new Date(at).toISOString(),
    events,
    page_views,
    users,
    errors,
    error_rate: errors / events,
    routes: Object.fromEntries(routes),
  }));

test(`socket, stream and reads agree at rest, and contradict each other at no time under load (seed ${SEED})`, async () => {
  const random = randomFrom(SEED);
  let sending = true;
  const reading = readWhile(() => sending);
  const kept = await send(random).finally(() => {
    sending = false;
  });
  expect(await reading).toBeGreaterThan(3);

  await expect.poll(() => viewer.shown()?.events).toBe(kept);
  await expect.poll(() => foldedStream()?.today.events).toBe(kept);
  const folded = viewer.picture();
  const { data } = await read("/api/analytics/detailed", Detailed);
  if (!folded) throw new Error("The viewer has no picture.");
  const { date: _, ...today } = folded.today;
  const {
    windows: ofData,
    today: { date: __, ...todayRead },
    ...figures
  } = data;
  expect({ ...figures, today: todayRead }).toEqual({
    summary: { total_active: folded.active, total_today: today.page_views, pages_visited: rows(folded.pages) },
    now: folded.now,
    connections: folded.connections,
    today,
    per_page: rows(folded.pages),
    per_country: rows(folded.countries),
    per_device: rows(folded.devices),
    per_referrer: rows(folded.sources),
  });
  const { windows } = (await read("/api/aggregates", Aggregates)).data;
  for (const series of windows) {
    const name = z.enum(["1s", "5s", "60s"]).parse(series.window);
    // A viewer that came in between has those since; all of them came while it watched.
    expect(points(series)).toEqual(shownPoints(folded.windows[name]).slice(-points(series).length));
    expect(points(ofData[name])).toEqual(points(series));
  }
  // The clock of the last frame, and windows that were open when the one or the other came, are the only differences.
  const streamed = foldedStream();
  expect({ ...streamed, at: folded.at, windows: {} }).toEqual({ ...folded, windows: {} });
  for (const name of ["1s", "5s", "60s"] as const) {
    const shown = shownPoints(folded.windows[name]);
    expect(shownPoints(streamed?.windows[name] ?? []).slice(-shown.length)).toEqual(shown);
  }
  expect(folded.now).toBeGreaterThanOrEqual(SENDERS);
  const { sessions, total_count } = (await read("/api/analytics/sessions", Sessions)).data;
  expect(total_count).toBe(folded.active);
  expect(sessions.map(({ session_id }) => session_id).toSorted()).toEqual(
    folded.sessions.map(({ session_id }) => session_id).toSorted(),
  );
});

/** Of all sessions. */
async function countries(): Promise<Set<string>> {
  const Rows = z.object({ data: z.array(z.object({ country: z.string() })) });
  const { data } = await read("/api/v1/sessions", Rows, "site=demo&limit=500");
  return new Set(data.map(({ country }) => country));
}

test("a whole is the sum of its filters, and the organization that of its sites", async () => {
  const whole = (await read("/api/analytics/detailed", Detailed)).data;
  const sums = { total_active: 0, total_today: 0, events: 0 };
  for (const country of await countries()) {
    const { data } = await read("/api/analytics/detailed", Detailed, `site=demo&country=${country}`);
    sums.total_active += data.summary.total_active;
    sums.total_today += data.summary.total_today;
    sums.events += points(data.windows["60s"]).reduce((sum, { events }) => sum + events, 0);
  }
  const events = points(whole.windows["60s"]).reduce((sum, { events: of }) => sum + of, 0);
  const { total_active, total_today } = whole.summary;
  expect(sums).toEqual({ total_active, total_today, events });

  const Me = z.object({ data: z.array(z.object({ id: z.string(), org_id: z.string() })) });
  const [site] = (await read("/api/sites", Me)).data;
  const org = (await read("/api/analytics/summary", Summary, `org=${site?.org_id}`)).data.summary;
  expect(org).toEqual(whole.summary);
});
