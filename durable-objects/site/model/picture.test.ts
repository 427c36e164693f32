import fc from "fast-check";
import { expect, test } from "vitest";
import {
  FRAME_DETAILS_LEAST,
  JOURNEY_STEPS,
  LIVE_SESSIONS_SHOWN,
  STREAM_UNREAD_BYTES,
  TEXT,
  WINDOW_POINTS,
} from "../../../protocol/limits";
import type { LiveNumbers, LiveSession } from "../../../protocol/live";
import { deltaOf, liveSessions, snapshotOf } from "./picture";
import { noChanges } from "./state";
import { endSessions } from "./tick";
import { at, batchOf, T0, TIMEOUT, world, ZONE } from "./world.fixture";

test("FRAME-6 frames of few bytes tell the numbers at once, and every session in the end", () => {
  const step = fc.record({
    visitor: fc.integer({ min: 0, max: 300 }),
    after: fc.integer({ min: 1, max: 60_000 }),
    path: fc.constantFrom("/", "/a", "/b"),
  });
  const round = fc.record({ steps: fc.array(step, { maxLength: 400, size: "max" }), end: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(round, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 20_000 }),
      (rounds, bytes) => {
        const site = world();
        const shown = new Map<string, boolean>();
        const told = new Map<string, LiveSession>();
        let numbers: Partial<LiveNumbers> = {};
        let changes = noChanges(site.state);
        let now = T0;
        let seq = 0;
        const frame = (): boolean => {
          const made = deltaOf(site.state, changes, numbers, now - 1, shown, now, ZONE, bytes);
          changes = noChanges(site.state);
          if (!made) return false;
          const { sessions = [], sessions_gone = [], feed = [] } = made.delta;
          for (const list of [sessions, feed]) {
            const least = JSON.stringify(list.slice(0, FRAME_DETAILS_LEAST)).length;
            expect(JSON.stringify(list).length).toBeLessThan(Math.max(least, bytes / 2 + list.length) + 2);
          }
          for (const session of sessions) told.set(session.session_id, session);
          for (const id of sessions_gone) told.delete(id);
          numbers = made.numbers;
          for (const id of made.waiting) changes.sessions.add(id);
          return made.waiting.size > 0;
        };
        for (const { steps, end } of rounds) {
          for (const { visitor, after, path } of steps) {
            now += after % 50;
            const name = `visitor-${visitor}`;
            site.take(
              batchOf(name, { kind: "visitor", tab: name }, [at(now - T0, "pageview", path, seq++)], now),
              changes,
            );
          }
          if (end) endSessions(site.state, (now += TIMEOUT / 2), TIMEOUT, changes);
          frame();
          expect(numbers.active).toBe([...site.state.sessions.values()].filter((s) => !s.ended).length);
        }
        let frames = 0;
        while (frame()) expect(++frames).toBeLessThan(LIVE_SESSIONS_SHOWN);
        const expected = liveSessions(site.state, now, {}, LIVE_SESSIONS_SHOWN);
        const byId = (a: LiveSession, b: LiveSession) => (a.session_id < b.session_id ? -1 : 1);
        expect([...told.values()].sort(byId)).toEqual(expected.sort(byId));
      },
    ),
    { numRuns: 60 },
  );
});

test("FRAME-6 a picture and a frame stay bounded, however long addresses and journeys are", () => {
  const site = world();
  const changes = noChanges(site.state);
  let now = T0;
  // Every minute closes a window of each length, with ten of the longest addresses.
  for (let i = 0; i < 2 * WINDOW_POINTS + 2; i++) {
    now += i % 2 === 0 ? 60_000 : 1;
    const views = Array.from({ length: JOURNEY_STEPS }, (_, n) =>
      at(now - T0, "pageview", `/${i % 50}/${n}/`.padEnd(TEXT.url, "x"), n),
    );
    site.take(batchOf(`visitor ${i}`, { kind: "visitor", tab: `tab ${i}` }, views, now), changes);
  }
  const picture = snapshotOf(site.state, "s", now, ZONE);
  const bytes = JSON.stringify(picture).length;
  expect(picture.windows["60s"].length).toBeGreaterThanOrEqual(WINDOW_POINTS);
  expect(picture.windows["60s"][0]).toMatchObject({ page_views: 2 * JOURNEY_STEPS, cut: true });
  expect(picture.windows["60s"][0]?.routes.length).toBe(1);
  expect(bytes).toBeLessThan(STREAM_UNREAD_BYTES);
  const newest = liveSessions(site.state, now, {}, LIVE_SESSIONS_SHOWN);
  expect(picture.sessions.length).toBeGreaterThan(1);
  expect(picture.sessions).toEqual(newest.slice(0, picture.sessions.length));
  expect(JSON.stringify(newest).length).toBeGreaterThan(5 * STREAM_UNREAD_BYTES);

  for (const most of [100_000, Number.POSITIVE_INFINITY]) {
    const frame = deltaOf(site.state, changes, {}, now - 100, new Map(), now, ZONE, most);
    expect(JSON.stringify(frame?.delta).length).toBeLessThan(Math.min(500_000 + most, STREAM_UNREAD_BYTES));
  }
});
