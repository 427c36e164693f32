import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { PRESENCE_TTL, SESSION_TIMEOUT } from "../../../protocol/limits.ts";
import { getJson, withKey } from "../../support/api.ts";
import { PATIENCE } from "../../support/patience.ts";
import { CANARY } from "./canaries.ts";
import type { ChaosServer, ChaosSite } from "./faulty-server.ts";
import { type EventRow, findTexts, objectOf, storedRows } from "./state-files.ts";

/** How long after the last fault everything has to be in D1, milliseconds; on an idle machine it takes ten seconds. */
const DRAIN = 2 * PATIENCE;
const SHOWN = 5;

/** What has to hold does not. */
export class Violation extends Error {}

export interface Expected {
  /** Events that D1 may refuse for their data. */
  set_aside?: readonly string[];
  /** False where the clock was moved: what is live then is the scenario's own to say. */
  live?: boolean;
}

/** Waits until nothing waits for D1; answers the milliseconds it took. A Violation after `within`. */
export async function drained(server: ChaosServer, site: ChaosSite, within = DRAIN): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const waiting = objectOf(server.state, site.id)?.waiting ?? [];
    const took = performance.now() - begun;
    if (waiting.length === 0) return took;
    if (took > within) throw new Violation(`${site.name}: ${waiting.length} events wait after ${within / 1_000} s.`);
    await pause(200);
  }
}

/** Acknowledged events are in D1 or wait in the object; to be asked while faults last. */
export function checkNothingLost(server: ChaosServer, site: ChaosSite): { stored: number; waiting: number } {
  const { wrong } = site.ledger;
  if (wrong.length > 0) throw new Violation(`${site.name}: wrong answers: ${some(wrong)}`);
  const acked = new Set(site.ledger.acked);
  // The object first: what moves between the two reads is then in both.
  const waiting = objectOf(server.state, site.id)?.waiting ?? [];
  const stored = storedRows(server.state).filter((row) => row.site_id === site.id);
  const missing = acked.difference(new Set([...waiting, ...stored.map(({ title }) => title)]));
  if (missing.size > 0) throw new Violation(`${site.name}: acknowledged and nowhere: ${some(missing)}`);
  return { stored: stored.length, waiting: waiting.length };
}

/** Everything that has to hold once the faults are over; waits until the object is drained. Answers what was counted. */
export async function checkSite(server: ChaosServer, site: ChaosSite, expected: Expected = {}): Promise<string> {
  const took = await drained(server, site);
  const all = storedRows(server.state);
  const rows = all.filter((row) => row.site_id === site.id);
  const counted = [...rows, ...asRows(site, expected.set_aside ?? [], rows)];
  const wrong = [...site.ledger.wrong.slice(0, SHOWN), ...wrongRows(site, rows, all, expected)];
  const aside = objectOf(server.state, site.id)?.set_aside ?? 0;
  if (aside > 0 && !expected.set_aside) wrong.push(`${aside} rows were set aside`);
  wrong.push(...(await wrongReads(server, site, counted, rows.length)));
  if (expected.live !== false) wrong.push(...(await wrongPicture(server, site, counted)));
  if (wrong.length > 0) throw new Violation(`${site.name}:\n  ${wrong.join("\n  ")}`);
  const { acked, sent } = site.ledger;
  return `${sent.size} sent, ${acked.size} acknowledged, ${rows.length} stored, drained in ${(took / 1_000).toFixed(1)} s`;
}

/** Events that were counted and then set aside, as the rows they would have been. */
function asRows(site: ChaosSite, titles: readonly string[], rows: EventRow[]): EventRow[] {
  return titles.map((title) => {
    const writer = title.split(" ")[1];
    const like = rows.findLast((row) => row.title.split(" ")[1] === writer);
    if (!like) throw new Violation(`${title} was set aside and nothing else of its writer is stored.`);
    return { ...like, title, type: site.ledger.sent.get(title)?.type ?? "" };
  });
}

function wrongRows(site: ChaosSite, rows: EventRow[], all: EventRow[], { set_aside = [] }: Expected): string[] {
  const { acked, sent } = site.ledger;
  const titles = new Set(rows.map(({ title }) => title));
  const wrong: string[] = [];
  const missing = acked.difference(titles).difference(new Set(set_aside));
  if (missing.size > 0) wrong.push(`acknowledged, not in D1: ${some(missing)}`);
  const twice = [...Map.groupBy(rows, ({ title }) => title)].filter(([, same]) => same.length > 1);
  if (twice.length > 0) wrong.push(`stored twice: ${some(twice.map(([title]) => title))}`);
  const unsent = [...titles].filter((title) => !sent.has(title));
  if (unsent.length > 0) wrong.push(`stored, never sent: ${some(unsent)}`);
  const strayed = all.filter(({ site_id, title }) => site_id !== site.id && title.startsWith(`${site.name} `));
  if (strayed.length > 0) wrong.push(`stored under another site: ${some(strayed.map(({ title }) => title))}`);
  const aside = set_aside.filter((title) => titles.has(title));
  if (aside.length > 0) wrong.push(`set aside and stored: ${some(aside)}`);
  return wrong;
}

const Stats = z.object({
  data: z.array(
    z.object({
      value: z.string().optional(),
      events: z.number(),
      page_views: z.number(),
      errors: z.number(),
      sessions: z.number(),
    }),
  ),
});
const METRICS = "metrics=events,page_views,errors,sessions";

/** Reports, sessions and raw events as the product answers them, against the raw rows. */
async function wrongReads(server: ChaosServer, site: ChaosSite, rows: EventRow[], stored: number): Promise<string[]> {
  const get = <T extends z.ZodType>(path: string, schema: T) =>
    getJson(server, `${path}${path.includes("?") ? "&" : "?"}site=${site.id}`, schema, withKey(server.key));
  const wrong: string[] = [];
  const differs = (what: string, is: unknown, should: unknown) => {
    const [a, b] = [JSON.stringify(is), JSON.stringify(should)];
    if (a !== b) wrong.push(`${what}: ${a}, by raw rows ${b}`);
  };
  const sums = {
    events: rows.length,
    page_views: ofType(rows, "pageview"),
    errors: ofType(rows, "error"),
    sessions: sessionsOf(rows),
  };
  const total = (await get(`/api/v1/stats/aggregate?period=7d&${METRICS}`, Stats)).data[0];
  differs("report", pick(total), sums);
  const pages = await get(`/api/v1/stats/breakdown?period=7d&dimension=page&limit=1000&${METRICS}`, Stats);
  const views = Map.groupBy(
    rows.filter(({ type }) => type === "pageview"),
    ({ title }) => site.ledger.sent.get(title)?.path ?? "?",
  );
  const byPage = (entries: [string, number][]) => Object.fromEntries(entries.filter(([, n]) => n > 0).sort());
  differs(
    "report by page",
    byPage(pages.data.map(({ value = "", page_views }) => [value, page_views])),
    byPage([...views].map(([path, of]) => [path, of.length])),
  );
  const Sessions = z.object({ total: z.number(), data: z.array(z.object({ events: z.number() })) });
  const sessions = await get("/api/v1/sessions?limit=500", Sessions);
  differs("sessions", sessions.total, sums.sessions);
  differs(
    "events of sessions",
    sessions.data.reduce((sum, { events }) => sum + events, 0),
    rows.length,
  );
  const read = await readAll(get);
  differs("raw events read back", read.length, stored);
  const foreign = read.filter((title) => !title.startsWith(`${site.name} `));
  if (foreign.length > 0) wrong.push(`read under this site: ${some(foreign)}`);
  return wrong;
}

async function readAll(get: <T extends z.ZodType>(path: string, schema: T) => Promise<z.infer<T>>): Promise<string[]> {
  const Page = z.object({ data: z.array(z.object({ title: z.string() })), next_cursor: z.string().nullable() });
  const titles: string[] = [];
  let cursor = "";
  do {
    const page = await get(`/api/events?limit=1000${cursor && `&cursor=${cursor}`}`, Page);
    titles.push(...page.data.map(({ title }) => title));
    cursor = page.next_cursor ?? "";
  } while (cursor !== "");
  return titles;
}

const Detailed = z.object({
  data: z.object({
    snapshot: z.object({
      at: z.number(),
      now: z.number(),
      connections: z.number(),
      active: z.number(),
      today: z.object({
        page_views: z.number(),
        visitors: z.number(),
        sessions: z.number(),
        events: z.number(),
        errors: z.number(),
      }),
    }),
  }),
});

/** What is live now, as the product answers it. */
export async function livePicture(server: ChaosServer, site: ChaosSite) {
  const path = `/api/analytics/detailed?site=${site.id}`;
  return (await getJson(server, path, Detailed, withKey(server.key))).data.snapshot;
}

/** The live picture against the raw rows; each writer is one visitor with one tab. */
async function wrongPicture(server: ChaosServer, site: ChaosSite, rows: EventRow[]): Promise<string[]> {
  const snapshot = await livePicture(server, site);
  const lastOf = (key: (row: EventRow) => string) =>
    [...Map.groupBy(rows, key).values()].map((of) => Math.max(...of.map(({ at }) => at)));
  const writers = lastOf(({ title }) => title.split(" ")[1] ?? "");
  const now = writers.filter((at) => at + PRESENCE_TTL > snapshot.at).length;
  const should = {
    now,
    connections: now,
    active: lastOf(({ session_id }) => session_id).filter((at) => snapshot.at - at <= SESSION_TIMEOUT).length,
    today: {
      page_views: ofType(rows, "pageview"),
      visitors: writers.length,
      sessions: sessionsOf(rows),
      events: rows.length,
      errors: ofType(rows, "error"),
    },
  };
  const { at: _at, ...is } = snapshot;
  const [a, b] = [JSON.stringify(is), JSON.stringify(should)];
  return a === b ? [] : [`live: ${a}, by raw rows ${b}`];
}

/** Nothing was rejected without a handler, and no secret stands in a file or a log. Ask it when the server has ended. */
export function checkTraces(server: ChaosServer, logs: string = server.logs()): void {
  const unhandled = logs.split("\n").filter((line) => /unhandled|uncaught/i.test(line));
  if (unhandled.length > 0) throw new Violation(`Unhandled:\n  ${unhandled.slice(0, SHOWN).join("\n  ")}`);
  const secrets = [...Object.values(CANARY), server.password, server.key];
  const found = findTexts(server.state, secrets);
  if (found.length > 0) throw new Violation(`Secrets in the state folder:\n  ${found.slice(0, SHOWN).join("\n  ")}`);
  const told = secrets.filter((secret) => logs.includes(secret));
  if (told.length > 0) throw new Violation(`Secrets in the log: ${told.join(", ")}`);
}

const ofType = (rows: EventRow[], type: string) => rows.filter((row) => row.type === type).length;
const sessionsOf = (rows: EventRow[]) => new Set(rows.map(({ session_id }) => session_id)).size;

function pick(row: z.infer<typeof Stats>["data"][number] | undefined) {
  const { events = 0, page_views = 0, errors = 0, sessions = 0 } = row ?? {};
  return { events, page_views, errors, sessions };
}

function some(titles: Iterable<string>): string {
  const all = [...titles];
  return `${all.slice(0, SHOWN).join(", ")}${all.length > SHOWN ? ` and ${all.length - SHOWN} more` : ""}`;
}
