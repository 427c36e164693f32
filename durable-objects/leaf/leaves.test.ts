import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventType } from "../../protocol/event";
import type { IngestBatch } from "../../protocol/ingest";
import { hash53 } from "../pure/hash";
import { hourRows } from "../site/model/rollup";
import { at, batchOf, T0, world } from "../site/model/world.fixture";
import { Gathering } from "./gathering";

const LEAVES = 8;

/** A visitor with one tab sends some events; the same batch may come again. */
const Batch = fc.record({
  tab: fc.nat(15),
  events: fc.array(fc.constantFrom<EventType>("pageview", "pageview", "click", "custom", "error"), {
    minLength: 1,
    maxLength: 3,
  }),
  gap: fc.constantFrom(1_000, 20_000, 40 * 60_000),
  again: fc.boolean(),
});

const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();

/** What is known of a world, whatever the order of what different visitors sent. */
function known({ state, journal }: ReturnType<typeof world>) {
  const visits = [...Map.groupBy(journal, (entry) => entry.visitor_id)];
  return {
    sessions: sorted([...state.sessions.values()].map(({ session_id: _id, ...session }) => session)),
    rollups: sorted([...state.hours.values()].flatMap((hour) => [...hourRows(hour)])),
    // In the order in which the visitor sent it.
    visits: sorted(visits.map(([visitor, entries]) => [visitor, entries.flatMap(({ events }) => events)])),
  };
}

test("LEAF-1 any stream gathered by eight leaves, whose calls end in any order, makes what it makes without", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(Batch, { minLength: 5, maxLength: 60 }),
      fc.array(fc.nat(LEAVES + 3), { maxLength: 200 }),
      async (stream, turns) => {
        const seqs = new Map<number, number>();
        const clocks = new Map<number, number>();
        const batches = stream.flatMap(({ tab, events, gap, again }) => {
          const began = clocks.get(tab) ?? 0;
          clocks.set(tab, began + gap);
          const made = events.map((type, i) => {
            const seq = seqs.get(tab) ?? 0;
            seqs.set(tab, seq + 1);
            return at(began + i, type, `/${seq % 3}`, seq);
          });
          // All of them come now, so that the windows are the same in any order.
          const batch = batchOf(`v${tab}`, { kind: "visitor", tab: `t${tab}` }, made, T0 + 3_600_000);
          return again ? [batch, batch] : [batch];
        });

        const plain = world();
        const counts = batches.map((batch) => plain.take(batch));

        const leafy = world();
        /** Of each leaf, to let the call end that is under way. */
        const ends: ((() => void) | undefined)[] = [];
        const leaves = Array.from(
          { length: LEAVES },
          (_, leaf) =>
            new Gathering<IngestBatch, number>(
              {
                async call(gathered) {
                  await new Promise<void>((done) => {
                    ends[leaf] = done;
                  });
                  return gathered.map((batch) => leafy.take(batch));
                },
                failed: () => Number.NaN,
                full: () => Number.NaN,
                bytesOf: () => 1,
              },
              { call: { batches: 5, bytes: 100 }, waiting: { batches: 1_000, bytes: 1_000 } },
            ),
        );
        const settled = () => new Promise<void>((done) => setImmediate(done));
        const waiting = [...batches];
        const answers: Promise<number>[] = [];
        const addOne = () => {
          const batch = waiting.shift();
          if (batch) answers.push(leaves[hash53(batch.user_agent) % LEAVES]?.add(batch) ?? Promise.reject());
        };
        const endOne = async (leaf: number) => {
          const end = ends[leaf];
          ends[leaf] = undefined;
          end?.();
          if (end) await settled();
        };
        for (const turn of turns) {
          if (turn < LEAVES) await endOne(turn);
          else addOne();
        }
        while (waiting.length > 0) addOne();
        while (ends.some((end) => end !== undefined)) {
          for (let leaf = LEAVES - 1; leaf >= 0; leaf--) await endOne(leaf);
        }
        expect(await Promise.all(answers)).toEqual(counts);
        expect(known(leafy)).toEqual(known(plain));
      },
    ),
    { seed: 20_261_121, numRuns: 100 },
  );
});
