import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { HEARTBEAT } from "../../protocol/limits.ts";
import { getJson, withKey } from "../support/api.ts";
import { addCounterSite, type CounterStream, openCounter, says, setCounter } from "../support/counter-streams.ts";
import { startServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await setCounter(server, true);
});
afterAll(() => server?.[Symbol.asyncDispose]());

/** Numbers of a fixed seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SEED = 20261121;

const Status = z.object({ data: z.object({ sites: z.array(z.object({ since: z.string() })) }) });

/** Since when a site's object is in memory, milliseconds since 1970. */
async function awakeSince(site: string): Promise<number> {
  const { data } = await getJson(server, `/api/status?site=${site}`, Status, withKey(server.key));
  return Date.parse(data.sites[0]?.since ?? "");
}

/** A stream over a connection of its own, at whose end nobody says anything. */
async function rawStream(site: string): Promise<Socket> {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /events?site=${site} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(socket, "data");
  return socket;
}

test("COUNTER-2 a connection that is reset, or closed without a goodbye, is noticed", async () => {
  const site = await addCounterSite(server, "cut.example");
  const stays = await openCounter(server, "", site);
  for (const end of ["resetAndDestroy", "destroy"] as const) {
    const dies = await rawStream(site);
    await stays.next(says(2, 2), stays.messages.length - 1);
    const [told, cut] = [stays.messages.length, performance.now()];
    dies[end]();
    await stays.next(says(1, 1), told);
    expect(performance.now() - cut).toBeLessThan(2 * HEARTBEAT);
  }
  await stays.stop();
});

test("COUNTER-2 COUNTER-6 220 streams of 80 browsers that come and go are counted exactly, also those that die unsaid", async () => {
  const quiet = await addCounterSite(server, "quiet.example");
  const listener = await openCounter(server, "", quiet);
  await listener.next(says(1, 1));
  const quietSince = Date.now();
  const random = numbers(SEED);
  const browsers: string[] = [];
  let open: { browser: number; stream: CounterStream }[] = [];
  const expected = () => says(open.length, new Set(open.map(({ browser }) => browser)).size);
  const join = async (browser: number) => {
    const stream = await openCounter(server, browsers[browser]);
    browsers[browser] = stream.cookie;
    open.push({ browser, stream });
  };
  // Each browser's first stream gets its cookie before another of it is opened.
  for (let from = 0; from < 80; from += 20) await Promise.all(Array.from({ length: 20 }, (_, n) => join(from + n)));
  for (let from = 80; from < 220; from += 20) {
    await Promise.all(Array.from({ length: 20 }, () => join(Math.floor(random() * 80))));
  }
  await Promise.all(open.map(({ stream }) => stream.next(expected())));
  for (let round = 0; round < 5; round++) {
    const going = open.filter(() => random() < 0.3);
    open = open.filter((one) => !going.includes(one));
    const leave = ({ stream: { stream } }: (typeof going)[number]) =>
      fetch(`${server.url}/events?site=demo&stream=${stream}`, { method: "POST" });
    const coming = Array.from({ length: going.length }, () => Math.floor(random() * 80));
    await Promise.all([...going.map(leave), ...coming.map(join)]);
    const from = new Map(open.map(({ stream }) => [stream, Math.max(0, stream.messages.length - 1)]));
    await Promise.all(open.map(({ stream }) => stream.next(expected(), from.get(stream))));
    await Promise.all(going.map(({ stream }) => stream.ended));
  }
  // The wire is cut without a goodbye.
  const [dying, living] = [open.slice(0, 110), open.slice(110)];
  open = living;
  const cut = performance.now();
  // As many streams were open on the way up already.
  const told = living.map(({ stream }) => stream.messages.length);
  await Promise.all(dying.map(({ stream }) => stream.stop()));
  await Promise.all(living.map(({ stream }, i) => stream.next(expected(), told[i])));
  expect(performance.now() - cut).toBeLessThan(2 * HEARTBEAT);
  expect(living[0]?.stream.comments.every((comment) => comment === "heartbeat")).toBe(true);

  // While heartbeats went out, nothing kept the object of a quiet site awake: it is in memory anew, and knows who listens.
  await expect.poll(() => listener.comments.length).toBeGreaterThan(0);
  expect(await awakeSince(quiet)).toBeGreaterThan(quietSince + HEARTBEAT / 2);
  const newcomer = await openCounter(server, "", quiet);
  await Promise.all([listener, newcomer].map((stream) => stream.next(says(2, 2))));

  // Killed and started again, everybody comes back with the same cookies.
  await server.kill9();
  await Promise.all(living.map(({ stream }) => stream.ended));
  server = await server.restart();
  open = [];
  await Promise.all(living.map(({ browser }) => join(browser)));
  await Promise.all(open.map(({ stream }) => stream.next(expected())));
  await Promise.all(open.map(({ stream }) => stream.stop()));
});
