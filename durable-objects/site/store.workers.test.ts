import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { SQL_VALUE_BYTES } from "../../protocol/limits";
import { freshSites } from "./site.fixture";
import { type FlushPlan, SiteStore } from "./store";

const freshSite = freshSites(env);
const EMPTY = { few: "", many: "" };

/** Runs with the store of a fresh object, and what counts the rows of its journal. */
function withStore(run: (store: SiteStore, rows: () => number, again: () => SiteStore) => void): Promise<void> {
  const { object } = freshSite();
  return runInDurableObject(object, (_site, { storage: { sql } }) => {
    const count = (table: string) => sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).one().n;
    run(
      new SiteStore(sql),
      () => count("batches") + count("batches_2"),
      () => new SiteStore(sql),
    );
  });
}

/** What storage gave back and how many bytes its longest row has, after the parts were written over `before`. */
function stored(parts: [name: string, body: string][], before: [name: string, body: string][] = []) {
  const { object } = freshSite();
  return runInDurableObject(object, (_site, { storage: { sql } }) => {
    const store = new SiteStore(sql);
    store.saveParts(parts, store.saveParts(before, new Map()));
    const longest = sql.exec<{ n: number }>("SELECT MAX(LENGTH(CAST(body AS BLOB))) AS n FROM parts").one().n;
    return { read: [...new SiteStore(sql).parts()], longest };
  });
}

function append(store: SiteStore, count: number): void {
  for (let i = 0; i < count; i++) store.append(store.lastN() + 1, 1, [], EMPTY);
}

/** As after a flush and a snapshot of all up to `n`. */
function settle(store: SiteStore, n: number, snapshot_n = String(n)): void {
  const plan: FlushPlan = { batch: store.nextBatch(), from: store.flushedN(), to: n, hours_to: 0, at: 0 };
  store.beginFlush(plan);
  store.finishFlush(plan, 0, []);
  store.setMeta("snapshot_n", snapshot_n);
  store.trimJournal();
}

const numbers = (store: SiteStore, after: number) => [...store.journal(after, 1e9)].map(({ n }) => n);

describe("LIVE-6 the journal", () => {
  test("gives up what D1 and the snapshot have, and nothing else, over many turns", () =>
    withStore((store, rows, again) => {
      for (let turn = 0; turn < 12; turn++) {
        append(store, 90);
        const last = store.lastN();
        expect(last).toBe(90 * (turn + 1));
        // Ten of each turn are left over to the next one.
        settle(store, last - 10);
        expect(numbers(store, last - 10)).toEqual(Array.from({ length: 10 }, (_, i) => last - 9 + i));
        expect(store.unflushed().rows).toBe(10);
        expect(rows()).toBeLessThan(600);
        // What is read again is the same, and goes on behind it.
        store = again();
        expect(store.lastN()).toBe(last);
      }
    }));

  test("keeps no batch for longer than an hour closes", () =>
    withStore((store, rows) => {
      append(store, 3);
      settle(store, 2);
      store.trimJournal(1);
      expect(rows()).toBe(3);
      settle(store, 3);
      expect(rows()).toBe(3);
      store.trimJournal(1);
      expect(rows()).toBe(0);
      expect(store.lastN()).toBe(3);
    }));

  test("keeps what the snapshot has and D1 has not, and the other way round", () =>
    withStore((store, rows) => {
      append(store, 300);
      store.setMeta("snapshot_n", "300");
      store.trimJournal(1);
      expect(rows()).toBe(300);
      store.setMeta("snapshot_n", "0");
      settle(store, 300, "0");
      expect([rows(), numbers(store, 0).length, store.outbox(0, 300).length]).toEqual([300, 300, 300]);
    }));
});

describe("LIVE-6 the parts of a snapshot", () => {
  test.each([
    ["of one byte", "x"],
    ["of three bytes", "\u8a9e"],
    // At every place in turn, so that a cut falls into the middle of one.
    ["of two units", "\u{1f600}"],
    ["of two units behind one of one", "x\u{1f600}"],
  ])(
    "that are long are many rows, none near the limit of a row, and come back as they were: characters %s",
    async (_, text) => {
      const body = text.repeat(700_000 / text.length);
      const { read, longest } = await stored([
        ["a", body],
        ["b", ""],
        ["c", `x${body}`],
      ]);
      // Compared as booleans: a difference would be printed whole.
      expect(read.map(([name, got]) => [name, got === { a: body, b: "", c: `x${body}` }[name]])).toEqual([
        ["a", true],
        ["b", true],
        ["c", true],
      ]);
      expect(longest).toBeLessThan(SQL_VALUE_BYTES);
    },
  );

  test("that shrink or go leave nothing behind, and long ones that did not change stay", async () => {
    const long = "long".repeat(200_000);
    const { read } = await stored(
      [
        ["a", "short"],
        ["c", long],
      ],
      [
        ["a", long],
        ["b", long],
        ["c", long],
      ],
    );
    expect(read.map(([name, body]) => [name, body.length])).toEqual([
      ["a", 5],
      ["c", long.length],
    ]);
  });
});
