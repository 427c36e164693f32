import { randomUUID } from "node:crypto";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import * as z from "zod";
import { getJson, pageview, postBeacon, withKey } from "../support/api.ts";
import { openD1, storedPages } from "../support/d1-file.ts";
import { startServer, type TestServer } from "../support/server.ts";

const LONG = process.env.FOOTFALL_LONG === "1";
const ROUNDS = LONG ? 15 : 3;
const WRITERS = 8;
const seed = Number(process.env.FOOTFALL_SEED ?? 20_261_121);

/** mulberry32: small, seeded, good enough to choose moments. */
function randomFrom(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One browser tab that sends small batches, and sends the same batch again after a failure if it `retries`. */
class Writer {
  readonly tab = randomUUID();
  readonly acked: string[] = [];
  readonly sent = new Set<string>();
  #seq = 0;
  readonly #name: string;
  readonly #retries: boolean;
  #pending: { path: string; seq: number }[] = [];

  constructor(name: string, retries: boolean) {
    this.#name = name;
    this.#retries = retries;
  }

  /** Sends until the server is gone. */
  async run(server: TestServer, random: () => number, key: string): Promise<void> {
    for (;;) {
      if (this.#pending.length === 0 || !this.#retries) {
        this.#pending = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
          const seq = this.#seq++;
          return { path: `/${this.#name}/${seq}`, seq };
        });
      }
      for (const { path } of this.#pending) this.sent.add(path);
      const events = this.#pending.map(({ path, seq }) => {
        const { event_id: _byServer, ...event } = pageview(server, path, { seq });
        return event;
      });
      let status: number;
      try {
        const agent = `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 ${this.#name}`;
        const reply = await postBeacon(server, { tab: this.tab, user_agent: agent, events }, withKey(key));
        status = reply.status;
      } catch {
        // The connection broke: the server was killed.
        return;
      }
      if (status !== 201) throw new Error(`Refused with ${status}.`);
      this.acked.push(...this.#pending.map(({ path }) => path));
      this.#pending = [];
    }
  }
}

test("COUNT-1 killed with -9 under load, every acknowledged event is in D1 once, and rollups equal raw counts", async () => {
  console.log(`seed ${seed}, ${ROUNDS} kills`);
  const random = randomFrom(seed);
  let server = await startServer();
  await using first = server;
  const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(`w${i}`, i % 2 === 0));
  for (let round = 0; round < ROUNDS; round++) {
    const running = Promise.all(writers.map((w) => w.run(server, random, server.key)));
    // The moment of the kill is what varies; nothing waits for it to have a certain effect.
    await pause(1_000 + random() * 2_500);
    await server.kill9();
    await running;
    server = await server.restart();
  }
  const acked = writers.flatMap((w) => w.acked);
  expect(acked.length).toBeGreaterThan(ROUNDS * WRITERS);
  const paths = await untilFlushed(first.state, new Set(acked));

  const Aggregate = z.object({ data: z.array(z.object({ page_views: z.number(), events: z.number() })) });
  const totals = await getJson(
    server,
    "/api/v1/stats/aggregate?site=demo&period=7d&metrics=page_views,events",
    Aggregate,
    withKey(server.key),
  );
  await server.stop();

  const counts = Map.groupBy(paths, (path) => path);
  const twice = [...counts].filter(([, rows]) => rows.length > 1).map(([path]) => path);
  expect(twice).toEqual([]);
  expect(acked.filter((path) => !counts.has(path))).toEqual([]);
  const sent = new Set(writers.flatMap((w) => [...w.sent]));
  expect(paths.filter((path) => !sent.has(path))).toEqual([]);
  expect(totals.data).toEqual([{ page_views: paths.length, events: paths.length }]);

  const db = openD1(first.state);
  const sum = db
    .prepare("SELECT SUM(page_views) AS views, SUM(events) AS events FROM sessions WHERE site_id = 'demo'")
    .get();
  db.close();
  console.log(`${acked.length} acknowledged, ${paths.length} stored, in sessions ${JSON.stringify(sum)}`);
}, 180_000);

/** Paths of all rows, once all of `wanted` are there and a further flush interval brought nothing new. */
async function untilFlushed(state: string, wanted: ReadonlySet<string>): Promise<string[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const db = openD1(state);
    const paths = storedPages(db, "demo").map((url) => new URL(url).pathname);
    db.close();
    const missing = wanted.difference(new Set(paths));
    if (missing.size === 0) return paths;
    if (Date.now() > deadline)
      throw new Error(`${missing.size} acknowledged events are not in D1: ${[...missing].slice(0, 5)}`);
    await pause(250);
  }
}
