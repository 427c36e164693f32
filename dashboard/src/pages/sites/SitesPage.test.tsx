import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router";
import { cleanup, render, waitFor } from "@solidjs/testing-library";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Site } from "../../../../protocol/management";
import { createApi } from "../../api/api";
import { createRequest } from "../../api/request";
import { Shell } from "../../shell/Shell";
import { siteOf } from "../../site.fixture";
import { SessionProvider } from "../../state/session";
import SitesPage from "./SitesPage";

const siteRow = (n: number) => siteOf(`s${n}`, { name: `Site ${n}` });
const today = { date: "2026-11-21", page_views: 7, visitors: 1, sessions: 1, events: 1, errors: 0 };
const told = (n: number, now: number, first_event_at: number | null = 1) => ({
  site_id: `s${n}`,
  group_id: null,
  report: {
    at: Date.now(),
    now,
    connections: now,
    active: now,
    today,
    first_event_at,
    last_event_at: first_event_at,
    seconds: [],
  },
});

let sockets: EventTarget[] = [];
let asked: string[] = [];
let sites: Site[] = [];

class FakeSocket extends EventTarget {
  readyState = 1;
  constructor() {
    super();
    sockets.push(this);
  }
  send() {}
  close() {
    this.readyState = 3;
  }
}

const say = (type: string, seq: number, list: object[]) => {
  const data = JSON.stringify({ type, room: "org:o", seq, data: { at: Date.now(), sites: list } });
  sockets.at(-1)?.dispatchEvent(new MessageEvent("message", { data }));
};

beforeEach(() => {
  sockets = [];
  asked = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", answer);
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function answer(input: string | URL | Request): Promise<Response> {
  const { pathname } = new URL(String(input), "http://x");
  asked.push(pathname);
  const user = { userId: "u", organizationId: "o", role: "owner", email: "a@b.c", name: "A" };
  const me = { user, organization: { id: "o", name: "O" } };
  return Response.json({ success: true, data: pathname === "/api/sites" ? sites : me });
}

async function open(count: number) {
  sites = Array.from({ length: count }, (_, n) => siteRow(n));
  const api = createApi(createRequest(answer, () => {}));
  const history = createMemoryHistory();
  history.set({ value: "/sites" });
  const view = render(() => (
    <MemoryRouter
      history={history}
      root={(props) => (
        <SessionProvider api={api}>
          <Shell>{props.children}</Shell>
        </SessionProvider>
      )}
    >
      <Route path="*" component={SitesPage} />
    </MemoryRouter>
  ));
  await waitFor(() => expect(view.container.querySelectorAll(".site-row")).toHaveLength(count));
  await waitFor(() => expect(sockets).toHaveLength(1));
  const row = (n: number) => view.container.querySelectorAll(".site-row")[n];
  const now = (n: number) => row(n)?.querySelector(".site-row-now b")?.textContent;
  return { view, row, now };
}

test.each([1, 300])("%i sites are watched by one socket, and asked for by two calls", async (count) => {
  const { row, now } = await open(count);
  const last = count - 1;
  say(
    "snapshot",
    1,
    sites.map((_, n) => told(n, n === last ? 4 : 0)),
  );
  await waitFor(() => expect(now(last)).toBe("4"));
  expect(row(last)?.querySelector("a")?.getAttribute("href")).toBe(`/sites/s${last}/live`);
  say("delta", 2, [told(last, 5)]);
  await waitFor(() => expect(now(last)).toBe("5"));
  expect(asked.toSorted()).toEqual(["/api/auth/me", "/api/sites"]);
  expect(sockets).toHaveLength(1);
});

test("a site for which nothing ever came leads to its set-up; one that told nothing yet says nothing", async () => {
  const { row } = await open(3);
  say("snapshot", 1, [told(0, 0, null), told(1, 2), { site_id: "s2", group_id: null, report: null }]);
  await waitFor(() => expect(row(0)?.textContent).toContain("no visits yet"));
  expect(row(0)?.querySelector("a")?.getAttribute("href")).toBe("/sites/s0/setup");
  expect(row(1)?.textContent).toContain("receiving");
  expect(row(2)?.querySelector(".site-row-state")?.textContent?.trim()).toBe("");
  expect(row(2)?.querySelector("a")?.getAttribute("href")).toBe("/sites/s2/live");
});

test("what cannot be asked is said to be unknown", async () => {
  const { view } = await open(3);
  sockets.at(-1)?.dispatchEvent(Object.assign(new Event("close"), { code: 4403 }));
  await waitFor(() => expect(view.getAllByText("state unknown")).toHaveLength(3));
});
