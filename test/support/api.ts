import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { BeaconEvent, TrackRequest } from "../../protocol/beacon.ts";
import type { TestServer } from "./server.ts";

type Reachable = Pick<TestServer, "url">;

/** What a page of the demo site sends along; without a browser's name every request would count as a bot's. */
export const BROWSER_HEADERS = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "accept-language": "en",
};

export interface BeaconReply {
  status: number;
  body: unknown;
  /** X-Footfall-Dropped. */
  dropped: string | null;
  retryAfter: string | null;
}

/** Signs the owner in with the password; resolves to the value of a `cookie` header. */
export async function signIn({
  url,
  email,
  password,
}: Pick<TestServer, "url" | "email" | "password">): Promise<string> {
  const response = await fetch(`${url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ email, password }),
  });
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0];
  if (!response.ok || cookie === undefined) throw new Error(`Signing in: ${response.status} ${await response.text()}`);
  return cookie;
}

/** `Authorization` header of an API key. */
export function withKey(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/** A page view of the demo shop now; `more` goes over it. */
export function pageview(server: Reachable, path = "/demo/", more: Partial<BeaconEvent> = {}): BeaconEvent {
  return {
    event_id: randomUUID(),
    timestamp: new Date().toISOString(),
    event_type: "pageview",
    page_url: server.url + path,
    ...more,
  };
}

/** `POST /api/v1/track` as a browser on the demo site would send it. */
export async function postBeacon(
  server: Reachable,
  beacon: Partial<TrackRequest>,
  headers: Record<string, string> = {},
): Promise<BeaconReply> {
  const response = await fetch(`${server.url}/api/v1/track`, {
    method: "POST",
    headers: { "content-type": "text/plain", origin: server.url, ...BROWSER_HEADERS, ...headers },
    body: JSON.stringify({ site: "demo", ...beacon }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? null : JSON.parse(text),
    dropped: response.headers.get("x-footfall-dropped"),
    retryAfter: response.headers.get("retry-after"),
  };
}

/** Reads a JSON route and holds the reply against `schema`. Any status but 2xx throws with the reply's text. */
export async function getJson<Schema extends z.ZodType>(
  server: Reachable,
  path: string,
  schema: Schema,
  headers: Record<string, string>,
): Promise<z.infer<Schema>> {
  const response = await fetch(server.url + path, { headers });
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}
