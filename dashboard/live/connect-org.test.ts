import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectOrg, type OrgConnection, orgPollInterval } from "./connect-org";
import { FakeSocket } from "./fake-socket.fixture";
import { statusText } from "./status-text";

let connection: OrgConnection;

beforeEach(() => {
  vi.useFakeTimers({ now: 20_000 });
  FakeSocket.made.length = 0;
});
afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

const row = (site: number) => ({
  site: `s${site}`,
  now: 1,
  connections: 1,
  total_active: 1,
  total_today: 1,
  last_event_at: null,
});

test.each([
  [1, 2],
  [20, 2],
  [21, 3],
  [100, 10],
  [200, 20],
  [500, 20],
])("VIEWER-14 the numbers of %i sites are asked for every %i s while there is no socket", async (count, seconds) => {
  const data = {
    generated_at: "2026-11-21T10:00:00.000Z",
    per_site: Array.from({ length: count }, (_, i) => row(i)),
  };
  const at: number[] = [];
  const answer = async () => {
    at.push(Date.now());
    return Response.json({ data });
  };
  connection = connectOrg({
    url: "https://stats.example.com",
    org: "o",
    fetch: answer,
    WebSocket: FakeSocket,
    random: () => 0,
  });
  await vi.advanceTimersByTimeAsync(100);
  FakeSocket.last.closes(1006);
  await vi.advanceTimersByTimeAsync(65_000);
  const gaps = at.map((time, i) => time - (at[i - 1] ?? time));
  // The second one comes before the number of sites is known.
  expect(new Set(gaps.slice(2))).toEqual(new Set([seconds * 1_000]));
  expect(gaps[1]).toBe(2_000);
  expect(statusText(connection.status(), true, orgPollInterval(connection.state()))).toBe(`Polling every ${seconds} s`);
});
