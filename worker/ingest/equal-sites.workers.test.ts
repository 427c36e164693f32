import { env } from "cloudflare:workers";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { eventsTable } from "../../durable-objects/site/sinks/events-table";
import { batchOf, dimensions, freshSites } from "../../durable-objects/site/site.fixture";
import type { SiteEvent } from "../../protocol/event";
import type { IngestBatch, Sender } from "../../protocol/ingest";
import { handOver } from "./hand-over";

const freshSite = freshSites(env);
type TestSite = ReturnType<typeof freshSite>;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() }));
afterEach(() => void vi.useRealTimers());

const MINUTE = 60_000;
/** Between two waves of batches, each of which comes at once. */
const WAVE = 7_000;

const SENDERS = ["tab", "session", "user", "persistent", "anonymous"] as const;

/** What happens: somebody sends a batch. */
const Step = fc.record({
  by: fc.constantFrom(...SENDERS),
  who: fc.nat(2),
  tab: fc.nat(1),
  network: fc.nat(1),
  events: fc.array(fc.constantFrom<SiteEvent["type"]>("pageview", "pageview", "click", "custom", "error", "leave"), {
    maxLength: 3,
  }),
  /** How long ago it happened. */
  late: fc.constantFrom(0, 0, 0, MINUTE, 8 * MINUTE, 45 * MINUTE),
  visible: fc.boolean(),
  /** Comes so many steps later than it was sent. */
  behind: fc.constantFrom(0, 0, 0, 1, 3),
  /** Copies that come at once, and whether it comes again later. */
  copies: fc.constantFrom(1, 1, 1, 2, 4),
  again: fc.boolean(),
});
type Step = typeof Step extends fc.Arbitrary<infer T> ? T : never;

interface Planned {
  /** Batches of one are not in the same wave, whose order is not known. */
  group: string;
  copies: number;
  batch(site: TestSite, leaves: number, received_at: number): IngestBatch;
}

/** The batches of a stream, in waves. */
function wavesOf(steps: readonly Step[], base: number): Planned[][] {
  const seqs = new Map<string, number>();
  let moments = 0;
  const planned = steps.flatMap((step, i) => {
    const name = `${step.by}-${step.who}`;
    const scope = step.by === "tab" ? `${name}-${step.tab}` : name;
    const events = step.events.map((type): SiteEvent => {
      const seq = seqs.get(scope) ?? 0;
      seqs.set(scope, seq + 1);
      const path = `/${name}/${seq % 4}`;
      return {
        // No two at the same moment: which came first would be chance.
        at: base - step.late + ++moments,
        type,
        path,
        page_url: `https://shop.example${path}`,
        ...(type === "custom" && { name: `did ${seq % 3}` }),
        ...(step.by === "tab" ? { seq } : step.by !== "anonymous" && { event_id: `${scope}-${seq}` }),
      };
    });
    const one: Planned = {
      group: name,
      copies: step.copies,
      batch: (site, leaves, received_at) => ({
        ...batchOf({ ...site.facts, leaves }, "", events, name),
        received_at,
        sender: senderOf(step, site),
        address: `192.0.2.${step.network}`,
        rate: null,
        visible: step.visible,
        ping: events.length === 0,
        dimensions: { ...dimensions, country: ["AT", "DE", "FR"][step.who] ?? null, source: name },
        body_hash: `${i}`,
      }),
    };
    const again = step.again ? [{ place: i + 5, one }] : [];
    return [{ place: i + step.behind, one }, ...again];
  });
  const waves: Planned[][] = [[]];
  for (const { one } of planned.sort((a, b) => a.place - b.place)) {
    let wave = waves.at(-1) ?? [];
    if (wave.some(({ group }) => group === one.group)) {
      wave = [];
      waves.push(wave);
    }
    wave.push(one);
  }
  return waves;
}

function senderOf({ by, who, tab }: Step, { site_id }: TestSite): Sender {
  // A session is named for ever: of two sites the names are different.
  const named = { session_id: `${site_id}-${by}-${who}` };
  switch (by) {
    case "tab":
      return { kind: "visitor", tab: `tab-${who}-${tab}` };
    case "session":
      return { kind: "visitor", ...named };
    case "user":
      return { kind: "visitor", ...named, user_id: `user-${who}` };
    case "persistent":
      return { kind: "visitor", tab: `tab-p-${who}`, persistent_id: `p-${who}` };
    case "anonymous":
      return { kind: "anonymous" };
    default:
      return by satisfies never;
  }
}

/** Sends the waves; answers how many events each batch was answered to have counted, all its copies together. */
async function send(site: TestSite, leaves: number, waves: readonly Planned[][], base: number): Promise<number[]> {
  const counts: number[] = [];
  for (const [i, wave] of waves.entries()) {
    const at = base + i * WAVE;
    vi.setSystemTime(at);
    const answered = wave.map(async ({ batch, copies }) => {
      const answers = await Promise.all(
        Array.from({ length: copies }, () => handOver(env, batch(site, leaves, at), at)),
      );
      return answers.reduce((sum, answer) => sum + (answer.ok ? answer.count : Number.NaN), 0);
    });
    counts.push(...(await Promise.all(answered)));
  }
  return counts;
}

const Row = z.record(z.string(), z.unknown());
const Rows = z.array(Row);
type Row = z.infer<typeof Row>;

async function rowsOf(table: string, { site_id }: TestSite): Promise<Row[]> {
  const { results } = await env.DB.prepare(`SELECT * FROM ${table} WHERE site_id = ?`).bind(site_id).all();
  return Rows.parse(results);
}

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

/** All that is known of a site, without what is chance: ids, and the order of what came at once. */
async function known(site: TestSite) {
  const { stub, facts } = site;
  const [{ site_id: _site, feed, sessions, windows, ...numbers }, rollups] = [
    await stub.picture(facts, {}),
    await stub.openRollups(),
  ];
  await stub.flush();
  const stored = await rowsOf("sessions", site);
  // Every event has its own moment, so the first one tells a session, and of a visitor the first session.
  const nameOf = new Map(stored.map((row) => [row["session_id"], `${row["started_at"]} ${row["source"]}`]));
  const visitors = Map.groupBy(stored, (row) => row["visitor_id"]);
  const visitorOf = new Map(
    [...visitors].map(([id, rows]) => [id, Math.min(...rows.map((row) => Number(row["started_at"])))]),
  );
  const withoutIds = ({ site_id: _id, ...row }: Row) => ({
    ...row,
    ...("session_id" in row && { session_id: nameOf.get(row["session_id"]) }),
    ...("visitor_id" in row && { visitor_id: visitorOf.get(row["visitor_id"]) }),
    // Those without a session are numbered together, in the order in which they came.
    ...("n" in row && !nameOf.has(row["session_id"]) && { n: null }),
  });
  const events = await rowsOf(eventsTable(Date.now()), site);
  const lists = Object.entries(numbers).map(([name, value]) => [name, Array.isArray(value) ? sorted(value) : value]);
  return {
    numbers: lists,
    windows,
    feed: sorted(feed.map(({ n: _n, session_id, ...item }) => ({ ...item, session_id: nameOf.get(session_id) }))),
    live: sorted(sessions.map((session) => withoutIds({ ...session }))),
    rollups: sorted(rollups),
    events: sorted(events.map(withoutIds)),
    sessions: sorted(stored.map(withoutIds)),
  };
}

test("LEAF-1 any stream through eight leaves leaves what it leaves without", async () => {
  let events = 0;
  let repeats = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(Step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const base = Date.now() + MINUTE;
      const waves = wavesOf(steps, base);
      const [plain, leafy] = [freshSite(), freshSite()];
      const counts = await send(plain, 1, waves, base);
      expect(await send(leafy, 8, waves, base)).toEqual(counts);
      const expected = await known(plain);
      expect(await known(leafy)).toEqual(expected);
      events += expected.events.length;
      repeats += counts.filter((count) => count === 0).length;
      expect(expected.events.length).toBe(counts.reduce((sum, count) => sum + count, 0));
    }),
    { seed: 20_261_121, numRuns: 6, endOnFailure: true },
  );
  // The streams had something to say.
  expect(events).toBeGreaterThan(100);
  expect(repeats).toBeGreaterThan(20);
});
