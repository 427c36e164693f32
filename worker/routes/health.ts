import type { Env } from "../env";
import { rootMessage } from "../failure";
import type { Handler, Route } from "./route";

const alive: Handler = () => Response.json({ status: "healthy" });

const ready: Handler = async (c) => {
  const database = await databaseState(c.env);
  const is_ready = database === "ready";
  return Response.json({ status: is_ready ? "ready" : "not ready", database }, { status: is_ready ? 200 : 503 });
};

async function databaseState(env: Env): Promise<"ready" | "migrations missing" | "unreachable"> {
  try {
    await env.DB.prepare("SELECT 1 FROM installation, sites, sessions, flush_log LIMIT 1").run();
    return "ready";
  } catch (error) {
    return /no such table/.test(rootMessage(error)) ? "migrations missing" : "unreachable";
  }
}

export const healthRoutes: readonly Route[] = [
  { method: "GET", path: "/health", access: { kind: "public" }, handler: alive },
  { method: "GET", path: "/health/ready", access: { kind: "public" }, handler: ready },
];
