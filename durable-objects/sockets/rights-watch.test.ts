import { expect, test, vi } from "vitest";
import { RIGHTS_INTERVAL } from "../../protocol/limits";
import { RightsWatch } from "./rights-watch";
import type { Viewers } from "./viewers";

test("ROOM-4 a clock that was set back puts off no look at rights by more than one interval", async () => {
  const start = 1_800_000_000_000;
  const viewers = { count: 1, everybody: () => [] } as unknown as Viewers;
  const all = vi.fn(async () => ({ results: [] }));
  const db = { prepare: () => ({ bind: () => ({ all }) }) } as unknown as D1Database;
  const read = vi.fn(() => db);
  const watch = new RightsWatch({ viewers, db: read, site: () => null, log: () => {} });
  watch.came(start);
  await watch.look(start + RIGHTS_INTERVAL - 1);
  expect(read).toHaveBeenCalledTimes(0);
  await watch.look(start + RIGHTS_INTERVAL);
  expect(read).toHaveBeenCalledTimes(1);
  const back = start - 3_600_000;
  await watch.look(back);
  await watch.look(back + RIGHTS_INTERVAL);
  expect(read.mock.calls.length).toBeGreaterThan(1);
});
