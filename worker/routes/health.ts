import type { Handler, Route } from "./route";

const health: Handler = (c) => c.json({ status: "healthy" });

/** 200 when D1 answers and its tables are there, else 503 with what is wrong. */
const ready: Handler = async (c) => {
  const parts = { worker: "ok", d1: "ok" };
  try {
    await c.env.DB.prepare("SELECT 1 FROM sites LIMIT 1").first();
  } catch (error) {
    const missing = error instanceof Error && error.message.includes("no such table");
    parts.d1 = missing ? "migrations are not applied" : "does not answer";
  }
  const good = parts.d1 === "ok";
  return c.json({ status: good ? "ready" : "not ready", parts }, good ? 200 : 503);
};

export const healthRoutes: readonly Route[] = [
  { method: "GET", path: "/health", access: { kind: "public" }, handler: health },
  { method: "GET", path: "/health/ready", access: { kind: "public" }, handler: ready },
];
