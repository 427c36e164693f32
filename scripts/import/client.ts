import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { ShortChunks } from "../../worker/import/import-request.ts";
import { Problem } from "../problem.ts";
import type { Chunk } from "./chunks.ts";

const Reply = z.object({
  applied: z.boolean(),
  visitors: z.number(),
  sessions: z.number(),
  page_views: z.number(),
  excluded: z.number(),
});
export type Reply = z.infer<typeof Reply>;
const Failure = z.object({ error: z.object({ message: z.string() }) });

export interface Client {
  /** Where imports of this site ended. Throws a Problem where nothing can be imported at all. */
  known(): Promise<ShortChunks>;
  send(chunk: Chunk): Promise<Reply>;
}

export interface ClientOptions {
  /** Origin of the server. */
  url: string;
  key: string;
  site: string;
  fetch?: typeof fetch;
  /** Waits that many milliseconds before the next try. */
  pause?: (ms: number) => Promise<unknown>;
}

const TRIES = 6;
/** Statuses that say: the same again later. */
const LATER = new Set([408, 429, 502, 503, 504]);

/** Speaks to a server's import route. A chunk counts once, so whatever may have been lost is sent again. */
export function importClient({ url, key, site, fetch: call = fetch, pause = wait }: ClientOptions): Client {
  const address = `${url.replace(/\/+$/, "")}/api/v1/import?site=${encodeURIComponent(site)}`;

  async function ask<T>(data: z.ZodType<T>, init: RequestInit): Promise<T> {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    for (let attempt = 1; ; attempt++) {
      const response = await reach(() => call(address, { ...init, headers }), attempt);
      if (response !== null && !(LATER.has(response.status) && attempt < TRIES)) return read(response, data);
      const seconds = Number(response?.headers.get("Retry-After") ?? 0);
      await response?.body?.cancel();
      await pause(Math.min(60, seconds > 0 ? seconds : 0.25 * 2 ** attempt) * 1_000);
    }
  }

  /** Null: no answer, try again. */
  async function reach(send: () => Promise<Response>, attempt: number): Promise<Response | null> {
    try {
      return await send();
    } catch (error) {
      if (isRefused(error)) {
        throw new Problem(
          `No Footfall server answers at ${url}. Start it with npm start, or say where it is with --url.`,
        );
      }
      if (attempt < TRIES) return null;
      throw new Problem(`${url} cannot be reached: ${reasonOf(error)}`);
    }
  }

  async function read<T>(response: Response, data: z.ZodType<T>): Promise<T> {
    const text = await response.text();
    const json = parseJson(text);
    if (response.ok) {
      const reply = z.object({ data }).safeParse(json);
      if (reply.success) return reply.data.data;
      throw new Problem(`${url} answers, but not as a Footfall server does.`);
    }
    switch (response.status) {
      case 401:
        throw new Problem("The server refuses the key. Give one of scope ingest with --key.");
      case 403:
        throw new Problem(`The key may not import into the site ${site}. It needs the scope ingest.`);
      case 404:
        throw new Problem(`There is no site ${site} for this key.`);
      default: {
        const failure = Failure.safeParse(json);
        const why = failure.success ? failure.data.error.message : text.slice(0, 200);
        throw new Problem(`The server answers ${response.status}: ${why}`);
      }
    }
  }

  return {
    known: () => ask(ShortChunks, { method: "GET" }),
    send: (chunk) => ask(Reply, { method: "POST", body: JSON.stringify(chunk) }),
  };
}

/** Nobody listens there, or there is no such host: another try would say the same. */
function isRefused(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ECONNREFUSED" || code === "ENOTFOUND";
}

function codeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && "code" in cause ? cause.code : null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Something else answers there, a proxy for example.
    return null;
  }
}
