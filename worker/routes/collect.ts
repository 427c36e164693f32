import { preflight } from "./collect/ingest-request";
import { openSession } from "./collect/open-session";
import { pixel } from "./collect/pixel";
import { simpleEvents } from "./collect/simple-events";
import { track } from "./collect/track";
import type { Route } from "./route";

export const collectRoutes: readonly Route[] = (
  [
    { method: "POST", path: "/api/v1/track", access: { kind: "public" }, handler: track },
    { method: "OPTIONS", path: "/api/v1/track", access: { kind: "public" }, handler: preflight },
    { method: "POST", path: "/api/v1/sessions", access: { kind: "public" }, handler: openSession },
    { method: "OPTIONS", path: "/api/v1/sessions", access: { kind: "public" }, handler: preflight },
    { method: "POST", path: "/api/events", access: { kind: "public" }, handler: simpleEvents },
    { method: "OPTIONS", path: "/api/events", access: { kind: "public" }, handler: preflight },
    { method: "GET", path: "/p.gif", access: { kind: "public" }, handler: pixel },
  ] satisfies Route[]
).map((route) => ({ ...route, pages: true }));
