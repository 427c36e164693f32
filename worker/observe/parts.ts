import type { Env } from "../env";
import { rootMessage } from "../failure";

/** A part that does not answer within this is down, milliseconds. */
const TIMEOUT = 3_000;

export type PartState = "ready" | "migrations missing" | "unreachable" | "missing" | "configured" | "not configured";

export interface Part {
  state: PartState;
  /** How long it took to answer, milliseconds; absent where nothing was asked. */
  ms?: number;
}

/** Without the first three nothing works; the product is whole without the other two. */
export interface Parts {
  d1: Part;
  objects: Part;
  assets: Part;
  r2: Part;
  /** Writes alone, and silent ones: whether it is there is all that can be told. */
  analytics_engine: Part;
}

export const NEEDED = ["d1", "objects", "assets"] as const satisfies readonly (keyof Parts)[];

/** Asks every part at once. Throws nothing. */
export async function readParts(env: Env): Promise<Parts> {
  const [d1, objects, assets, r2] = await Promise.all([
    asked(
      async () => void (await env.DB.prepare("SELECT 1 FROM installation, sites, sessions, flush_log LIMIT 1").run()),
    ),
    asked(async () => void (await env.ORG.getByName("sign-in").alive())),
    asked(async () => {
      const reply = await env.ASSETS.fetch("https://assets.invalid/index.html", { method: "HEAD" });
      if (reply.status >= 500) throw new Error(`assets answered ${reply.status}`);
      return reply.status === 404 ? "missing" : undefined;
    }),
    env.BUCKET ? asked(async () => void (await env.BUCKET?.head("health"))) : { state: "not configured" as const },
  ]);
  return { d1, objects, assets, r2, analytics_engine: { state: env.AE ? "configured" : "not configured" } };
}

async function asked(ask: () => Promise<PartState | undefined>): Promise<Part> {
  const began = Date.now();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("timed out")), TIMEOUT);
  try {
    const state = (await Promise.race([ask(), late.promise])) ?? "ready";
    return { state, ms: Date.now() - began };
  } catch (error) {
    const state = /no such table/.test(rootMessage(error)) ? "migrations missing" : "unreachable";
    return { state, ms: Date.now() - began };
  } finally {
    clearTimeout(timer);
  }
}

export function isReady(parts: Parts): boolean {
  return NEEDED.every((name) => parts[name].state === "ready");
}
