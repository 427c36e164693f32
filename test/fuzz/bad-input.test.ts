import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Ask } from "./client.ts";
import { CORPUS, type Row } from "./corpus.ts";
import { jsonText } from "./json-text.ts";
import { filesWith, untilStored, wrongTexts } from "./stored.ts";
import { CANARY, World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

function askOf(row: Row): Ask {
  const [method = "", path = ""] = row.route.split(" ");
  const headers: Record<string, string> = {};
  const wanted = { ...world.browser(row.site), ...(row.keyed && world.key()), ...row.headers };
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) headers[name] = value;
  const query = row.query === undefined ? "" : `?${row.query.replace("SITE", world.ids[row.site])}`;
  const body = row.body?.(world);
  if (body === undefined) return { method, path: path + query, headers };
  return {
    method,
    path: path + query,
    headers,
    body: typeof body === "string" || body instanceof Uint8Array ? body : jsonText(body),
  };
}

const Errors = z.object({ errors: z.array(z.object({ index: z.number() })).optional() });
const Code = z.object({ error: z.object({ code: z.string() }) });

/** Ordinary input is answered within milliseconds; a careless pattern takes seconds. */
const SLOW = 1_500;

describe("hand-written bodies", () => {
  test.concurrent.each(CORPUS.map((row) => [`${row.route}: ${row.name}`, row] as const))("%s", async (_, row) => {
    const { answer, verdict } = await world.ask(row.route, askOf(row));
    expect(verdict.complaints).toEqual([]);
    const json = answer.text === "" || row.route === "GET /p.gif" ? null : JSON.parse(answer.text);
    expect({ status: answer.status, code: Code.safeParse(json).data?.error.code }, answer.text).toEqual({
      status: row.status,
      code: row.code,
    });
    if (row.kept !== undefined) expect(verdict.count, answer.text).toBe(row.kept);
    if (row.dropped !== undefined) expect(answer.headers["x-footfall-dropped"]).toBe(row.dropped);
    if (row.errors !== undefined) {
      expect((Errors.parse(json).errors ?? []).map(({ index }) => index)).toEqual(row.errors);
    }
    expect(answer.ms).toBeLessThan(SLOW);
  });
});

describe("afterwards", () => {
  test("COUNT-1 what was acknowledged is in D1 once", async () => {
    const { ids, server, acknowledged } = world;
    expect(await untilStored(server.state, [ids.exact, ids.persistent], acknowledged)).toBe(acknowledged);
  });

  test("no text is stored that hides or breaks something", () => {
    const wrong = wrongTexts(world.server.state);
    expect(wrong, wrong.join("\n")).toEqual([]);
  });

  test("VISITOR-2 no file and no log holds an address, an agent or a secret", () => {
    const secrets = [
      ...Object.values(CANARY),
      world.server.password,
      world.cookie.split("=")[1] ?? "",
      world.server.key,
    ];
    expect(filesWith(world.server.state, secrets, ["key"])).toEqual([]);
    expect(secrets.filter((secret) => world.server.logs().includes(secret))).toEqual([]);
  });

  test("the server is healthy and has nothing to complain of", async () => {
    expect((await fetch(`${world.server.url}/health`)).status).toBe(200);
    expect(world.server.logs()).not.toMatch(/"level":"error"|uncaught|unhandled|exception/i);
  });
});
