import process from "node:process";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { BROKEN, type Broken, bodyWith, head as rawHead } from "./broken-requests.ts";
import type { Ask } from "./client.ts";
import { CORPUS, type Row } from "./corpus.ts";
import { jsonText } from "./json-text.ts";
import { type Raw, sendRaw } from "./raw-socket.ts";
import { isAnonymous, READS, readerOf } from "./reads.ts";
import { anyBeacon, anyRequest, SENDERS, type Shot } from "./senders.ts";
import { filesWith, untilStored, wrongTexts } from "./stored.ts";
import { overSocket } from "./visitor-messages.ts";
import { CANARY, World } from "./world.ts";

// FOOTFALL_SEED chooses other requests, FOOTFALL_FUZZ how many of them.
const seed = Number(process.env.FOOTFALL_SEED ?? 20_261_121);
const REQUESTS = Number(process.env.FOOTFALL_FUZZ ?? (process.env.FOOTFALL_LONG === "1" ? 60_000 : 3_000));
const MESSAGES = Math.round(REQUESTS / 10);
const CHUNK = 250;
const AT_ONCE = 12;

// The one module of the platform that the routes reach: nothing of it runs here.
vi.mock("cloudflare:workers", () => ({ DurableObject: class {} }));
const Table = z.object({
  routes: z.array(z.object({ method: z.string(), path: z.string(), access: z.object({ kind: z.string() }) })),
});
/** Named by a variable: the Worker is checked with the types of its own platform. */
const TABLE = "../../worker/routes/table.ts";
const { routes } = Table.parse(await import(TABLE));

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

/** Input is answered within milliseconds, on a busy machine in a second or two; a careless pattern takes minutes. */
const SLOW = 30_000;

describe("hand-written bodies", () => {
  test.concurrent.each(CORPUS.map((row) => [`${row.route}: ${row.name}`, row] as const))("%s", async (_, row) => {
    const { answer, verdict } = await world.ask(row.route, row.site, askOf(row));
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

const broken = new Map<string, Broken["stored"]>();

describe("requests that are broken below JSON", () => {
  test.concurrent.each(BROKEN.map((one, n) => [one.name, one, n] as const))(
    "%s",
    async (_, { raw, statuses, stored }, n) => {
      const page = `${world.origin("loose")}/broken/${n}`;
      const answers = await sendRaw(world.server.url, raw(world, bodyWith(world, page)), statuses?.length ?? null);
      broken.set(page, stored);
      if (statuses) expect(answers.map(({ status }) => status)).toEqual(statuses);
      for (const { status, head, body } of answers) {
        expect(status, head + body).toBeLessThan(500);
        if (status !== 201) continue;
        expect(JSON.parse(body)).toMatchObject({ count: 1 });
        // What was acknowledged must be there, whatever the request looked like.
        broken.set(page, 1);
      }
    },
  );

  test.concurrent("a body that does not arrive is given up after 10 s, and the page is told", async () => {
    const text = bodyWith(world, `${world.origin("loose")}/slow`);
    const raw: Raw = { pieces: [rawHead(world, [`Content-Length: ${text.length}`]), text.slice(0, 20)], then: "wait" };
    const [answer] = await sendRaw(world.server.url, raw, 1);
    expect(answer?.status).toBe(408);
    expect(answer?.head.toLowerCase()).toContain(`access-control-allow-origin: ${world.origin("loose")}`);
    expect(JSON.parse(answer?.body ?? "")).toMatchObject({ success: false, error: { code: "timeout" } });
  });
});

test("every public route has its senders", () => {
  const open = routes.filter(({ access }) => access.kind === "public").map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(SENDERS).sort()).toEqual(open.sort());
});

/** Sends one and resolves to what is wrong with the answer; its good events are in the book. */
async function fire({ route, plan }: Shot): Promise<string | null> {
  const { ask, site, pages, keeps } = plan(world);
  const { answer, verdict } = await world.ask(route, site, ask);
  const complaints = [...verdict.complaints];
  if (keeps && pages.length > 0 && !verdict.success) complaints.push("good events are refused");
  if (answer.ms > SLOW) complaints.push(`it took ${Math.round(answer.ms)} ms`);
  if (keeps) for (const page of pages) world.kept.add(page);
  if (complaints.length === 0) return null;
  const body = Buffer.from(ask.body ?? "")
    .toString("latin1")
    .slice(0, 3_000);
  return `${complaints.join("; ")}\n${ask.method} ${ask.path}\n${JSON.stringify(ask.headers)}\n${body}\n${answer.status} ${answer.text}`;
}

test(`${REQUESTS} requests of all kinds are answered as promised`, { timeout: 90_000 + REQUESTS * 60 }, async () => {
  console.log(`seed ${seed}, ${REQUESTS} requests`);
  const shots = fc.sample(anyRequest(routes), { seed, numRuns: REQUESTS });
  const wrong: string[] = [];
  for (let from = 0; from < shots.length; from += CHUNK) {
    const chunk = shots.slice(from, from + CHUNK).values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const shot of chunk) wrong.push(...[(await fire(shot)) ?? []].flat());
      }),
    );
    expect((await fetch(`${world.server.url}/health`)).status, `after ${from + CHUNK}, seed ${seed}`).toBe(200);
  }
  expect(wrong, `seed ${seed}\n${wrong.slice(0, 5).join("\n\n")}`).toEqual([]);
  const slowed = world.statuses.get(429) ?? 0;
  console.log(Object.fromEntries(world.statuses));
  expect(slowed).toBeLessThan(REQUESTS / 100);
});

test(`${MESSAGES} messages over visitors' sockets are answered as promised`, async () => {
  const plans = fc.sample(anyBeacon, { seed, numRuns: MESSAGES });
  const wrong: string[] = [];
  const outcomes = new Map<string, number>();
  const queue = plans.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const plan of queue) {
        const { outcome, complaints } = await overSocket(world, plan);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        wrong.push(...complaints);
      }
    }),
  );
  console.log(Object.fromEntries(outcomes));
  expect(wrong, `seed ${seed}\n${wrong.slice(0, 5).join("\n\n")}`).toEqual([]);
  expect(outcomes.get("ack") ?? 0).toBeGreaterThan(MESSAGES / 4);
  expect((await fetch(`${world.server.url}/health`)).status).toBe(200);
});

const SENT_TO = ["exact", "persistent", "loose"] as const;

describe("afterwards", () => {
  test("COUNT-1 what was acknowledged is in D1 once", async () => {
    const { ids, server, acknowledged, kept } = world;
    const told = acknowledged.exact + acknowledged.persistent;
    const counted = await untilStored(server.state, [ids.exact, ids.persistent], ({ length }) => length >= told);
    expect(counted.length).toBe(told);
    const pages = await untilStored(server.state, Object.values(ids), (all) => kept.isSubsetOf(new Set(all)));
    console.log(`${told} events told of, ${kept.size} good ones`);
    expect([...kept.difference(new Set(pages))]).toEqual([]);
    expect(pages.filter((page) => kept.has(page)).length).toBe(kept.size);
  });

  test("of what was broken on the way is stored what was acknowledged", async () => {
    const wanted = new Set([...broken].flatMap(([page, count]) => (count === 1 ? [page] : [])));
    const stored = await untilStored(world.server.state, [world.ids.loose], (all) => wanted.isSubsetOf(new Set(all)));
    const pages = Map.groupBy(stored, (page) => page);
    const counts = [...broken].map(([page, count]) => [page, count, pages.get(page)?.length ?? 0] as const);
    expect(counts.filter(([, count, found]) => (count === null ? found > 1 : found !== count))).toEqual([]);
  });

  test.each(SENT_TO)("rollups, sessions and pages of events of %s agree", async (name) => {
    const reader = readerOf(world, name);
    const all = async ({ length }: readonly string[]) => length === (await reader.events()).length;
    const stored = (await untilStored(world.server.state, [world.ids[name]], all)).length;
    const events = await reader.events();
    expect(new Set(events.map(({ session_id, n }) => `${session_id}\n${n}`)).size).toBe(stored);
    expect(events.length).toBe(stored);
    const page_views = events.filter(({ event_type }) => event_type === "pageview").length;
    expect(await reader.aggregate()).toEqual({ events: stored, page_views });
    expect(await reader.breakdown("device")).toBe(stored);
    const sessions = await reader.sessions();
    const named = sessions.reduce((sum, session) => sum + session.events, 0);
    expect(named + events.filter(isAnonymous).length).toBe(stored);
    // An address with a piece `.` or `..` means another one, whatever its encoding.
    const odd = sessions.filter(({ session_id }) => !/^(\.\.?|[\w-]{36})$/.test(session_id)).slice(0, 60);
    for (const { session_id, events: wanted } of [...odd, ...sessions.slice(0, 20)]) {
      expect(await reader.eventsOf(session_id), JSON.stringify(session_id)).toBe(wanted);
    }
  });

  test("imports added what they said", async () => {
    const { page_views } = await readerOf(world, "import").aggregate();
    expect(page_views).toBe(world.acknowledged.import);
  });

  test.each(READS)("%s answers", async (path) => {
    for (const name of ["exact", "persistent", "loose", "import"] as const) {
      await readerOf(world, name).get(path, z.looseObject({}));
    }
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
