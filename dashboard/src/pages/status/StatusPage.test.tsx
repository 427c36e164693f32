import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import type { JSX } from "solid-js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { POLL_INTERVAL } from "../../../../protocol/limits";
import type { Site } from "../../../../protocol/management";
import { createApi } from "../../api/api";
import { createRequest } from "../../api/request";
import { SessionProvider } from "../../state/session";
import { emptySite } from "../sites/site-values";
import StatusPage from "./StatusPage";

const NOW = Date.UTC(2026, 10, 21, 12);
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const site: Site = {
  ...emptySite("UTC"),
  id: "shop",
  org_id: "o",
  name: "Shop",
  domain: "shop.example",
  domains: ["shop.example"],
  created_at: "2026-01-01T00:00:00Z",
};

const iso = (ago: number) => new Date(NOW - ago).toISOString();
const histogram = { le: [10, 100], counts: [0, 9, 1], sum: 300 };
const status = (flush: object = {}) => ({
  at: iso(0),
  since: iso(3_600_000),
  ingest: {
    batches: 9,
    requests: 8,
    events: 70,
    leaves: 4,
    per_second: 2.5,
    latency: histogram,
    last_event_at: iso(1_000),
  },
  outbox: { batches: 3, events: 1_204, bytes: 345_678, oldest_at: iso(7_000) },
  flush: { batches: 6, last_at: iso(12_000), failures: 0, retry_at: null, d1: histogram, ...flush },
  sockets: {
    viewer: { open: 2, opened: 5, closed: 3, messages: 17 },
    counter: { open: 40, opened: 41, closed: 1, messages: 0 },
  },
  sent: { messages: 900, bytes: 1_000_000, too_slow: 1 },
  drops: [{ reason: "bot", count: 12, last_at: iso(5_000), example: "Googlebot" }],
  page_errors: 4,
  errors: { flush: 2, storage: 0, socket: 1 },
});

function setUp(answer: () => Response | Promise<Response>) {
  const asked: string[] = [];
  const call: typeof fetch = async (path) => {
    const url = String(path);
    if (!url.includes("/api/status")) return Response.json({ success: true, data: [] });
    asked.push(url);
    return answer();
  };
  const history = createMemoryHistory();
  history.set({ value: "/status" });
  render(() => (
    <MemoryRouter history={history}>
      <Route
        component={(props: { children?: JSX.Element }) => (
          <SessionProvider api={createApi(createRequest(call, () => {}))}>{props.children}</SessionProvider>
        )}
      >
        <Route path="/status" component={() => <StatusPage site={site} />} />
      </Route>
    </MemoryRouter>
  ));
  return asked;
}

const reply = (flush?: object) => Response.json({ success: true, data: { sites: [status(flush)] } });

describe("the status page", () => {
  it("tells what waits, the last flush, sockets by kind, what was left out and what went wrong", async () => {
    const asked = setUp(() => reply());
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([expect.stringContaining("site=shop")]);
    expect(screen.getByRole("status").textContent).toContain("All is well.");
    const text = document.body.textContent;
    for (const part of [
      "1,204",
      "346 KB",
      "12 s ago",
      "half the writes under 100 ms",
      "2.5",
      "95 % over 100 ms · 4 leaves",
      "Bot",
    ]) {
      expect(text).toContain(part);
    }
    const rows = screen.getAllByRole("row").map((row) => row.textContent);
    expect(rows.slice(1)).toEqual(["Dashboards25317", "Visitors0000", "Public counter404110"]);
  });

  it("says what is safe and what comes next while writes fail", async () => {
    setUp(() => reply({ failures: 2, retry_at: iso(-8_000) }));
    await vi.advanceTimersByTimeAsync(0);
    const verdict = screen.getByRole("status");
    expect(verdict.dataset["level"]).toBe("failing");
    expect(verdict.textContent).toContain("1,204 events wait safely");
    expect(verdict.textContent).toContain("in 8 s");
  });

  it("reads again, keeps what it knows through a failure, and stops when it is left", async () => {
    let fails = false;
    const asked = setUp(() => (fails ? Response.json({}, { status: 503 }) : reply()));
    await vi.advanceTimersByTimeAsync(POLL_INTERVAL);
    expect(asked).toHaveLength(2);
    fails = true;
    await vi.advanceTimersByTimeAsync(POLL_INTERVAL);
    expect(screen.getByRole("alert")).toBeTruthy();
    expect(document.body.textContent).toContain("1,204");
    fails = false;
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.queryByRole("alert")).toBeNull();
    const before = asked.length;
    cleanup();
    await vi.advanceTimersByTimeAsync(5 * POLL_INTERVAL);
    expect(asked).toHaveLength(before);
  });

  it("shows the failure alone where nothing is known yet", async () => {
    setUp(() => Response.json({ success: false, error: { code: "x", message: "Not now." } }, { status: 503 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.getByRole("alert").textContent).toContain("Not now.");
    expect(screen.queryByRole("table")).toBeNull();
  });
});
