import { randomUUID } from "node:crypto";
import { readSse, type SseReader } from "../../worker/streams/sse-reader.fixture.ts";
import { signIn } from "./api.ts";
import type { TestServer } from "./server.ts";

/** Turns the demo site's public counter on or off, and lets one machine open as many streams as a test needs. */
export async function setCounter(server: TestServer, on: boolean): Promise<void> {
  const response = await fetch(`${server.url}/api/sites/demo`, {
    method: "PATCH",
    headers: { "content-type": "application/json", origin: server.url, cookie: await signIn(server) },
    body: JSON.stringify({ public_counter: on, rate_limit: 1_000_000 }),
  });
  if (!response.ok) throw new Error(`Setting the counter: ${response.status} ${await response.text()}`);
}

export interface CounterStream extends SseReader {
  stream: string;
  /** What a browser would send with its next request. */
  cookie: string;
}

/** Opens a counter stream as a program would; `cookie` is that of the browser it plays. */
export async function openCounter(server: Pick<TestServer, "url">, cookie = ""): Promise<CounterStream> {
  const stream = randomUUID();
  const response = await fetch(`${server.url}/events?site=demo&stream=${stream}`, { headers: { cookie } });
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
