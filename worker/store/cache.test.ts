import { describe, expect, test } from "vitest";
import { createCache } from "./cache";

function counted<T>(value: T) {
  const load = Object.assign(
    async () => {
      load.calls++;
      return value;
    },
    { calls: 0 },
  );
  return load;
}

const failing = async () => {
  throw new Error("D1 is away");
};

describe("a cache", () => {
  test.each([["found"], [null]])("keeps %j for its life, and not longer", async (value) => {
    const cache = createCache<string | null>({ life: 10, size: 5 });
    const load = counted(value);
    for (const now of [0, 5, 9]) expect(await cache.get("a", now, load)).toBe(value);
    expect(load.calls).toBe(1);
    await cache.get("a", 10, load);
    expect(load.calls).toBe(2);
  });

  test("asks again where the clock was set back: nobody knows how old it is", async () => {
    const cache = createCache<string>({ life: 10, size: 5 });
    const load = counted("found");
    await cache.get("a", 3_600_000, load);
    await cache.get("a", 5, load);
    expect(load.calls).toBe(2);
  });

  test("forgets what was longest not asked for", async () => {
    const cache = createCache<string>({ life: 10, size: 2 });
    const [a, b, c] = [counted("a"), counted("b"), counted("c")];
    await cache.get("a", 0, a);
    await cache.get("b", 0, b);
    await cache.get("a", 1, a);
    await cache.get("c", 1, c);
    await cache.get("a", 2, a);
    await cache.get("b", 2, b);
    expect([a.calls, b.calls, c.calls]).toEqual([1, 2, 1]);
  });

  test("forgets all when told", async () => {
    const cache = createCache<string>({ life: 10, size: 2 });
    const load = counted("a");
    await cache.get("a", 0, load);
    cache.clear();
    await cache.get("a", 0, load);
    expect(load.calls).toBe(2);
  });

  test("gives an old value when there is no new one to be had, and tries again", async () => {
    const cache = createCache<string>({ life: 10, size: 2 });
    await cache.get("a", 0, counted("old"));
    expect(await cache.get("a", 50, failing)).toBe("old");
    expect(await cache.get("a", 51, counted("new"))).toBe("new");
  });

  test("does not make a missing value of a failure", async () => {
    const cache = createCache<string | null>({ life: 10, size: 2 });
    await expect(cache.get("a", 0, failing)).rejects.toThrow("D1 is away");
    await cache.get("a", 0, counted(null));
    await expect(cache.get("a", 50, failing)).rejects.toThrow("D1 is away");
  });
});
