import { randomUUID } from "node:crypto";
import * as z from "zod";
import { readSse, type SseReader } from "../../worker/streams/sse-reader.fixture.ts";
import { signIn } from "./api.ts";
import type { TestServer } from "./server.ts";

const Made = z.object({ data: z.object({ id: z.string() }) });

async function writeSite(server: TestServer, method: string, path: string, body: object): Promise<string> {
  const response = await fetch(`${server.url}/api/sites${path}`, {
    method,
    headers: { "content-type": "application/json", origin: server.url, cookie: await signIn(server) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Setting a counter: ${response.status} ${await response.text()}`);
  return Made.parse(await response.json()).data.id;
}

/** Turns the demo site's public counter on or off, and lets one machine open as many streams as a test needs. */
export async function setCounter(server: TestServer, on: boolean): Promise<void> {
  await writeSite(server, "PATCH", "/demo", { public_counter: on, rate_limit: 1_000_000 });
}

/** Another site with a public counter; resolves to its id. */
export function addCounterSite(server: TestServer, domain: string): Promise<string> {
  return writeSite(server, "POST", "", { name: domain, domains: [domain], public_counter: true });
}

export interface CounterStream extends SseReader {
  stream: string;
  /** What a browser would send with its next request. */
  cookie: string;
}

/** Opens a counter stream as a program would; `cookie` is that of the browser it plays. */
export async function openCounter(server: Pick<TestServer, "url">, cookie = "", site = "demo"): Promise<CounterStream> {
  const stream = randomUUID();
  const response = await fetch(`${server.url}/events?site=${site}&stream=${stream}`, { headers: { cookie } });
  if (!response.ok || !response.body) throw new Error(`/events: ${response.status} ${await response.text()}`);
  const set = response.headers.getSetCookie()[0]?.split(";")[0];
  return { ...readSse(response.body), stream, cookie: set ?? cookie };
}

/** Whether a message says these counts. */
export const says = (totalConnections: number, uniqueVisitors: number) => (data: unknown) =>
  typeof data === "object" &&
  data !== null &&
  "totalConnections" in data &&
  "uniqueVisitors" in data &&
  data.totalConnections === totalConnections &&
  data.uniqueVisitors === uniqueVisitors;
