import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { getJson } from "../support/api.ts";
import { type CounterStream, openCounter, says, setCounter } from "../support/counter-streams.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** The public counter where an object holds eight streams, and three leaves as many each. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ script: "test/support/serve-counter.ts" });
  await setCounter(server, true);
});
afterAll(() => server?.[Symbol.asyncDispose]());

interface Tab {
  browser: number;
  stream: CounterStream;
}

const BROWSERS = 12;
const cookies: string[] = [];
let open: Tab[] = [];

async function join(browser: number): Promise<void> {
  const stream = await openCounter(server, cookies[browser]);
  cookies[browser] = stream.cookie;
  open.push({ browser, stream });
}

const browsers = () => new Set(open.map(({ browser }) => browser)).size;

/** Does something, after which every open stream is told how many there are. */
async function then(act: () => Promise<unknown>): Promise<void> {
  const seen = new Map(open.map(({ stream }) => [stream, stream.messages.length]));
  await act();
  const told = says(open.length, browsers());
  await Promise.all(open.map(({ stream }) => stream.next(told, seen.get(stream))));
}

function take(count: number, of: (index: number) => boolean = () => true): Tab[] {
  const going = open.filter((_, index) => of(index)).slice(0, count);
  open = open.filter((tab) => !going.includes(tab));
  return going;
}

const leave = ({ stream }: Tab) =>
  fetch(`${server.url}/events?site=demo&stream=${stream.stream}`, { method: "POST" }).then(() => stream.ended);

async function outOfMemory(object: string, sockets: "hibernate" | "close"): Promise<void> {
  const door = /Door (\S+)/.exec(server.logs())?.[1];
  const kind = object === "demo" ? "SiteObject" : "LeafObject";
  const response = await fetch(`${door}/?class=${kind}&name=${object}&sockets=${sockets}`, { method: "POST" });
  expect(response.status).toBe(200);
}

const Counted = z.object({ totalConnections: z.number() });

/** What `counter.json` says. */
const total = async () => (await getJson(server, "/counter.json?site=demo", Counted, {})).totalConnections;

test("COUNTER-8 COUNTER-9 COUNTER-10 30 streams of 12 browsers over four objects are counted exactly, whoever sleeps or dies", async () => {
  // Two browsers have ten tabs each, ten have one.
  await then(async () => {
    for (let browser = 0; browser < BROWSERS; browser++) await join(browser);
    for (let n = 0; n < 18; n++) await join(n % 2);
  });
  expect([open.length, browsers()]).toEqual([30, 12]);

  // Full is 32; who leaves makes room wherever it was.
  await then(() => Promise.all([join(0), join(1)]));
  const refused = await fetch(`${server.url}/events?site=demo`);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "30"]);
  await then(() => Promise.all(take(4, (index) => index % 8 === 1).map(leave)));
  await then(() =>
    Promise.all([join(3), join(4), ...take(3, (index) => index % 9 === 2).map(({ stream }) => stream.stop())]),
  );

  // Each of them out of memory, and all at once; what comes then is told to all.
  for (const objects of [["demo"], ["demo/1"], ["demo", "demo/0", "demo/1", "demo/2"]]) {
    for (const object of objects) await outOfMemory(object, "hibernate");
    await then(() => Promise.all(take(1, (index) => index > 12).map(leave)));
    for (const object of objects) await outOfMemory(object, "hibernate");
    await then(() => join(open.length % BROWSERS));
  }

  // A leaf dies, and nobody of it comes again.
  const ended = new Set<Tab>();
  for (const tab of open) void tab.stream.ended.then(() => ended.add(tab));
  const died = performance.now();
  const seen = open.map(({ stream }) => stream.messages.length);
  const before = open;
  await outOfMemory("demo/0", "close");
  const uncounted = async () => (ended.size === 0 ? null : before.length - (await total()) - ended.size);
  await expect.poll(uncounted).toBe(0);
  open = open.filter((tab) => !ended.has(tab));
  const told = says(open.length, browsers());
  await Promise.all(open.map((tab) => tab.stream.next(told, seen[before.indexOf(tab)])));
  expect(performance.now() - died).toBeLessThan(30_000);

  // Killed and started again, everybody comes back with the same cookies.
  await server.kill9();
  await Promise.all(open.map(({ stream }) => stream.ended));
  server = await server.restart();
  const coming = open;
  open = [];
  await then(() => Promise.all(coming.map(({ browser }) => join(browser))));
  expect(await total()).toBe(open.length);
  await Promise.all(open.map(({ stream }) => stream.stop()));
});
