import * as z from "zod";
import type { Bench } from "../bench.ts";
import { Contestant } from "../contest.ts";
import { d1Size } from "../d1-size.ts";
import { figureOf } from "../figures.ts";
import type { Finding, Target } from "../findings.ts";
import { priceOfMillion } from "../prices.ts";

const Rows = z.record(z.string(), z.number());
const Meter = z.object({
  d1: Rows,
  object: Rows,
  d1_rows_read: z.number(),
  worker_requests: z.number(),
  object_requests: z.number(),
});
const Lived = z.object({ events: z.number(), page_views: z.number(), left: z.number(), meter: Meter });
const Aged = z.object({ meter: Meter });

interface Workload {
  name: "pages" | "behaviour";
  told: string;
  /** What rows are counted by. */
  per: "page view" | "event";
  d1_rows: number;
  object_rows?: number;
}

const WORKLOADS: Workload[] = [
  { name: "pages", told: "page views alone", per: "page view", d1_rows: 6 },
  { name: "behaviour", told: "behaviour, batches of 50", per: "event", d1_rows: 1.3, object_rows: 0.1 },
];

/** From a small site, which pays for flushes of few events, to a busy one. */
const SITES = [
  { visits_an_hour: 30, hours: 4 },
  { visits_an_hour: 300, hours: 4 },
  { visits_an_hour: 3_000, hours: 1 },
];
const LEAST_AIMED = 300;

/** Beacons a request to the metered Worker. */
const SLICE = 2_000;

/** A Friday morning, UTC. */
const START = Date.UTC(2026, 10, 20, 8);
const BYTES_AN_EVENT = 250;

/** Rows written, bytes stored and what they cost, over the whole life of events, in simulated time. */
export async function cost(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const workload of WORKLOADS) {
    for (const site of bench.short ? [{ visits_an_hour: 300, hours: 1 }] : SITES) {
      findings.push(...(await measure(bench, workload, site)));
    }
  }
  return findings;
}

async function measure(bench: Bench, workload: Workload, site: (typeof SITES)[number]): Promise<Finding[]> {
  const { visits_an_hour } = site;
  const plan = { workload: workload.name, ...site, start: START, seed: 1 };
  const contestant = await Contestant.start("metered", bench.folder);
  try {
    const empty = d1Size(contestant.state);
    const lived = await live(contestant, plan);
    const full = d1Size(contestant.state);
    const { meter } = await drive(contestant, "/api/bench/age", { ...plan, from: 0, to: 0 }, Aged);
    const { events, page_views } = lived;
    bench.progress(
      `cost, ${workload.told}, ${visits_an_hour} visits an hour: ${events} events, ${page_views} page views; rows ${JSON.stringify(meter)}`,
    );
    const units = workload.per === "event" ? events : page_views;
    const what = `${workload.told}, ${visits_an_hour} visits/h`;
    const aimed = visits_an_hour >= LEAST_AIMED;
    const line = (name: string, unit: string, value: number, target?: Target): Finding => ({
      row: "cost",
      what: `${what}: ${name}`,
      unit,
      footfall: figureOf([value]),
      ...(target && aimed && { target }),
    });
    const most = (value: number | undefined): Target | undefined =>
      value === undefined ? undefined : { of: "figure", most: value };
    const perUnit = (rows: z.infer<typeof Rows>, store: string) =>
      Object.entries(rows)
        .sort(([, a], [, b]) => b - a)
        .map(([table, count]) => line(`— ${store} ${table}`, `/${workload.per}`, count / units));
    const d1_bytes = full.bytes - empty.bytes;
    const price = priceOfMillion({
      events,
      worker_requests: meter.worker_requests,
      object_requests: meter.object_requests,
      object_rows_written: sum(meter.object),
      d1_rows_written: sum(meter.d1),
      d1_rows_read: meter.d1_rows_read,
      d1_bytes,
    });
    return [
      line("D1 rows written", `/${workload.per}`, sum(meter.d1) / units, most(workload.d1_rows)),
      ...perUnit(meter.d1, "D1"),
      line("object rows written", `/${workload.per}`, sum(meter.object) / units, most(workload.object_rows)),
      ...perUnit(meter.object, "object"),
      line("D1 bytes an event, all tables", "B", d1_bytes / events, most(BYTES_AN_EVENT)),
      ...["events", "sessions", "rollups"].map((table) =>
        line(`— ${table}`, "B", ((full.tables[table] ?? 0) - (empty.tables[table] ?? 0)) / events),
      ),
      line("price of a million events", "$", sum(price)),
      ...Object.entries(price).map(([name, dollars]) => line(`— ${name}`, "$", dollars)),
    ];
  } finally {
    await contestant.end();
  }
}

/** Sends all beacons of the plan, slice by slice. */
async function live(contestant: Contestant, plan: object): Promise<{ events: number; page_views: number }> {
  const all = { events: 0, page_views: 0 };
  for (let from = 0; ; from += SLICE) {
    const { events, page_views, left } = await drive(
      contestant,
      "/api/bench/live",
      { ...plan, from, to: from + SLICE },
      Lived,
    );
    all.events += events;
    all.page_views += page_views;
    if (left === 0) return all;
  }
}

async function drive<Schema extends z.ZodType>(
  { url }: Contestant,
  path: string,
  plan: object,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const response = await fetch(url + path, { method: "POST", body: JSON.stringify(plan) });
  if (!response.ok) throw new Error(`Driving the metered Worker: ${response.status} ${await response.text()}`);
  return schema.parse(await response.json());
}

function sum(rows: Record<string, number>): number {
  return Object.values(rows).reduce((total, count) => total + count, 0);
}
