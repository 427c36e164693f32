import type { Env } from "../env";
import { isReady, type Parts, readParts } from "../observe/parts";
import type { Handler, Route } from "./route";

const alive: Handler = () => Response.json({ status: "healthy" });

/** What was found is given for this long, milliseconds: anybody may ask, and every part costs something. */
const KEPT = 2_000;
const found = new WeakMap<Env, { at: number; parts: Parts }>();

const ready: Handler = async (c) => {
  const now = Date.now();
  const known = found.get(c.env);
  const parts = known && now >= known.at && now < known.at + KEPT ? known.parts : await readParts(c.env);
  if (parts !== known?.parts) found.set(c.env, { at: now, parts });
  const is_ready = isReady(parts);
  const body = { status: is_ready ? "ready" : "not ready", database: parts.d1.state, parts };
  return Response.json(body, { status: is_ready ? 200 : 503 });
};

export const healthRoutes: readonly Route[] = [
  { method: "GET", path: "/health", access: { kind: "public" }, handler: alive },
  { method: "GET", path: "/health/ready", access: { kind: "public" }, handler: ready },
];
