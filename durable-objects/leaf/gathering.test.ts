import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Gathering, type GatheringLimits } from "./gathering";

const WIDE: GatheringLimits = { call: { batches: 100, bytes: 1_000 }, waiting: { batches: 100, bytes: 1_000 } };

/** A gathering of texts whose calls are answered by hand. */
function gathering(limits: Partial<GatheringLimits> = {}) {
  const calls: { batches: string[]; answer: (answers: string[]) => void; fail: (error: Error) => void }[] = [];
  const made = new Gathering<string, string>(
    {
      call: (batches) => {
        const { promise, resolve, reject } = Promise.withResolvers<string[]>();
        calls.push({ batches, answer: resolve, fail: reject });
        return promise;
      },
      failed: (error) => `failed: ${error instanceof Error ? error.message : error}`,
      full: () => "full",
      bytesOf: (batch) => batch.length,
    },
    { ...WIDE, ...limits },
  );
  const called = () => calls.map(({ batches }) => batches);
  const answered = (batches: string[]) => batches.map((batch) => `got ${batch}`);
  /** Answers the newest call, and waits until that was noticed. */
  const answer = async () => {
    const last = calls.at(-1);
    last?.answer(answered(last.batches));
    await settled();
  };
  return { made, calls, called, answer };
}

/** All that follows from what is settled has happened. */
const settled = () => new Promise<void>((done) => setImmediate(done));

describe("LEAF-2 gathering", () => {
  test("the first is handed over at once, what comes meanwhile together, in order", async () => {
    const { made, called, answer } = gathering();
    const first = made.add("a");
    expect(called()).toEqual([["a"]]);
    const rest = ["b", "c", "d"].map((batch) => made.add(batch));
    expect(called()).toEqual([["a"]]);
    await answer();
    expect(await first).toBe("got a");
    expect(called()).toEqual([["a"], ["b", "c", "d"]]);
    await answer();
    expect(await Promise.all(rest)).toEqual(["got b", "got c", "got d"]);
  });

  test("nobody is answered before the call that took the batch", async () => {
    const { made, answer } = gathering();
    const settledOf: string[] = [];
    for (const batch of ["a", "b"]) void made.add(batch).then((answer) => settledOf.push(answer));
    await settled();
    expect(settledOf).toEqual([]);
    await answer();
    expect(settledOf).toEqual(["got a"]);
    await answer();
    expect(settledOf).toEqual(["got a", "got b"]);
  });

  test("a call takes so many batches and bytes, and a larger batch alone", async () => {
    const { made, called, answer } = gathering({ call: { batches: 3, bytes: 5 } });
    void made.add("a");
    for (const batch of ["b", "c", "d", "e", "ffff", "gg", "hhhhhhhhh", "i"]) void made.add(batch);
    for (let i = 0; i < 6; i++) await answer();
    expect(called()).toEqual([["a"], ["b", "c", "d"], ["e", "ffff"], ["gg"], ["hhhhhhhhh"], ["i"]]);
  });

  test("what finds no room is answered at once, and there is room again after a call", async () => {
    const { made, called, answer } = gathering({ waiting: { batches: 3, bytes: 5 } });
    void made.add("a");
    void made.add("bbb");
    expect(await made.add("ccc")).toBe("full");
    void made.add("d");
    void made.add("e");
    expect(await made.add("f")).toBe("full");
    await answer();
    const later = made.add("ggg");
    await answer();
    await answer();
    expect(await later).toBe("got ggg");
    expect(called()).toEqual([["a"], ["bbb", "d", "e"], ["ggg"]]);
  });

  test("a batch larger than the room is taken where nothing waits", async () => {
    const { made, answer } = gathering({ waiting: { batches: 3, bytes: 5 } });
    const large = made.add("larger than all");
    await answer();
    expect(await large).toBe("got larger than all");
  });

  test("LEAF-5 a call that fails fails those in it alone", async () => {
    const { made, calls, answer } = gathering();
    const first = made.add("a");
    const [second, third] = [made.add("b"), made.add("c")];
    await answer();
    const later = made.add("d");
    calls.at(-1)?.fail(new Error("gone"));
    await settled();
    await answer();
    expect(await Promise.all([first, second, third, later])).toEqual([
      "got a",
      "failed: gone",
      "failed: gone",
      "got d",
    ]);
    expect(calls.length).toBe(3);
  });

  test("LEAF-5 a call that throws at once, and one that answers too few, leave nobody waiting", async () => {
    let call = 0;
    const made = new Gathering<string, string>(
      {
        call: () => {
          if (++call === 1) throw new Error("at once");
          return Promise.resolve(["only one"]);
        },
        failed: (error) => String(error),
        full: () => "full",
        bytesOf: () => 1,
      },
      WIDE,
    );
    const answers = ["a", "b", "c"].map((batch) => made.add(batch));
    expect(await Promise.all(answers)).toEqual([
      "Error: at once",
      "only one",
      "Error: The call left a batch without an answer.",
    ]);
  });

  test("of any stream each is handed over once, in order, within the bounds, and has its own answer", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.string({ maxLength: 12 }).map((text) => ({ add: text })) },
      { weight: 2, arbitrary: fc.constant({ answer: true }) },
      { weight: 1, arbitrary: fc.constant({ answer: false }) },
    );
    const limits = { call: { batches: 4, bytes: 20 }, waiting: { batches: 6, bytes: 40 } };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { made, calls } = gathering(limits);
        const answers: { batch: string; answer: Promise<string> }[] = [];
        let done = 0;
        const end = async (good: boolean) => {
          const call = calls[done];
          if (!call) return;
          done++;
          if (good) call.answer(call.batches.map((batch) => `got ${batch}`));
          else call.fail(new Error(`call ${done}`));
          await settled();
        };
        const failures = new Set<number>();
        for (const one of steps) {
          if ("add" in one) {
            const batch = `${answers.length}:${one.add}`;
            answers.push({ batch, answer: made.add(batch) });
          } else {
            if (!one.answer && calls[done]) failures.add(done);
            await end(one.answer);
          }
          expect(calls.length - done).toBeLessThanOrEqual(1);
        }
        while (done < calls.length) await end(true);
        const expected: string[] = [];
        const callOf = new Map(calls.flatMap(({ batches }, i) => batches.map((batch) => [batch, i] as const)));
        for (const { batch, answer } of answers) {
          const call = callOf.get(batch);
          const told = await answer;
          if (call === undefined) expect(told).toBe("full");
          else expect(told).toBe(failures.has(call) ? `failed: call ${call + 1}` : `got ${batch}`);
          if (call !== undefined) expected.push(batch);
        }
        expect(calls.flatMap(({ batches }) => batches)).toEqual(expected);
        for (const { batches } of calls) {
          expect(batches.length).toBeLessThanOrEqual(limits.call.batches);
          if (batches.length > 1) expect(batches.join("").length).toBeLessThanOrEqual(limits.call.bytes);
        }
      }),
      { seed: 20_261_121, numRuns: 300 },
    );
  });
});
