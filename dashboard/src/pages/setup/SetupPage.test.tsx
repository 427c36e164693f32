import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import type { JSX } from "solid-js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { POLL_INTERVAL } from "../../../../protocol/limits";
import type { LiveSnapshot } from "../../../../protocol/live";
import type { Site } from "../../../../protocol/management";
import { createApi } from "../../api/api";
import { createRequest } from "../../api/request";
import { SessionProvider } from "../../state/session";
import { emptySite } from "../sites/site-values";
import SetupPage from "./SetupPage";

beforeEach(() => {
  vi.useFakeTimers();
});
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

const nothing: LiveSnapshot = {
  site_id: "shop",
  at: 1,
  now: 0,
  connections: 0,
  active: 0,
  today: { date: "2026-11-21", page_views: 0, visitors: 0, sessions: 0, events: 0, errors: 0 },
  pages: [],
  sources: [],
  countries: [],
  devices: [],
  drops: [],
  first_event_at: null,
  last_event_at: null,
  windows: { "1s": [], "5s": [], "60s": [] },
  sessions: [],
  feed: [],
};
const arrived: LiveSnapshot = { ...nothing, now: 1, today: { ...nothing.today, events: 1 }, first_event_at: 5 };

function setUp(first: LiveSnapshot) {
  const server = { snapshot: first, polls: 0 };
  const call: typeof fetch = async (path) => {
    if (!String(path).startsWith("/api/analytics/detailed?site=shop")) return new Response(null, { status: 404 });
    server.polls++;
    return Response.json({ success: true, data: { snapshot: server.snapshot } });
  };
  const history = createMemoryHistory();
  history.set({ value: "/sites/shop/setup" });
  const { unmount } = render(() => (
    <MemoryRouter history={history}>
      <Route
        component={(props: { children?: JSX.Element }) => (
          <SessionProvider api={createApi(createRequest(call, () => {}))}>{props.children}</SessionProvider>
        )}
      >
        <Route path="/sites/shop/setup" component={() => <SetupPage site={site} />} />
        <Route path="/sites/shop/live" component={() => <p>The live page</p>} />
      </Route>
    </MemoryRouter>
  ));
  return { server, unmount };
}

const settled = () => vi.advanceTimersByTimeAsync(0);
const nextPoll = () => vi.advanceTimersByTimeAsync(POLL_INTERVAL);

it("rests while nothing comes, beats at the first event and turns into the live page", async () => {
  const { server } = setUp(nothing);
  await settled();
  expect(screen.getByRole("status").textContent).toBe("Waiting for the first visit");
  expect(document.querySelector<HTMLElement>(".pulse")?.dataset["beat"]).toBeUndefined();
  server.snapshot = arrived;
  await nextPoll();
  expect(screen.getByRole("status").textContent).toContain("The first visit is here.");
  expect(document.querySelector<HTMLElement>(".pulse")?.dataset["beat"]).toBe("a");
  await nextPoll();
  expect(screen.getByText("The live page")).toBeTruthy();
});

it("stays where visits came in before", async () => {
  setUp(arrived);
  await settled();
  await nextPoll();
  await nextPoll();
  expect(screen.getByRole("status").textContent).toBe("Visits are coming in.");
  expect(screen.queryByText("The live page")).toBeNull();
});

it("tells what was dropped", async () => {
  setUp({ ...nothing, drops: [{ reason: "own_visit", count: 3, last_at: 1, example: "" }] });
  await settled();
  expect(screen.getByText("Your own visits are ignored.")).toBeTruthy();
});

it("asks no more once it is left", async () => {
  const { server, unmount } = setUp(nothing);
  await settled();
  unmount();
  const before = server.polls;
  await nextPoll();
  await nextPoll();
  expect(server.polls).toBe(before);
});

it("shows how the snippet gets into each kind of site", async () => {
  setUp(nothing);
  await settled();
  for (const [tab, part] of [
    ["WordPress", "add_action('wp_head'"],
    ["Next.js", 'strategy="afterInteractive"'],
    ["Tag Manager", 's.dataset.site = "shop"'],
    ["HTML", "<head>"],
  ] as const) {
    fireEvent.click(screen.getByRole("tab", { name: tab }));
    expect(screen.getByRole("tabpanel").textContent).toContain(part);
  }
});
