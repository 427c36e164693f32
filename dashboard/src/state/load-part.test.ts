import { afterEach, expect, test, vi } from "vitest";
import { loadPart, PartError } from "./load-part";

afterEach(() => {
  document.head.replaceChildren();
  vi.unstubAllGlobals();
});

const failing = (times: number) => {
  const load = vi.fn(async () => {
    if (load.mock.calls.length <= times) throw new TypeError("Failed to fetch dynamically imported module");
    return "part";
  });
  return load;
};
const probes = (...answers: ("away" | "newer" | "same")[]) => vi.fn(async () => answers.shift() ?? "away");
const reasonOf = (loading: Promise<unknown>) =>
  loading.then(
    () => "loaded",
    (error: unknown) => (error instanceof PartError ? error.reason : error),
  );

test("a part that comes is asked for once, and nothing else is", async () => {
  const [load, probe] = [failing(0), probes()];
  expect(await loadPart(load, { probe })).toBe("part");
  expect([load.mock.calls.length, probe.mock.calls.length]).toEqual([1, 0]);
});

test("a server that restarts is waited for", async () => {
  const wait = vi.fn(async () => {});
  const load = failing(1);
  expect(await loadPart(load, { probe: probes("away", "away", "away", "same"), wait })).toBe("part");
  expect(wait.mock.calls).toEqual([[500], [1_000], [2_000]]);
  expect(load).toHaveBeenCalledTimes(2);
});

test.each([
  ["away", ["away", "away", "away", "away", "away", "same"]],
  ["newer", ["away", "newer"]],
  ["stuck", ["same"]],
] as const)("what cannot be had says that it is %s", async (reason, answers) => {
  expect(await reasonOf(loadPart(failing(9), { probe: probes(...answers), wait: async () => {} }))).toBe(reason);
});

test.each([
  ["same", '<script type="module" src="/assets/index-a.js"></script>', "loaded"],
  ["another build", '<script type="module" src="/assets/index-b.js"></script>', "newer"],
])("the server's start page tells %s", async (_, page, result) => {
  // Not run here: happy-dom loads no scripts.
  document.head.innerHTML = '<script type="module" src="/assets/index-a.js"></script>';
  vi.stubGlobal("fetch", async () => new Response(page));
  expect(await reasonOf(loadPart(failing(1)))).toBe(result);
});
