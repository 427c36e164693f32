import { expect, test } from "vitest";
import { finishLoading, loadPart, toParts } from "./parts";
import { liveNumbers, snapshotOf } from "./picture";
import { emptyState, type SiteState } from "./state";
import { at, batchOf, T0, world, ZONE } from "./world.fixture";

const TABS = 2_500;

/** A site with many tabs of a few visitors. */
function busySite(): SiteState {
  const site = world();
  for (let i = 0; i < TABS; i++) {
    const visitor = `visitor ${i % 40}`;
    const view = at(i, "pageview", `/${i % 7}`, 0);
    site.take(batchOf(visitor, { kind: "visitor", tab: `tab ${i}` }, [view], T0 + i));
  }
  return site.state;
}

function loaded(parts: Iterable<readonly [name: string, text: string]>): SiteState {
  const state = emptyState();
  for (const [name, text] of parts) loadPart(state, name, text);
  finishLoading(state);
  return state;
}

const NOW = T0 + TABS;

test("LIVE-6 many tabs stand in parts of their own, which come back in any order as the same picture", () => {
  const site = busySite();
  const parts = [...toParts(site)];
  expect(parts.map(([name]) => name).filter((name) => name.startsWith("tabs/"))).toEqual(["tabs/1", "tabs/2"]);
  for (const inOrder of [parts, parts.toReversed()]) {
    const again = loaded(inOrder);
    expect(again.tabs.size).toBe(TABS);
    expect(liveNumbers(again, NOW, ZONE)).toEqual(liveNumbers(site, NOW, ZONE));
    expect(snapshotOf(again, "s", NOW, ZONE)).toEqual(snapshotOf(site, "s", NOW, ZONE));
  }
});

test("LIVE-6 what an object of before stored is read: all tabs in one part, visitors of a window by their ids", () => {
  const site = busySite();
  const visitors = Array.from({ length: 40 }, (_, i) => `visitor ${i}`);
  const parts = new Map(toParts(site));
  const core = JSON.parse(parts.get("core") ?? "");
  for (const i of [1, 2]) {
    core.tabs.push(...JSON.parse(parts.get(`tabs/${i}`) ?? ""));
    parts.delete(`tabs/${i}`);
  }
  for (const window of core.running) if (window.name === "60s") window.users = visitors;
  const cells = JSON.parse(parts.get("cells") ?? "");
  for (const window of cells.running) if (window.name === "60s") for (const row of window.rows) row.users = visitors;
  parts.set("core", JSON.stringify(core));
  parts.set("cells", JSON.stringify(cells));

  const again = loaded(parts);
  expect(snapshotOf(again, "s", NOW, ZONE)).toEqual(snapshotOf(site, "s", NOW, ZONE));
  // Who was counted is not counted again.
  const filter = { country: "AT" };
  const users = (state: SiteState) => snapshotOf(state, "s", NOW, ZONE, filter).windows["60s"].at(-1)?.users;
  expect([users(again), users(site)]).toEqual([40, 40]);
  const back = world();
  back.state = again;
  const view = at(TABS, "pageview", "/", 1);
  back.take(batchOf("visitor 3", { kind: "visitor", tab: "tab 3" }, [view], NOW));
  expect(back.state.windows.running["60s"]?.users.size).toBe(40);
  expect(users(back.state)).toBe(40);
});
