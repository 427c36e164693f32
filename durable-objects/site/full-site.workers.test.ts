import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { ROLLUP_VALUES, SQL_VALUE_BYTES, TABS_KEPT, TEXT, WINDOW_PATHS, WINDOW_POINTS } from "../../protocol/limits";
import { apply } from "./model/apply";
import type { Entry } from "./model/entry";
import { finishLoading, loadPart, toParts } from "./model/parts";
import { snapshotOf } from "./model/picture";
import { touch } from "./model/presence";
import { emptyState, noChanges, type SiteState } from "./model/state";
import { dimensions, freshSites } from "./site.fixture";
import { SiteStore } from "./store";

const freshSite = freshSites(env);

const T0 = Date.UTC(2026, 10, 20, 9, 10, 0);
/** Enough for every page and visitor that is told apart; more of them are more rows as long as these. */
const SESSIONS = 2_000;
const ZONE = "Europe/Vienna";
/** One in a hundred is as long as it may be: all of them would fill more memory than an object has. */
const long = (text: string, n: number, most: number) => (n % 100 === 0 ? text.padEnd(most, "\u8a9e") : text);
const pathOf = (n: number) => `/${n}/`.padEnd(TEXT.url, "\u8a9e");
const userOf = (n: number) => long(`u:visitor ${n}`, n, TEXT.user_id);
const sessionId = (n: number) => long(`session ${n}`, n, TEXT.id);

/** One view of `path` at `now` by session `n`, which begins with it. */
const viewOf = (n: number, now: number, path: string): Entry => ({
  at: now,
  visitor_id: userOf(n),
  session_id: sessionId(n),
  tab: `tab ${n}`,
  present: true,
  opening: {
    visitor_id: userOf(n),
    user_id: userOf(n),
    id_mode: "given",
    named: true,
    page_url: path,
    path,
    referrer: "",
    dimensions,
    context: {},
  },
  revived: null,
  dimensions: null,
  events: [{ n: 0, at: now, type: "pageview", path }],
});

/** As much of everything as one site's object keeps at a time, with addresses as long as they may be. */
function fullSite(): { state: SiteState; now: number } {
  const state = emptyState();
  const changes = noChanges(state);
  let now = T0;
  // Each closes a window of every length.
  for (let i = 0; i <= WINDOW_POINTS; i++, now += 60_000) apply(state, viewOf(i, now, pathOf(i)), ZONE, changes);
  for (let i = 0; i < SESSIONS; i++) {
    const path = i < WINDOW_PATHS + 10 ? pathOf(i) : "/";
    apply(state, viewOf(i, now, path), ZONE, changes);
  }
  for (let i = 0; i < TABS_KEPT; i++) {
    const n = i % SESSIONS;
    touch(state.tabs, `tab ${i}`, userOf(n), sessionId(n), now, now);
  }
  return { state, now };
}

test("LIVE-6 a site that has all it may have is stored in rows far below the limit of one, and read again as it was", () => {
  const { object } = freshSite();
  return runInDurableObject(object, (_site, { storage: { sql } }) => {
    const { state, now } = fullSite();
    expect([state.tabs.size, state.sessions.size]).toEqual([TABS_KEPT, SESSIONS]);
    new SiteStore(sql).saveParts(toParts(state), new Map());

    const rows = sql
      .exec<{ part: string; longest: number; bytes: number; n: number }>(
        `SELECT SUBSTR(name, 1, INSTR(REPLACE(name, '/', '#'), '#') - 1) AS part, COUNT(*) AS n,
           MAX(LENGTH(CAST(body AS BLOB))) AS longest, SUM(LENGTH(CAST(body AS BLOB))) AS bytes FROM parts GROUP BY 1`,
      )
      .toArray();
    expect(rows.filter(({ longest }) => longest > SQL_VALUE_BYTES)).toEqual([]);

    const again = emptyState();
    for (const [name, text] of new SiteStore(sql).parts()) loadPart(again, name, text);
    finishLoading(again);
    for (const filter of [{}, { country: "AT" }]) {
      const picture = JSON.stringify(snapshotOf(state, "s", now, ZONE, filter));
      expect(JSON.stringify(snapshotOf(again, "s", now, ZONE, filter)) === picture).toBe(true);
    }
  });
});
